/// Medes' problems as the released code answers them (utnslab/Medes 2e28dec, `DedupBoundaryHeuristic`), comparison by
/// comparison and in the same order, so that what it does at the edges (nothing called, restores as fast as warm
/// starts) is done here too.
///
/// Base sandboxes are counted twice, m_D is m_W less the benefit, and m_R is left out.
public struct MedesClosedForms: Hashable, Sendable {
    /// The function.
    public var situation: MedesSituation

    /// The closed forms of `situation`.
    public init(_ situation: MedesSituation) { self.situation = situation }

    /// Sandboxes as the code counts them: base sandboxes twice.
    public var count: Double { situation.warm + situation.bases + situation.deduplicated }

    private var cost: Double { situation.warmPeriod / situation.restorePeriod }

    /// The most deduplicated sandboxes with which the load is met.
    public var mostForLoad: Double {
        (count - situation.rate * situation.warmPeriod) / (1 - cost)
    }

    /// The most deduplicated sandboxes with which starts are short enough.
    public var mostForLatency: Double {
        let s = situation
        return (s.alpha * s.warmPeriod * s.rate - count) / (s.restore * cost / s.warmStart - 1)
    }

    /// The fewest deduplicated sandboxes with which the budget is kept.
    public var fewestForMemory: Double {
        let s = situation
        return (count - s.budget / s.warmMemory) / (1 - s.storedMemory / s.warmMemory)
    }

    /// What is to become of a sandbox.
    public func verdict(_ problem: MedesProblem) -> MedesVerdict {
        let load = mostForLoad
        let now = situation.deduplicated
        switch problem {
        case .latency:
            if load < 0 { return .keep }
            let latency = mostForLatency
            if latency < 0 { return .evict }
            return now < (latency < load ? latency : load) ? .deduplicate : .keep
        case .memory:
            let memory = fewestForMemory
            if memory < 0 { return .keep }
            if memory > count { return .deduplicate }
            if memory < load { return now < memory ? .deduplicate : .keep }
            return .deduplicate
        }
    }
}
