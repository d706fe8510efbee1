import EventKernel

/// Keeps every sandbox until its memory is needed: what FaasCache builds on (ASPLOS'21), together with a reclaimer.
public final class KeepForever: IdlePolicy {
    /// Keeps everything.
    public init() {}

    /// For ever.
    public func constantKeepAlive(of unit: UnitView) -> SimDuration? { .forever }

    /// Stays.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep { .stay }

    static let entry = PolicyEntry<IdlePolicies>("forever", "keeps sandboxes until memory is needed") {
        _, _ in
        IdlePolicies(idle: KeepForever())
    }
}
