/// What a metric counts in; the end of its name says so.
enum MetricUnit: Hashable, Sendable {
    case bytes, seconds, byteSeconds
    /// A part of a whole.
    case share
    /// A bare number: a count, a ratio.
    case number

    /// The unit of the metric of this name.
    init(metric name: String) {
        if let derived = DerivedMetric.all.first(where: { $0.name == name }) {
            self = derived.unit
        } else if name.hasSuffix("_byte_s") {
            self = .byteSeconds
        } else if name.hasSuffix("_bytes") {
            self = .bytes
        } else if name.hasSuffix("_s") {
            self = .seconds
        } else if name.contains("_share") {
            self = .share
        } else {
            self = .number
        }
    }

    /// The unit for people that suits amounts up to `largest`: `GiB` for billions of bytes.
    func scale(largest: Double) -> MetricScale {
        let scales = self.scales
        return scales.first { largest >= $0.least }?.scale ?? scales[scales.count - 1].scale
    }

    /// Units for people, the largest first, each with the least amount that it is good for.
    private var scales: [(least: Double, scale: MetricScale)] {
        switch self {
        case .bytes:
            return [
                (0x1p40, MetricScale("TiB", per: 0x1p40)), (0x1p30 / 10, MetricScale("GiB", per: 0x1p30)),
                (0x1p20 / 10, MetricScale("MiB", per: 0x1p20)), (0x1p10, MetricScale("KiB", per: 0x1p10)),
                (0, MetricScale("B", per: 1)),
            ]
        case .seconds:
            return [
                (0.1, MetricScale("s", per: 1)), (1e-4, MetricScale("ms", per: 1e-3)),
                (1e-7, MetricScale("µs", per: 1e-6)), (0, MetricScale("s", per: 1)),
            ]
        case .byteSeconds:
            return [
                (360 * 0x1p30, MetricScale("GiB h", per: 3_600 * 0x1p30)),
                (0x1p30 / 10, MetricScale("GiB s", per: 0x1p30)), (0, MetricScale("MiB s", per: 0x1p20)),
            ]
        case .share: return [(0, MetricScale("%", per: 0.01))]
        case .number: return [(0, MetricScale("", per: 1))]
        }
    }
}

/// A unit in which numbers of a metric are shown.
struct MetricScale: Hashable, Sendable {
    /// Its symbol; empty for bare numbers.
    let symbol: String
    /// Its size in the unit in which metrics are stored.
    let size: Double

    init(_ symbol: String, per size: Double) {
        self.symbol = symbol
        self.size = size
    }

    /// The metric's name with the unit: `memory_mean_bytes (GiB)`.
    func heading(_ metric: String) -> String { symbol.isEmpty ? metric : "\(metric) (\(symbol))" }

    /// The symbol behind a number, after a space; differences of shares are in points of percentage.
    func suffix(ofDifference: Bool = false) -> String {
        if symbol.isEmpty { return "" }
        return symbol == "%" && ofDifference ? " points" : " \(symbol)"
    }
}

/// How the numbers of one row, or of one table, are shown: in one unit, with one number of digits.
struct NumberStyle {
    /// The unit.
    let scale: MetricScale
    /// Digits behind the point.
    let decimals: Int

    /// The style that shows the largest of `values` with `digits` digits, and the smallest of `halfWidths` with
    /// at least one, within reason.
    init(_ unit: MetricUnit, values: [Double], halfWidths: [Double] = [], digits: Int = 4) {
        let magnitudes = (values + halfWidths).map(\.magnitude).filter(\.isFinite)
        let scale = unit.scale(largest: magnitudes.max() ?? 0)
        self.scale = scale
        let all = Decimal.decimals(for: magnitudes.map { $0 / scale.size }, most: 4)
        let enough = max(0, all - (4 - digits))
        var finest = 0
        if let least = halfWidths.filter({ $0.isFinite && $0 > 0 }).min() {
            var unit = 1.0
            while least / scale.size < unit && finest < all + 2 {
                unit /= 10
                finest += 1
            }
        }
        let areWhole = unit == .number && magnitudes.allSatisfy { $0 == $0.rounded() }
        decimals = areWhole ? 0 : max(enough, finest)
    }

    /// A number; `-` where there is none.
    func text(_ value: Double?) -> String {
        Decimal.fixed(value.map { $0 / scale.size }, decimals: decimals)
    }

    /// A number with its sign.
    func signed(_ value: Double?) -> String {
        let text = text(value)
        guard let value, value > 0, text != "-" else { return text }
        return "+\(text)"
    }
}

extension MetricUnit {
    /// What no tolerance and no half-width of a metric in this unit is above.
    var largestAmount: Double { self == .share ? 100 : 1e30 }
}
