/// The coefficient of variation of the inter-arrival times of one application in one day, from counts by
/// minute.
///
/// As in ServerlessBench (IATCVCDFGenerator.py): c calls in a minute come at its start and every 60/c seconds
/// after; the deviation is that of the gaps as a whole population; a day with fewer than two calls has no
/// coefficient, and one with two calls has 0. That this is the rule behind the published curve shows in its
/// day-1 figures: they count 15,890 applications, as many as were called at least twice that day.
struct InterArrivalMoments: BitwiseCopyable {
    private var gaps = 0.0
    private var sum = 0.0
    private var squares = 0.0
    private var lastMinute = -1
    private var lastGap = 0.0

    /// Takes in the calls of a minute later than those before; `count` above 0.
    @inline(__always)
    mutating func add(minute: Int, count: Double) {
        let inner = 60 / count
        if lastMinute >= 0 {
            let gap = Double(minute &- lastMinute &- 1) * 60 + lastGap
            gaps += 1
            sum += gap
            squares += gap * gap
        }
        gaps += count - 1
        sum += (count - 1) * inner
        squares += (count - 1) * inner * inner
        lastMinute = minute
        lastGap = inner
    }

    /// The coefficient; nil for fewer than two calls.
    var coefficient: Double? {
        if gaps < 1 { return nil }
        let mean = sum / gaps
        // Two equal large numbers differ by their rounding only: below 1e-12 the variance is none.
        let relative = squares / gaps / (mean * mean) - 1
        return relative < 1e-12 ? 0 : relative.squareRoot()
    }
}
