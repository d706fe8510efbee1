import EventKernel

extension AzureLikeGenerator {
    /// The workload from what was drawn.
    func assemble(_ drafts: [ApplicationDraft], _ counts: CountedCalls) -> Workload {
        let shape = Distribution.logNormal(
            mu: -executionTimeSigma * executionTimeSigma / 2, sigma: executionTimeSigma)
        let shapeMean = QuantileTable(shape).mean
        let durations = drawExecutionTimes(counts.totals)
        var memories = GeneratorStage.memory.stream(seed: seed)
        let memory = stratified(count: drafts.count, &memories).map {
            PublishedTables.memoryCurve.quantile($0)
        }
        var runtimes = GeneratorStage.runtime.stream(seed: seed)
        let names = HexNames(seed: seed)
        var applications: [Application] = []
        var functions: [Function] = []
        applications.reserveCapacity(drafts.count)
        functions.reserveCapacity(counts.totals.count)
        for (index, draft) in drafts.enumerated() {
            let runtime = pick(PublishedTables.runtimeCounts, runtimes.unit())
            applications.append(
                Application(
                    name: names.name(.application, index), owner: names.name(.owner, index),
                    memory: Bytes(mebibytes: memory[index]) ?? .zero))
            let share = Bytes(mebibytes: memory[index] / Double(draft.functions)) ?? .zero
            for trigger in draft.triggers {
                let id = functions.count
                let scale = durations[id] / 1_000 / shapeMean
                functions.append(
                    Function(
                        name: names.name(.function, id), application: ApplicationID(UInt32(index)),
                        trigger: PublishedTables.triggers[Int(trigger)].trigger, memory: share,
                        executionTime: .shaped(shape: 0, scale: scale),
                        runtime: PublishedTables.runtimeNames[runtime]))
            }
        }
        return Workload(
            applications: applications, functions: functions, shapes: [shape],
            calls: .minuteCounts(counts.minutes),
            horizon: .minutes(UInt64(minutes)), provenance: Provenance(title: title))
    }

    private var title: String {
        let amount =
            switch size {
            case .applications(let count): "\(count) applications"
            case .functions(let count): "\(count) functions"
            }
        return "Azure-like (Functions 2019): \(amount), popularity \(popularity.rawValue), \(days) days from "
            + "weekday \(startWeekday) \(startHour):00, load scale \(loadScale), duration-popularity "
            + "correlation \(durationPopularityCorrelation), execution time sigma \(executionTimeSigma), "
            + "at most \(maximumFunctionLoad) busy cores a function, seed \(seed)"
    }
}

/// Names of 16 hexadecimal digits, all different within a seed.
struct HexNames {
    enum Kind: UInt64 { case application = 1, function, owner }

    private let key: UInt64

    init(seed: UInt64) {
        var stream = GeneratorStage.names.stream(seed: seed)
        key = stream.next()
    }

    /// The name of one thing: `mix64` maps different numbers to different words.
    func name(_ kind: Kind, _ index: Int) -> String {
        let digits = String(mix64(key ^ (kind.rawValue << 40 | UInt64(index))), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
