import Foundation

/// What `Tests/Reference/statistics.py` printed.
struct ReferenceTable: Decodable {
    struct Student: Decodable {
        /// t, degrees, probability of at most t: SciPy.
        var cdf: [[Double]]
        /// p, degrees, quantile: SciPy.
        var quantile: [[Double]]
        /// As `cdf`, evaluated in 50 digits.
        var exact: [[Double]]
        /// As `quantile`, evaluated in 50 digits.
        var exactQuantile: [[Double]]
    }
    struct Normal: Decodable {
        var quantile: [[Double]]
        var cdf: [[Double]]
    }
    struct Mean: Decodable {
        var sample: String
        var level, mean, deviation, halfWidth, low, high: Double
    }
    struct Test: Decodable {
        var kind, a, b: String
        var level, bound, degrees, p, estimate, low, high, above, below: Double
    }
    struct Ratio: Decodable {
        var a, b: String
        var level, estimate, low, high: Double
    }
    struct Family: Decodable {
        var p, adjusted: [Double]
    }
    struct WarmUpCase: Decodable {
        var series: [Double]
        var keep: Int?
    }

    var source: String
    var t: Student
    var normal: Normal
    var samples: [String: [Double]]
    var means: [Mean]
    var tests: [Test]
    var ratios: [Ratio]
    var holm: [Family]
    var mser: [WarmUpCase]

    static func load() throws -> ReferenceTable {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Reference/statistics.json")
        return try JSONDecoder().decode(ReferenceTable.self, from: Data(contentsOf: file))
    }
}

/// |a - b| relative to b; 0 for equal values, also infinite ones.
func relativeError(_ a: Double, _ b: Double) -> Double {
    a == b ? 0 : (a - b).magnitude / b.magnitude
}
