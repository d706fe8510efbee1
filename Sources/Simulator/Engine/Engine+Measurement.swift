import EventKernel

// What is observed at given times.
extension Engine {
    /// Sets the times at which something is observed, and places the first loads ahead of need.
    mutating func begin() {
        let warmUp = recorder.countedFrom
        if warmUp > 0 { schedule(.measurementBegin, at: warmUp, index: 0) }
        schedule(.horizon, at: horizon, index: 0)
        schedule(.sample, at: warmUp, index: 0)
        scheduleFailures()
        guard let prewarm else { return }
        for unit in 0..<cluster.units.count {
            if let order = prewarm.firstOrder(for: view(ofUnit: unit)) { accept(order, for: unit) }
        }
    }

    /// The warm-up ends: what was measured so far is forgotten.
    mutating func restartMeasurement() {
        cluster.restartMeasurement(at: clock)
        for (key, _) in cluster.merged {
            let unit = Int(key & 0xFFFF_FFFF)
            let bytes = content?.mergeable(unit: unit) ?? 0
            cluster.units[unit].wasted &-= UInt128(bytes.multipliedFullWidth(by: clock))
        }
        fabricBefore = fabric.statistics
        recorder.waitingPeak = waiting.count
    }

    /// Notes a point of the timeline.
    mutating func sample() {
        let cold = recorder.starts.cold
        let evicted = recorder.evictions.total
        recorder.timeline.append(
            TimelineRow(
                time: Double(clock) / 1e9,
                memory: MemoryPurpose.allCases.map { cluster.ledger.totals[Int($0.rawValue)].amount },
                sandboxes: cluster.alive.amount, idle: cluster.idleCount, waiting: waiting.count,
                arrived: recorder.arrived - recorder.lastSample.arrived,
                cold: cold - recorder.lastSample.cold,
                evicted: evicted - recorder.lastSample.evicted))
        recorder.lastSample = (recorder.arrived, cold, evicted)
        let next = clock + scenario.measurement.interval.nanoseconds
        if next <= horizon { schedule(.sample, at: next, index: 0) }
    }

    /// The horizon: memory is measured up to here.
    mutating func endMeasurement() {
        measured = Measured(
            total: MeasuredAmount(cluster.ledger.total, until: clock),
            byPurpose: MemoryPurpose.allCases.map {
                cluster.ledger.totals[Int($0.rawValue)].integral(to: clock)
            },
            sandboxes: MeasuredAmount(cluster.alive, until: clock),
            registry: MeasuredAmount(cluster.ledger.controllerMetadata, until: clock),
            idleInState: cluster.idleInState.map { MeasuredAmount($0, until: clock) },
            resourcesHeld: cluster.resources.held(until: clock),
            waste: (0..<cluster.units.count).map { cluster.units[$0].wasted })
        for sandbox in 0..<cluster.sandboxes.count {
            let bytes = cluster.wasting(sandbox)
            let unit = Int(cluster.sandboxes[sandbox].unit)
            measured?.waste[unit] &+= UInt128(bytes.multipliedFullWidth(by: clock))
        }
        for (key, _) in cluster.merged {
            let unit = Int(key & 0xFFFF_FFFF)
            let bytes = content?.mergeable(unit: unit) ?? 0
            measured?.waste[unit] &+= UInt128(bytes.multipliedFullWidth(by: clock))
        }
    }
}

/// What was measured over time, as it stood at the horizon.
struct Measured {
    var total: MeasuredAmount
    /// Byte nanoseconds by purpose.
    var byPurpose: [UInt128]
    var sandboxes: MeasuredAmount
    /// The registry at the controller, in bytes.
    var registry: MeasuredAmount
    /// Sandboxes idle in each state.
    var idleInState: [MeasuredAmount]
    /// Nanoseconds for which each serial resource was held.
    var resourcesHeld: [UInt128]
    /// Byte nanoseconds by unit.
    var waste: [UInt128]
}

/// An amount's integral over the measured time, and its peak.
struct MeasuredAmount {
    var integral: UInt128
    var peak: UInt64

    init(_ amount: PeakedAmount, until now: UInt64) {
        integral = amount.overTime.integral(to: now)
        peak = amount.peak
    }
}
