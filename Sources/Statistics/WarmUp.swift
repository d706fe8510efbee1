/// Where a start-up transient ends.
public enum WarmUp {
    /// Fewest observations from which the end of a transient can be told.
    public static let leastCount = 50

    /// The index of the first observation to keep by MSER-5 (White 1997; White, Cobb and Spratt 2000): means
    /// of batches of five, cut where the squared standard error of what remains is least.
    ///
    /// Among equals the earliest cut. The last five batches are not candidates, as so few always look alike.
    /// Nil where the least lies in the second half: the series is too short to tell. Nil also for fewer than
    /// 50 observations or ones that are not finite. The result is a multiple of 5; a rest of up to four
    /// observations at the end is not looked at.
    public static func mser5(_ series: [Double]) -> Int? {
        let batches = series.count / 5
        guard series.count >= leastCount, series.allSatisfy(\.isFinite) else { return nil }
        // From the end (Welford 1962): each step gives the spread of one more batch.
        var (mean, squares) = (0.0, 0.0)
        var (best, least) = (0, Double.infinity)
        for cut in stride(from: batches - 1, through: 0, by: -1) {
            let value = series[cut * 5..<cut * 5 + 5].reduce(0) { $0 + $1 / 5 }
            let kept = Double(batches - cut)
            let delta = value - mean
            mean += delta / kept
            squares += delta * (value - mean)
            let error = squares / (kept * kept)
            if cut <= batches - 5 && error <= least {
                (best, least) = (cut, error)
            }
        }
        guard least.isFinite else { return nil }
        return 2 * best > batches ? nil : best * 5
    }
}
