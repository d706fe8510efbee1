import EventKernel
import Files
import Workload

// The record of a finished run.
extension Engine {
    /// Everything observed.
    /// - Throws: `InputError` when some sum did not fit into 64 bits: what stands there would be wrong.
    func record(applications: Int) throws(InputError) -> RunRecord {
        if mechanism.isExceeded {
            throw InputError(
                "the memory or the pages that sandboxes put away add up to more than 64 bits count",
                remedy: "give applications less memory, or run a shorter workload")
        }
        var record = RunRecord()
        guard let measured else { preconditionFailure("the run has not come to its horizon") }
        let seconds = Double(horizon - recorder.countedFrom) / 1e9
        record.seed = seed
        record.measuredSeconds = seconds
        record.invocations = InvocationCounts(
            arrived: recorder.arrived, completed: recorder.completed,
            refusedNeverFits: recorder.refusedNeverFits,
            refusedFull: recorder.refusedFull, timedOut: recorder.timedOut)
        record.starts = recorder.starts
        record.startup = LatencySummary(recorder.startup, unit: 1e-9)
        record.endToEnd = LatencySummary(recorder.endToEnd, unit: 1e-9)
        record.slowdown = LatencySummary(recorder.slowdown, unit: 1.0 / 128)
        record.memory = memoryUse(measured, seconds)
        record.evictions = recorder.evictions
        record.waiting = WaitingSummary(
            count: recorder.waitedCount, time: LatencySummary(recorder.waited, unit: 1e-9),
            peak: recorder.waitingPeak)
        record.sandboxes = MeanAndPeak(
            mean: Double(measured.sandboxes.integral) / 1e9 / seconds, peak: measured.sandboxes.peak)
        record.prewarms = recorder.prewarms
        record.timeline = recorder.timeline
        record.fingerprint = mix64(recorder.fingerprint)
        record.eventsHandled = eventsHandled
        addMechanism(to: &record.mechanism, measured, seconds)
        addRows(to: &record, applications: applications, waste: measured.waste)
        return record
    }

    private func addRows(to record: inout RunRecord, applications: Int, waste: [UInt128]) {
        record.applications = Array(repeating: ApplicationRow(), count: applications)
        var applicationOfUnit = [Int](repeating: 0, count: cluster.units.count)
        for function in 0..<recorder.tallies.count {
            let tally = recorder.tallies[function]
            record.functions.append(
                FunctionRow(
                    invocations: tally.invocations, cold: tally.cold, failed: tally.failed,
                    startupSeconds: recorder.startupSeconds(of: function),
                    behavesAs: content?.behaviour(of: Int(tally.unit)),
                    endToEnd: recorder.byFunction ? recorder.latencies[function].sorted : nil))
            let application = Int(tally.application)
            record.applications[application].invocations += tally.invocations
            record.applications[application].cold += tally.cold
            record.applications[application].failed += tally.failed
            applicationOfUnit[Int(tally.unit)] = application
        }
        for unit in waste.indices {
            let wasted = Double(waste[unit]) / 1e9
            record.applications[applicationOfUnit[unit]].wastedByteSeconds += wasted
            record.wastedByteSeconds += wasted
        }
        let cold = recorder.starts.cold + (recorder.countWaitedAsCold ? recorder.starts.waited : 0)
        record.coldShare.overall = recorder.completed == 0 ? 0 : Double(cold) / Double(recorder.completed)
        let shares = record.applications.compactMap(\.coldShare).sorted()
        record.coldShare.byApplication = [0.25, 0.5, 0.75, 0.9, 0.99].map {
            QuantileRow(share: $0, value: shares.quantile($0))
        }
    }

    private func addMechanism(to record: inout MechanismRecord, _ measured: Measured, _ seconds: Double) {
        mechanism.record(&record, execution: Double(recorder.executionTime) * cores.demand)
        for (place, amount) in measured.idleInState.enumerated() {
            record.states[place].sandboxes = MeanAndPeak(
                mean: Double(amount.integral) / 1e9 / seconds, peak: amount.peak)
            record.states[place].isBase = cluster.traits[place].protection != nil
        }
        record.registry = MemorySummary(
            mean: Double(measured.registry.integral) / 1e9 / seconds, peak: measured.registry.peak)
        record.unknownUnits = content?.unknownUnits ?? []
        record.registryBusy = starts.registryBusy(held: measured.resourcesHeld, seconds: seconds)
        let network = fabric.statistics
        record.pagesRead = network.pagesRead - fabricBefore.pagesRead
        record.pagesReadOnOwnNode = network.pagesReadOnOwnNode - fabricBefore.pagesReadOnOwnNode
        record.connectionsSetUp = network.connectionsSetUp - fabricBefore.connectionsSetUp
        record.connectionsPeak = UInt64(network.adapterPeak)
        record.connectionMemoryPeak = network.memoryPeak
    }

    private func memoryUse(_ measured: Measured, _ seconds: Double) -> MemoryUse {
        func summary(_ integral: UInt128, peak: UInt64? = nil, samples: [UInt64]) -> MemorySummary {
            let sorted = samples.map { Double($0) }.sorted()
            return MemorySummary(
                mean: Double(integral) / 1e9 / seconds, peak: peak ?? samples.max() ?? 0,
                p50: sorted.quantile(0.5), p90: sorted.quantile(0.9), p99: sorted.quantile(0.99))
        }
        var capacity: UInt64 = 0
        for node in 0..<cluster.nodeCount { capacity += cluster.ledger.capacities[node] }
        return MemoryUse(
            total: summary(
                measured.total.integral, peak: measured.total.peak,
                samples: recorder.timeline.map { $0.memory.reduce(0, +) }),
            byPurpose: MemoryPurpose.allCases.map { purpose in
                let place = Int(purpose.rawValue)
                let samples = recorder.timeline.map { $0.memory[place] }
                return MemoryUse.PurposeUse(
                    purpose: purpose, tier: .local, use: summary(measured.byPurpose[place], samples: samples))
            },
            capacity: capacity)
    }
}

extension LatencySummary {
    init(_ histogram: borrowing LogHistogram, unit: Double) {
        self.init(
            count: histogram.count, mean: histogram.mean * unit, p50: histogram.quantile(0.5) * unit,
            p90: histogram.quantile(0.9) * unit, p99: histogram.quantile(0.99) * unit,
            p999: histogram.quantile(0.999) * unit, max: Double(histogram.maximum) * unit)
    }
}

extension [Double] {
    /// The value at `share` of the way through a sorted array: the smallest that at least this share does not exceed;
    /// 0 for an empty one.
    func quantile(_ share: Double) -> Double {
        isEmpty ? 0 : self[Int((share * Double(count)).rounded(.up) - 1, within: 0...count - 1)]
    }
}
