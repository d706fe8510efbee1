import EventKernel

/// Greedy-dual-size-frequency keep-alive (FaasCache, ASPLOS'21): evicts the lowest clock + frequency * cost / size.
///
/// Frequency counts the uses of all sandboxes of the unit since it last had none; cost is the cold start less the warm
/// one, in seconds; size is the sandbox's memory in MiB. A sandbox carries the clock of its last use; the clock is
/// the priority of the last victim, so what is not used ages. Deviation: the authors' simulator recomputes priorities
/// only on use of the same container, here frequency counts at once for all containers of the unit.
public final class GreedyDual: Reclaimer {
    private var clock = 0.0

    /// A clock at zero.
    public init() {}

    /// The clock.
    public var mark: UInt64 { clock.bitPattern }

    /// Clock at last use + frequency * cost / size.
    public func priority(of sandbox: SandboxView, unit: UnitView) -> ReclaimPriority {
        let cost = max(unit.coldStart.seconds - unit.warmStart.seconds, 0)
        let worth = Double(unit.usesSinceResident) * cost / max(sandbox.memory.mebibytes, 1e-6)
        return ReclaimPriority(Double(bitPattern: sandbox.mark) + worth)
    }

    /// Sets the clock to the victim's priority.
    public func evicted(_ sandbox: SandboxView, priority: ReclaimPriority) {
        clock = max(clock, priority.value)
    }

    static let entry = PolicyEntry<(any Reclaimer)?>(
        "greedy-dual", "evicts the lowest clock + frequency x cost / size (FaasCache, ASPLOS'21)"
    ) { _, _ in GreedyDual() }
}
