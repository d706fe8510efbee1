import EventKernel

/// Evicts the idle sandbox that was used the longest ago.
public final class LeastRecentlyUsed: Reclaimer {
    /// By last use.
    public init() {}

    /// The end of its last execution.
    public func priority(of sandbox: SandboxView, unit: UnitView) -> ReclaimPriority {
        ReclaimPriority(sandbox.lastUsed)
    }

    static let entry = PolicyEntry<(any Reclaimer)?>("lru", "evicts the sandbox used the longest ago") {
        _, _ in
        LeastRecentlyUsed()
    }
}
