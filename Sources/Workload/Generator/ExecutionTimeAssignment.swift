import EventKernel

extension AzureLikeGenerator {
    /// Mean execution time of each function, ms: quantiles of the published curve, dealt out with the wanted
    /// rank correlation to calls, then swapped between functions where one would keep too many cores busy.
    ///
    /// A rank correlation says next to nothing about the few functions that most calls are to, and those
    /// decide the load of a cluster: with the curve's mean of 10 s for the most popular the trace's load
    /// would be 20 times what its samples show. Hence the bound.
    func drawExecutionTimes(_ totals: [UInt64]) -> [Double] {
        var stream = GeneratorStage.duration.stream(seed: seed)
        let order = correlatedOrder(
            of: totals.map { Double($0) }, correlation: durationPopularityCorrelation, &stream)
        let sorted = stratified(count: totals.count, &stream).sorted().map {
            // An average of nothing at all is one of less than the trace's millisecond.
            max(PublishedTables.executionCurve.quantile($0), 0.01)
        }
        var result = [Double](repeating: 0, count: totals.count)
        for (rank, index) in order.enumerated() { result[index] = sorted[rank] }
        limitLoads(totals, &result)
        return result
    }

    private func limitLoads(_ totals: [UInt64], _ milliseconds: inout [Double]) {
        if maximumFunctionLoad == .infinity { return }
        let horizon = Double(minutes) * 60_000
        func load(_ function: Int, _ duration: Double) -> Double {
            Double(totals[function]) * duration / horizon
        }
        var stream = GeneratorStage.capping.stream(seed: seed)
        let popular = totals.indices.sorted { (totals[$0], $1) > (totals[$1], $0) }
        for function in popular where load(function, milliseconds[function]) > maximumFunctionLoad {
            for _ in 0..<10_000 {
                let other = Int(stream.below(UInt64(totals.count)))
                let fits =
                    load(function, milliseconds[other]) <= maximumFunctionLoad
                    && load(other, milliseconds[function]) <= maximumFunctionLoad
                if fits {
                    milliseconds.swapAt(function, other)
                    break
                }
            }
        }
    }
}
