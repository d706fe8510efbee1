/// An amount that changes over time, with its integral.
///
/// The integral up to T of an amount that changes by d at time t is the sum of d (T - t): so it is enough to add up
/// d t as the changes come, exactly, in 128 bits that may wrap on the way.
struct AmountOverTime: BitwiseCopyable {
    private(set) var amount: UInt64 = 0
    private var moment: UInt128 = 0

    /// More by `change` from `now` on.
    @inline(__always)
    mutating func add(_ change: UInt64, at now: UInt64) {
        add(change, moment: UInt128(change.multipliedFullWidth(by: now)))
    }

    /// Less by `change` from `now` on.
    @inline(__always)
    mutating func subtract(_ change: UInt64, at now: UInt64) {
        subtract(change, moment: UInt128(change.multipliedFullWidth(by: now)))
    }

    /// More by `change`; `moment` is the change times the time of the change.
    @inline(__always)
    mutating func add(_ change: UInt64, moment: UInt128) {
        self.moment &+= moment
        amount += change
    }

    /// Less by `change`; `moment` is the change times the time of the change.
    @inline(__always)
    mutating func subtract(_ change: UInt64, moment: UInt128) {
        self.moment &-= moment
        amount -= change
    }

    /// Amount times nanoseconds from the start of the measurement to `now`.
    func integral(to now: UInt64) -> UInt128 {
        UInt128(amount.multipliedFullWidth(by: now)) &- moment
    }

    /// Begins the measurement anew.
    mutating func restart(at now: UInt64) {
        moment = UInt128(amount.multipliedFullWidth(by: now))
    }
}

/// An amount that changes over time, with its integral and its peak.
struct PeakedAmount: BitwiseCopyable {
    private(set) var overTime = AmountOverTime()
    private(set) var peak: UInt64 = 0

    var amount: UInt64 { overTime.amount }

    /// More by `change` from `now` on.
    mutating func add(_ change: UInt64, at now: UInt64) {
        overTime.add(change, at: now)
        peak = max(peak, amount)
    }

    /// Less by `change` from `now` on.
    mutating func subtract(_ change: UInt64, at now: UInt64) { overTime.subtract(change, at: now) }

    /// Begins the measurement anew.
    mutating func restart(at now: UInt64) {
        overTime.restart(at: now)
        peak = amount
    }
}
