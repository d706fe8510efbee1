import EventKernel

/// Decides what becomes of a sandbox that has nothing to do: through which idle states, after how long, until it is
/// evicted.
///
/// A policy is an object with its own state, made anew for each run. It returns decisions and never touches the
/// cluster. One object may answer several hooks (a hybrid policy both unloads and loads ahead).
public protocol IdlePolicy: AnyObject {
    /// How long every sandbox of `unit` stays warm before it is evicted, when that is fixed for the whole run: the
    /// engine then asks no more about the unit. Nil (the default) to be asked with `nextStep` each time.
    func constantKeepAlive(of unit: UnitView) -> SimDuration?

    /// The next step of an idle sandbox. Asked when it becomes idle (after an execution, or when a load ahead of need
    /// is done), again whenever a step was carried out, and when the last fork from it that was under way is over.
    func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep

    /// The same with the cluster to look at. Default: `nextStep` without it.
    func nextStep(
        of sandbox: SandboxView, unit: UnitView, now: SimTime, in cluster: borrowing ClusterState
    ) -> IdleStep

    /// What `nextStep` answers of every sandbox that an execution just left idle in `state`, when that is fixed for the
    /// whole run: the engine then does not ask. Nil (the default) to be asked each time.
    func stepAfterUse(in state: IdleStateID) -> IdleStep?

    /// The next step of an idle sandbox that could not enter `state`: its node lacks the memory, or nothing is there to
    /// store its pages against. Default: it stays.
    func refused(
        _ state: IdleStateID, to sandbox: SandboxView, unit: UnitView, now: SimTime
    ) -> IdleStep

    /// Whether `arrived` is to be called. Default: false.
    var observesArrivals: Bool { get }

    /// A call of `unit` arrived. `idleTime` is the time since its latest execution ended, nil when one is still
    /// running or none has ended yet. Called before a sandbox is chosen.
    func arrived(at unit: UnitView, now: SimTime, idleTime: SimDuration?)

    /// Whether `restored` is to be called. Default: false.
    var observesRestores: Bool { get }

    /// A call of `unit` begins to execute on a sandbox that was idle in `state`, other than warm, `startup` after it
    /// arrived.
    func restored(_ unit: UnitID, from state: IdleStateID, startup: SimDuration)
}

/// What to do with an idle sandbox, and when.
///
/// Steps may be due at once. Of those that follow each other in one instant a sandbox takes `mostAtOnce`; the next waits
/// for `pause`, whatever the policy says.
public enum IdleStep: Hashable, Sendable {
    /// Nothing, until it is used or memory runs short.
    case stay
    /// Ask again once it has stayed this long from now.
    case reconsider(after: SimDuration)
    /// Evict it once it has stayed this long from now.
    case evict(after: SimDuration)
    /// Move it to another idle state once it has stayed this long from now.
    case enter(IdleStateID, after: SimDuration)

    /// More steps than the longest way down through all idle states takes, with a question before each.
    static var mostAtOnce: UInt8 { 64 }
    /// How long a sandbox stays as it is after so many.
    static var pause: SimDuration { .seconds(1) }
}

extension IdlePolicy {
    /// Not fixed.
    public func constantKeepAlive(of unit: UnitView) -> SimDuration? { nil }
    /// Not fixed.
    public func stepAfterUse(in state: IdleStateID) -> IdleStep? { nil }
    /// Without a look at the cluster.
    public func nextStep(
        of sandbox: SandboxView, unit: UnitView, now: SimTime, in cluster: borrowing ClusterState
    ) -> IdleStep {
        nextStep(of: sandbox, unit: unit, now: now)
    }
    /// It stays.
    public func refused(
        _ state: IdleStateID, to sandbox: SandboxView, unit: UnitView, now: SimTime
    ) -> IdleStep { .stay }
    /// No.
    public var observesArrivals: Bool { false }
    /// Ignored.
    public func arrived(at unit: UnitView, now: SimTime, idleTime: SimDuration?) {}
    /// No.
    public var observesRestores: Bool { false }
    /// Ignored.
    public func restored(_ unit: UnitID, from state: IdleStateID, startup: SimDuration) {}
}
