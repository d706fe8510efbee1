/// Medes' problems by the equations of the paper (EuroSys'22, section 5.2 and 5.3).
///
/// With W + D = C (1) everything is linear in D, so each constraint is a half-line of D and the optimum is an end of
/// what they leave of [0, C]:
/// - the load (2), W / R_W + D / R_D > lambda, bounds D from above when a restore takes longer than a warm start;
/// - P1 minimises the memory (3), W m_W + D (m_D + m_R), where the mean start (4) is below alpha s_W;
/// - P2 minimises the mean start (4) where the memory (3) is below M0.
///
/// N, the calls of a period T, is lambda T, so that T cancels. The strict signs are read as "at least" and "at most":
/// an open interval has no optimum.
public struct MedesEquations: Hashable, Sendable {
    /// The function.
    public var situation: MedesSituation

    /// The equations of `situation`.
    public init(_ situation: MedesSituation) { self.situation = situation }

    /// How many sandboxes should be deduplicated.
    public enum Plan: Hashable, Sendable {
        /// As many as the constraints allow: up to this number.
        case upTo(Double)
        /// No more than the constraints need: at least this number.
        case atLeast(Double)
        /// The constraints contradict each other. `isLoadTooHigh`: even the load alone cannot be met.
        case infeasible(isLoadTooHigh: Bool)
    }

    /// Numbers of deduplicated sandboxes from `low` to `high`; none when `low` is above `high`.
    private struct Interval {
        var low: Double
        var high: Double

        /// Leaves what also fulfils slope · D <= bound.
        mutating func limit(_ slope: Double, atMost bound: Double) {
            if slope > 0 {
                high = min(high, bound / slope)
            } else if slope < 0 {
                low = max(low, bound / slope)
            } else if bound < 0 {
                high = -.infinity
            }
        }

        var isEmpty: Bool { low > high }
    }

    /// The solution of `problem`.
    public func plan(_ problem: MedesProblem) -> Plan {
        let s = situation
        let count = s.warm + s.deduplicated
        let warmUse = 1 / s.warmPeriod
        let restoreUse = 1 / s.restorePeriod
        var interval = Interval(low: 0, high: count)
        interval.limit(warmUse - restoreUse, atMost: count * warmUse - s.rate)
        if interval.isEmpty { return .infeasible(isLoadTooHigh: true) }

        let memorySlope = s.storedMemory + s.restoreMemory - s.warmMemory
        let startSlope = s.restore * restoreUse - s.warmStart * warmUse
        let objective: Double
        switch problem {
        case .latency:
            let allowed = s.alpha * s.warmStart * s.rate
            interval.limit(startSlope, atMost: allowed - count * s.warmStart * warmUse)
            objective = memorySlope
        case .memory:
            interval.limit(memorySlope, atMost: s.budget - count * s.warmMemory)
            objective = startSlope
        }
        if interval.isEmpty { return .infeasible(isLoadTooHigh: false) }
        return objective < 0 ? .upTo(interval.high) : .atLeast(interval.low)
    }

    /// What is to become of one more warm sandbox: it is deduplicated when that brings D nearer to the plan.
    ///
    /// Without a solution the paper has sandboxes "deduplicated aggressively", and kept warm only if memory is available
    /// and there are not enough sandboxes for the load.
    public func verdict(_ problem: MedesProblem) -> MedesVerdict {
        switch plan(problem) {
        case .upTo(let number): situation.deduplicated + 1 <= number ? .deduplicate : .keep
        case .atLeast(let number): situation.deduplicated < number ? .deduplicate : .keep
        case .infeasible(let isLoadTooHigh):
            isLoadTooHigh && hasMemory(problem) ? .keep : .deduplicate
        }
    }

    private func hasMemory(_ problem: MedesProblem) -> Bool {
        let s = situation
        guard problem == .memory else { return s.isMemoryFree }
        return s.warm * s.warmMemory + s.deduplicated * (s.storedMemory + s.restoreMemory) < s.budget
    }
}
