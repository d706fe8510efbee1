import EventKernel

extension Workload {
    /// The calls of this workload in time order. Each call of this method gives a fresh stream of the same
    /// calls: they are a pure function of (workload, seed, layout).
    ///
    /// - Parameters:
    ///   - seed: what the positions and the execution times are drawn from.
    ///   - layout: where in its minute a call falls; used for minute counts only.
    public func arrivals(seed: UInt64, layout: MinuteLayout) -> any ArrivalSource {
        let sampler = ExecutionSampler(functions: functions, shapes: shapes)
        switch calls {
        case .poisson(let calls):
            return PoissonArrivalSource(calls, sampler: sampler, horizon: horizon, seed: seed)
        case .minuteCounts(let counts):
            return MinuteArrivalSource(counts, sampler: sampler, horizon: horizon, seed: seed, layout: layout)
        case .events(let events):
            return EventArrivalSource(
                events, functions: functions, sampler: sampler, horizon: horizon, seed: seed)
        }
    }
}
