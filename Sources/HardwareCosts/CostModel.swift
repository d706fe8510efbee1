import EventKernel

/// How much an operation costs, as a function of what it grows with. Numbers count in the unit of the
/// primitive's quantity (`CostQuantity`).
public enum CostModel: Hashable, Sendable {
    /// Always the same, whatever the number.
    case constant(Double)
    /// A fixed part, and a part for each byte.
    case affine(fixed: Double, perByte: Double)
    /// A fixed part, and a part for each item. `each` is what passes on the clock for one item while
    /// `threads` threads share the work; with one thread it is the work itself.
    case perItem(fixed: Double, each: Double, threads: Int = 1)
    /// The law of one operation, or of one item where items are counted.
    case quantiles([Distribution.QuantilePoint])
    /// Straight lines between points; see `CostCurve`.
    case curve(CostCurve)

    /// The cost of `amount` bytes or items; of one operation where the primitive grows with nothing.
    ///
    /// What is computed is `fixed + slope · amount` in double precision: one product, one sum, each rounded
    /// once, so every machine gives the same bits. Quantiles count with their mean.
    public func value(at amount: UInt64 = 1) -> Double {
        switch self {
        case .constant(let value): value
        case .affine(let fixed, let perByte): fixed + perByte * Double(amount)
        case .perItem(let fixed, let each, _): fixed + each * Double(amount)
        case .quantiles(let points): CostModel.mean(of: points) * Double(amount)
        case .curve(let curve): curve.value(at: Double(amount))
        }
    }

    /// The cost of a quantity of time: `value` to the nearest nanosecond, ties to the even one; `.forever`
    /// when that does not fit into 64 bits.
    public func duration(at amount: UInt64 = 1) -> SimDuration { CostModel.duration(value(at: amount)) }

    /// The time on the clock with another number of threads than the model's, if the work divides evenly
    /// among them. What is not per item stays as it is.
    public func duration(at amount: UInt64, threads: Int) -> SimDuration {
        precondition(threads > 0, "work needs a thread")
        guard case .perItem(let fixed, let each, let measured) = self else { return duration(at: amount) }
        let work = each * Double(measured)
        return CostModel.duration(fixed + work * Double(amount) / Double(threads))
    }

    /// The time that cores spend in total: per item, the clock's time times the threads, which were all busy.
    public func coreTime(at amount: UInt64 = 1) -> SimDuration { duration(at: amount, threads: 1) }

    /// The law of one operation, for drawing; nil for models that always give the same.
    public var law: Distribution? {
        if case .quantiles(let points) = self { return .quantiles(points) }
        return nil
    }

    /// The same model with every cost `factor` times as high.
    public func scaled(by factor: Double) -> CostModel {
        switch self {
        case .constant(let value): .constant(value * factor)
        case .affine(let fixed, let perByte): .affine(fixed: fixed * factor, perByte: perByte * factor)
        case .perItem(let fixed, let each, let threads):
            .perItem(fixed: fixed * factor, each: each * factor, threads: threads)
        case .quantiles(let points): .quantiles(points.map { .init($0.probability, $0.value * factor) })
        case .curve(let curve): .curve(curve.scaled(by: factor))
        }
    }

    /// The model at `factor` of its range, which is how assumptions are swept: every cost `factor` times as high. Of a
    /// factor what it has beyond 1 is, as nothing else of it is a cost.
    public func scaled(by factor: Double, as quantity: CostQuantity) -> CostModel {
        guard quantity == .factor else { return scaled(by: factor) }
        func beyond(_ value: Double) -> Double { max(1 + (value - 1) * factor, 0) }
        return switch self {
        case .constant(let value): .constant(beyond(value))
        case .affine(let fixed, let perByte): .affine(fixed: beyond(fixed), perByte: perByte * factor)
        case .perItem(let fixed, let each, let threads):
            .perItem(fixed: beyond(fixed), each: each * factor, threads: threads)
        case .quantiles(let points): .quantiles(points.map { .init($0.probability, beyond($0.value)) })
        case .curve(let curve): .curve(CostCurve(curve.points.map { .init($0.amount, beyond($0.value)) }))
        }
    }

    static func duration(_ nanoseconds: Double) -> SimDuration {
        let whole = nanoseconds.rounded(.toNearestOrEven)
        if whole.isNaN || whole >= 0x1p64 { return .forever }
        return SimDuration(nanoseconds: UInt64(max(whole, 0)))
    }

    /// The mean of a law that is a straight line between its points.
    private static func mean(of points: [Distribution.QuantilePoint]) -> Double {
        zip(points, points.dropFirst()).reduce(0) { sum, pair in
            sum + (pair.1.probability - pair.0.probability) * 0.5 * (pair.0.value + pair.1.value)
        }
    }
}

/// A cost known at some amounts: straight lines between them. Below the first point it is the first's; beyond
/// the last the last line goes on, but never below zero: `isBeyond` says that this is a guess.
public struct CostCurve: Hashable, Sendable {
    /// The points, by rising amount.
    public var points: [Point]

    /// A cost at an amount.
    public struct Point: Hashable, Sendable {
        /// How many bytes or items.
        public var amount: Double
        /// What they cost.
        public var value: Double

        /// A cost at an amount.
        public init(_ amount: Double, _ value: Double) {
            self.amount = amount
            self.value = value
        }
    }

    /// A cost known at these amounts.
    public init(_ points: [Point]) { self.points = points }

    /// The cost at `amount`; 0 for a curve without points, which no valid file has.
    public func value(at amount: Double) -> Double {
        guard var low = points.first else { return 0 }
        if amount <= low.amount { return low.value }
        var high = low
        for point in points.dropFirst() {
            (low, high) = (high, point)
            if amount <= point.amount { break }
        }
        if high.amount <= low.amount { return high.value }
        let share = (amount - low.amount) / (high.amount - low.amount)
        return max(0, low.value + (high.value - low.value) * share)
    }

    /// Whether `amount` is outside of what the points cover.
    public func isBeyond(_ amount: Double) -> Bool {
        guard let first = points.first, let last = points.last else { return true }
        return amount < first.amount || amount > last.amount
    }

    func scaled(by factor: Double) -> CostCurve {
        CostCurve(points.map { Point($0.amount, $0.value * factor) })
    }
}
