/// Holm's step-down adjustment of p-values (Holm 1979, Scand. J. Statist. 6).
public enum Holm {
    /// The adjusted p-values, in the order of `p`. Rejecting where the adjusted value is at most α errs at
    /// all, over the whole family, with probability at most α, whatever the dependence between the tests.
    ///
    /// A p that is NaN belongs to no test: it stays NaN and is not counted.
    public static func adjusted(_ p: [Double]) -> [Double] {
        let order = p.indices.filter { !p[$0].isNaN }.sorted { (p[$0], $0) < (p[$1], $1) }
        var result = p
        var largest = 0.0
        for (rank, index) in order.enumerated() {
            largest = max(largest, min(1, Double(order.count - rank) * p[index]))
            result[index] = largest
        }
        return result
    }
}
