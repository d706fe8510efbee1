import EventKernel

/// Evicts every sandbox at the end of its execution: each call that finds no running sandbox with a free slot is cold.
public final class NoKeepAlive: IdlePolicy {
    /// Keeps nothing.
    public init() {}

    /// No time at all.
    public func constantKeepAlive(of unit: UnitView) -> SimDuration? { .zero }

    /// Evicts at once.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        .evict(after: .zero)
    }

    static let entry = PolicyEntry<IdlePolicies>("none", "evicts at the end of each execution") { _, _ in
        IdlePolicies(idle: NoKeepAlive())
    }
}
