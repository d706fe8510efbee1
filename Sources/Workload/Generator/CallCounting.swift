import EventKernel
import Files

/// The calls of a generated workload, and how many each function has.
struct CountedCalls {
    var minutes: MinuteCounts
    /// By function.
    var totals: [UInt64]
}

extension AzureLikeGenerator {
    /// Lays the calls of every application into the minutes of the horizon.
    func countCalls(of applications: [ApplicationDraft]) throws(InputError) -> CountedCalls {
        let functions = applications.reduce(0) { $0 + $1.functions }
        var sink = CallSink(functions: functions, minutes: minutes)
        var process = MinuteProcess(startHour: startHour)
        var firstFunction = 0
        for index in applications.indices {
            let draft = applications[index]
            let plan = dailyCounts(of: draft, index)
            if let most = plan.max(), most >= 4_000_000_000 {
                throw InputError(
                    "an application would be called \(most) times in a day, more than 2^32 count",
                    remedy: "lower the load scale")
            }
            layDays(of: draft, index, firstFunction, plan, &process, &sink)
            firstFunction += draft.functions
        }
        return sink.finish()
    }

    /// The calls of an application on each of the drawn days. Together they are the daily mean times the
    /// days, rounded down, so that their mean rounded down, which is what is published, is that of the curve.
    private func dailyCounts(of draft: ApplicationDraft, _ index: Int) -> [Int] {
        let mean =
            draft.isRegular && draft.dailyCalls >= 1 ? draft.dailyCalls.rounded(.down) : draft.dailyCalls
        let total = (mean * Double(drawnDays) + 1e-9).rounded(.down)
        if total >= 9e15 { return [Int.max] }
        if drawnDays == 1 { return [Int(total)] }
        var stream = GeneratorStage.days.stream(seed: seed, entity: index + 1)
        let firstActive = Int(stream.below(UInt64(drawnDays)))
        let hasOnlyTimers = draft.triggers.allSatisfy { PublishedTables.triggers[Int($0)].trigger == .timer }
        var weights = [Double](repeating: 0, count: drawnDays)
        for step in 0..<draft.activeDays {
            let day = (firstActive + step) % drawnDays
            let follows = !draft.isRegular && !hasOnlyTimers
            let own = 0.15 * standardNormal(&stream)
            weights[day] = follows ? PublishedTables.weekdays[(startWeekday + day) % 7] * portableExp(own) : 1
        }
        let sum = weights.reduce(0, +)
        let phase = stream.unit() * 0.999
        var passed = 0.0
        var given = 0.0
        return weights.indices.map { day in
            passed += weights[day]
            let last = weights[(day + 1)...].allSatisfy { $0 == 0 }
            let edge = last ? total : min((passed / sum * total + phase).rounded(.down), total)
            defer { given = edge }
            return Int(edge - given)
        }
    }

    private func layDays(
        of draft: ApplicationDraft, _ index: Int, _ firstFunction: Int, _ plan: [Int],
        _ process: inout MinuteProcess, _ sink: inout CallSink
    ) {
        if plan.allSatisfy({ $0 == 0 }) { return }
        var phases = GeneratorStage.process.stream(seed: seed, entity: index)
        // Between 1 minute and 4 hours: what is left of the wave after a minute.
        let memory = portableExp(-1 / portableExp(phases.unit() * 5.48))
        let shared = (phases.unit(), phases.unit())
        var splitter = CallSplitter(draft, firstFunction: firstFunction, seed: seed, index: index)
        for (day, calls) in plan.enumerated() where calls > 0 {
            var stream = phases
            stream = RandomStream(
                seed: stream.word(at: UInt64(day) + 16), purpose: .generator, entity: UInt64(index))
            // Few calls cannot be as irregular as on the application's usual days.
            let limit = calls < 3 ? 0 : 0.95 * Double(calls - 2).squareRoot()
            let target = min(draft.targetCV, limit)
            for timerShare in [0.5, 0.1, 0] {
                let background = splitter.planTimers(
                    share: draft.isRegular ? 0 : timerShare, calls: calls, &process)
                let reached = process.lay(
                    calls: calls - background, target: target, regular: draft.isRegular, memory: memory,
                    stream: &stream, phases: shared)
                if background == 0 { break }
                if let reached, (reached - target).magnitude <= 0.05 * target + 0.005 { break }
            }
            splitter.split(day: day, process, &sink)
        }
    }
}

/// Collects the calls of a workload.
struct CallSink: ~Copyable {
    private var builder: MinuteCountsBuilder
    private var totals: [UInt64]
    private let minutes: Int

    init(functions: Int, minutes: Int) {
        builder = MinuteCountsBuilder(functionCount: functions, minutes: minutes)
        totals = [UInt64](repeating: 0, count: functions)
        self.minutes = minutes
    }

    /// Adds calls; those after the horizon are left out.
    @inline(__always)
    mutating func add(function: Int, minute: Int, count: Int) {
        if minute >= minutes || count <= 0 { return }
        builder.add(function: FunctionID(UInt32(function)), minute: minute, count: UInt32(count))
        totals[function] += UInt64(count)
    }

    consuming func finish() -> CountedCalls {
        let totals = totals
        return CountedCalls(minutes: builder.finish(), totals: totals)
    }
}
