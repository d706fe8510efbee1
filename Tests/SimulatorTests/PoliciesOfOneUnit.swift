import EventKernel
import Simulator

/// Drives the hooks of a policy by hand, as the engine would for one unit with one sandbox at a time.
struct OneUnit {
    var unit = UnitView(memory: .mebibytes(100), coldStart: .seconds(1))

    /// A call arrives at `arrival` and ends at `end`.
    /// - Returns: what becomes of the sandbox, and the load ordered.
    mutating func call<Policy: IdlePolicy & PrewarmPolicy>(
        _ policy: Policy, from arrival: SimTime, to end: SimTime
    ) -> (step: IdleStep, order: PrewarmOrder?) {
        policy.arrived(at: unit, now: arrival, idleTime: unit.lastEnd.map { arrival - $0 })
        unit.lastEnd = end
        unit.sandboxes = 1
        let order = policy.order(after: end, for: unit)
        unit.idle = 1
        let step = policy.nextStep(
            of: SandboxView(of: unit, createdAt: arrival, lastUsed: end, uses: 1), unit: unit, now: end)
        unit.idle = 0
        return (step, order)
    }

    /// What becomes of a sandbox whose load ahead of need began and ended at these times.
    mutating func loadedAhead(_ policy: some IdlePolicy, began: SimTime, ready: SimTime) -> IdleStep {
        unit.idle = 1
        defer { unit.idle = 0 }
        return policy.nextStep(
            of: SandboxView(of: unit, createdAt: began, lastUsed: ready, uses: 0, serial: 1), unit: unit,
            now: ready)
    }
}

/// A point in time by its seconds.
func at(_ seconds: Double) -> SimTime { SimTime.zero + (SimDuration(seconds: seconds) ?? .forever) }

/// A span by its minutes.
func minutes(_ count: Double) -> SimDuration { SimDuration(seconds: count * 60) ?? .forever }
