import EventKernel

/// Evicts a sandbox once it has been idle for a fixed time: 10 minutes as AWS Lambda and OpenWhisk were reported to,
/// 20 as Azure Functions ("Serverless in the Wild", ATC'20, section 2).
public final class FixedKeepAlive: IdlePolicy {
    private let keepAlive: SimDuration

    /// Keeps idle sandboxes this long.
    public init(keepAlive: SimDuration) { self.keepAlive = keepAlive }

    /// The fixed time.
    public func constantKeepAlive(of unit: UnitView) -> SimDuration? { keepAlive }

    /// Evicts after the fixed time.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        .evict(after: keepAlive)
    }

    static let entry = PolicyEntry<IdlePolicies>(
        "fixed", "evicts after a fixed idle time (ATC'20 section 2)",
        parameters: [
            PolicyParameter("keep-alive", "how long an idle sandbox stays", standard: .duration(.minutes(10)))
        ]
    ) { values, _ in IdlePolicies(idle: FixedKeepAlive(keepAlive: values.duration("keep-alive"))) }
}
