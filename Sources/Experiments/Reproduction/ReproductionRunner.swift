import EventKernel
import Files
import Foundation
import Simulator
import Synchronization
import Workload

/// One run of the reproduction.
struct ReproductionJob: Hashable, Sendable {
    /// Which draw of calls, from 0.
    var draw: Int
    var variant: ReproductionVariant
    var column: ReproductionColumn
    var assumptions: ReproductionAssumptions
}

/// Makes the runs of the reproduction on several threads; what comes out does not depend on how many.
struct ReproductionRunner {
    /// Makes the scenarios.
    var scenarios: any ReproductionScenarios
    /// Draw k is drawn from `seed + k`.
    var seed: UInt64
    /// How many runs at once.
    var workers: Int
    /// Told how far the work is, several times a second: runs done, runs in all, calls; false stops it.
    var observe: (Int, Int, UInt64) -> Bool = { _, _, _ in true }

    /// A draw of calls that several runs meet.
    private struct DrawKey: Hashable {
        var draw: Int
        var functions: ReproductionVariant.Functions
        var range: ReproductionAssumptions.Range
        var arrangement: HourDraw.Arrangement
        var isProbe: Bool
    }

    /// Runs `jobs`; a job whose variant cannot be run yet has no observation.
    /// - Throws: `InputError` for inputs that cannot be used; `Simulation.Stopped` when `observe` said so.
    func run(_ jobs: [ReproductionJob]) throws -> [ReproductionJob: ReproductionObservation] {
        var seen: Set<ReproductionJob> = []
        let jobs = jobs.filter { seen.insert($0).inserted }
        var keys: [DrawKey] = []
        var places: [DrawKey: Int] = [:]
        for job in jobs where places[Self.key(job)] == nil {
            places[Self.key(job)] = keys.count
            keys.append(Self.key(job))
        }
        let assumptions = ReproductionAssumptions()
        let (drawKeys, seed) = (keys, seed)
        let total = drawKeys.count + jobs.count
        let workloads = try work(drawKeys.count, of: total, after: 0) { index, _ in
            let key = drawKeys[index]
            var assumptions = assumptions
            assumptions.range = key.range
            assumptions.arrangement = key.arrangement
            if key.isProbe { return StartProbe.workload(key.functions.list) }
            return try assumptions.draw(of: key.functions.list, seed: seed + UInt64(key.draw)).workload()
        }
        let (drawPlaces, scenarios) = (places, scenarios)
        let observations = try work(jobs.count, of: total, after: drawKeys.count) { index, options in
            let job = jobs[index]
            guard let place = drawPlaces[Self.key(job)] else { return nil as ReproductionObservation? }
            return try ReproductionRunner.observe(
                job, workloads[place], scenarios, seed: seed + UInt64(job.draw), options)
        }
        var found: [ReproductionJob: ReproductionObservation] = [:]
        for (job, observation) in zip(jobs, observations) { found[job] = observation }
        return found
    }

    private static func key(_ job: ReproductionJob) -> DrawKey {
        var isProbe = false
        if case .probe = job.variant.policy { isProbe = true }
        return DrawKey(
            draw: job.draw, functions: job.variant.functions, range: job.assumptions.range,
            arrangement: job.assumptions.arrangement, isProbe: isProbe)
    }

    private static func observe(
        _ job: ReproductionJob, _ workload: Workload, _ scenarios: any ReproductionScenarios, seed: UInt64,
        _ options: Simulation.Options
    ) throws -> ReproductionObservation? {
        let variant = job.variant
        guard
            let scenario = try scenarios.scenario(
                for: variant, column: job.column, under: job.assumptions),
            let footprints = scenarios.footprints(of: variant, in: job.column)
        else { return nil }
        let functions = variant.functions.list
        do {
            var workload = workload
            var isProbe = false
            if case .probe = variant.policy { isProbe = true }
            let rest = isProbe ? SimDuration.zero : job.assumptions.rest
            for (index, memory) in footprints.enumerated() {
                workload.functions[index].memory = memory
                workload.applications[index].memory = memory
                workload.functions[index].executionTime = .constant(
                    .milliseconds(functions[index].executionMs) + rest)
            }
            let simulation = Simulation(scenario: scenario, workload: workload, seed: seed)
            let state = scenario.idleStates.firstIndex { $0.name.hasPrefix("dedup") }
            var observation = ReproductionObservation(
                try simulation.run(options: options), of: functions, deduplicated: state, rest: rest,
                keepsTimes: isProbe || (variant.functions == .all && variant.pool == .gigabytes40))
            if isProbe { observation.takeStarts(of: functions) }
            return observation
        } catch var error as InputError {
            error.problem = "\(variant.name), draw \(job.draw + 1): \(error.problem)"
            throw error
        }
    }

    // MARK: Threads

    /// What threads share: the next piece of work, how many are done, the calls so far, whether to stop.
    private final class Shared<Result: Sendable>: Sendable {
        let next = Atomic<Int>(0)
        let done = Atomic<Int>(0)
        let calls = Atomic<Int>(0)
        let isStopped = Atomic<Bool>(false)
        let results: Mutex<[Result?]>
        let failures = Mutex<[(place: Int, error: any Error)]>([])

        init(_ count: Int) { results = Mutex(Array(repeating: nil, count: count)) }

        func note(_ error: any Error, at place: Int) {
            failures.withLock { $0.append((place, error)) }
            isStopped.store(true, ordering: .relaxed)
        }
    }

    /// The results of `body` for each number below `count`, in order.
    private func work<Result: Sendable>(
        _ count: Int, of total: Int, after before: Int,
        _ body: @escaping @Sendable (Int, Simulation.Options) throws -> Result
    ) throws -> [Result] {
        let shared = Shared<Result>(count)
        let threads = try WorkerThread.start(min(max(workers, 1), count)) {
            while !shared.isStopped.load(ordering: .relaxed) {
                let index = shared.next.wrappingAdd(1, ordering: .relaxed).oldValue
                if index >= count { return }
                var options = Simulation.Options()
                var last = 0
                options.progress = { _, calls in
                    shared.calls.wrappingAdd(Int(calls) - last, ordering: .relaxed)
                    last = Int(calls)
                    return !shared.isStopped.load(ordering: .relaxed)
                }
                do {
                    let result = try body(index, options)
                    shared.results.withLock { $0[index] = result }
                } catch { shared.note(error, at: index) }
                shared.done.wrappingAdd(1, ordering: .relaxed)
            }
        }
        while shared.done.load(ordering: .relaxed) < count && !shared.isStopped.load(ordering: .relaxed) {
            usleep(20_000)
            let calls = UInt64(max(shared.calls.load(ordering: .relaxed), 0))
            if !observe(before + shared.done.load(ordering: .relaxed), total, calls) {
                shared.note(Simulation.Stopped(), at: count)
            }
        }
        for thread in threads { thread.join() }
        // Of several failures that of the first piece of work, whichever came first.
        if let failure = shared.failures.withLock({ $0.min { $0.place < $1.place } }) { throw failure.error }
        return shared.results.withLock { $0.compactMap { $0 } }
    }
}
