import EventKernel

// What is observed at given times.
extension Engine {
    /// Sets the times at which something is observed, and places the first loads ahead of need.
    mutating func begin() {
        let warmUp = recorder.countedFrom
        if warmUp > 0 { schedule(.measurementBegin, at: warmUp, index: 0) }
        schedule(.horizon, at: horizon, index: 0)
        schedule(.sample, at: warmUp, index: 0)
        guard let prewarm else { return }
        for unit in 0..<cluster.units.count {
            if let order = prewarm.firstOrder(for: view(ofUnit: unit)) { accept(order, for: unit) }
        }
    }

    /// Notes a point of the timeline.
    mutating func sample() {
        var idle: UInt64 = 0
        for unit in 0..<cluster.units.count { idle += UInt64(cluster.units[unit].idle) }
        let cold = recorder.starts.cold
        let evicted = recorder.evictions.total
        recorder.timeline.append(
            TimelineRow(
                time: Double(clock) / 1e9,
                memory: MemoryPurpose.allCases.map { cluster.ledger.totals[Int($0.rawValue)].bytes },
                sandboxes: cluster.alive.bytes, idle: idle, waiting: waiting.count,
                arrived: recorder.arrived - recorder.lastSample.arrived, cold: cold - recorder.lastSample.cold,
                evicted: evicted - recorder.lastSample.evicted))
        recorder.lastSample = (recorder.arrived, cold, evicted)
        let next = clock + scenario.measurement.interval.nanoseconds
        if next <= horizon { schedule(.sample, at: next, index: 0) }
    }

    /// The horizon: memory is measured up to here.
    mutating func endMeasurement() {
        cluster.ledger.settle(at: clock)
        cluster.alive.settle(at: clock)
        for sandbox in 0..<cluster.sandboxes.count {
            let record = cluster.sandboxes[sandbox]
            if record.phase != .gone, record.running == 0 { countWaste(of: sandbox) }
        }
        atHorizon = HorizonTotals(
            total: cluster.ledger.total, byPurpose: cluster.ledger.totals, alive: cluster.alive)
        isMeasured = true
    }
}

/// Amounts over time as they stood at the horizon.
struct HorizonTotals: BitwiseCopyable {
    var total = MemoryLedger.Total()
    var byPurpose: InlineArray<7, MemoryLedger.Total> = InlineArray(repeating: MemoryLedger.Total())
    var alive = MemoryLedger.Total()
}
