import EventKernel

/// Sandboxes that a policy sent to the base state and that are not there yet.
///
/// Until they are, the cluster does not count them as base sandboxes; without this a burst of sandboxes that become
/// idle together would all become base sandboxes.
struct BasesUnderWay: ~Copyable {
    struct Record: BitwiseCopyable {
        var count: UInt32 = 0
        /// When the latest was sent.
        var since = SimTime.zero
    }

    private var records: Slab<Record>
    /// One whose node failed never arrives; after this long it is not waited for any more.
    private static let patience = SimDuration.minutes(1)

    /// None, of so many units.
    init(units: Int) { records = Slab(repeating: Record(), count: units) }

    /// How many of `unit` there are.
    func count(_ unit: Int, now: SimTime) -> Int {
        let record = records[unit]
        return record.since + BasesUnderWay.patience < now ? 0 : Int(record.count)
    }

    /// One more of `unit`.
    mutating func add(_ unit: Int, now: SimTime) {
        records[unit] = Record(count: UInt32(count(unit, now: now)) + 1, since: now)
    }

    /// Notes that a sandbox of `unit` was refused the base state.
    mutating func refused(_ unit: Int) {
        if records[unit].count > 0 { records[unit].count -= 1 }
    }

    /// Notes that the policy is asked about `sandbox`, which is in the base state: for the first time, unless it was
    /// used just now.
    mutating func asked(about sandbox: SandboxView, now: SimTime) {
        if sandbox.since == now, sandbox.lastUsed < now { refused(sandbox.unit.index) }
    }
}
