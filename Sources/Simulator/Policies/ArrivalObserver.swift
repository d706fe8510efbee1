import EventKernel

/// A policy of another hook than the idle policy's that learns from arrivals.
///
/// The engine tells arrivals to the idle policy only; `ObservedIdlePolicy` passes them on, so that such a policy goes
/// with any idle policy.
public protocol ArrivalObserver: AnyObject {
    /// A call of `unit` arrived. Called before a sandbox is chosen.
    func arrived(at unit: UnitView, now: SimTime)
}

/// An idle policy whose arrivals another policy learns from too. It decides as the idle policy does.
final class ObservedIdlePolicy: IdlePolicy {
    private let idle: any IdlePolicy
    private let observer: any ArrivalObserver
    private let isObserving: Bool

    init(_ idle: any IdlePolicy, observer: any ArrivalObserver) {
        self.idle = idle
        self.observer = observer
        isObserving = idle.observesArrivals
    }

    var observesArrivals: Bool { true }

    func arrived(at unit: UnitView, now: SimTime, idleTime: SimDuration?) {
        observer.arrived(at: unit, now: now)
        if isObserving { idle.arrived(at: unit, now: now, idleTime: idleTime) }
    }

    func constantKeepAlive(of unit: UnitView) -> SimDuration? { idle.constantKeepAlive(of: unit) }

    func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        idle.nextStep(of: sandbox, unit: unit, now: now)
    }

    func nextStep(
        of sandbox: SandboxView, unit: UnitView, now: SimTime, in cluster: borrowing ClusterState
    ) -> IdleStep {
        idle.nextStep(of: sandbox, unit: unit, now: now, in: cluster)
    }

    func stepAfterUse(in state: IdleStateID) -> IdleStep? { idle.stepAfterUse(in: state) }

    func refused(_ state: IdleStateID, to sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        idle.refused(state, to: sandbox, unit: unit, now: now)
    }

    var observesRestores: Bool { idle.observesRestores }

    func restored(_ unit: UnitID, from state: IdleStateID, startup: SimDuration) {
        idle.restored(unit, from: state, startup: startup)
    }
}
