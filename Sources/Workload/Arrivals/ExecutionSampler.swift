import EventKernel

/// Draws execution times: for each function, a pure function of 64 random bits that belong to the invocation.
struct ExecutionSampler: Sendable {
    private struct Entry {
        var kind: Kind
        /// Index into `shapes` or `percentiles`.
        var table: UInt32
        /// Nanoseconds: the constant, or what a shape's draw is multiplied by.
        var scale: Double
    }

    private enum Kind: UInt8 { case constant, shaped, percentiles }

    private var entries: ContiguousArray<Entry>
    private var shapes: [QuantileTable]
    private var percentiles: PercentileTable

    /// A sampler for the functions of a workload.
    init(functions: [Function], shapes: [Distribution]) {
        self.shapes = shapes.map { QuantileTable($0) }
        percentiles = PercentileTable()
        entries = []
        entries.reserveCapacity(functions.count)
        for function in functions {
            switch function.executionTime {
            case .perCall:
                entries.append(Entry(kind: .constant, table: 0, scale: 0))
            case .constant(let duration):
                entries.append(Entry(kind: .constant, table: 0, scale: Double(duration.nanoseconds)))
            case .shaped(let shape, let scale):
                entries.append(Entry(kind: .shaped, table: shape, scale: scale * 1e9))
            case .percentiles(let points):
                entries.append(Entry(kind: .percentiles, table: UInt32(percentiles.count), scale: 1e6))
                percentiles.append(points)
            }
        }
    }

    /// The execution time of one call of `function`.
    @inline(__always)
    func execution(of function: FunctionID, word: UInt64) -> SimDuration {
        let entry = entries[function.index]
        let nanoseconds: Double
        switch entry.kind {
        case .constant: nanoseconds = entry.scale
        case .shaped: nanoseconds = shapes[Int(entry.table)].value(word) * entry.scale
        case .percentiles: nanoseconds = percentiles.value(of: Int(entry.table), word: word) * entry.scale
        }
        // Truncation through Int64 is a third of the cost of UInt64(Double).
        return SimDuration(nanoseconds: UInt64(bitPattern: Int64(nanoseconds)))
    }
}

/// The percentiles of many functions, laid out so that a draw takes no branch on the random number.
struct PercentileTable: Sendable {
    /// Eight places for each function: its seven percentiles, and nothing.
    private var points: ContiguousArray<Float> = []
    /// Of each of the six lines: the probability where it starts; then one over the probability it covers.
    private let lines: ContiguousArray<Double> = [
        0, 0.01, 0.25, 0.5, 0.75, 0.99, 100, 1 / 0.24, 4, 4, 1 / 0.24, 100,
    ]

    /// How many functions there are.
    var count: Int { points.count / 8 }

    mutating func append(_ p: ExecutionTime.Percentiles) {
        points.append(contentsOf: [p.p0, p.p1, p.p25, p.p50, p.p75, p.p99, p.p100, 0])
    }

    /// Milliseconds drawn by straight lines through the percentiles of a function.
    @inline(__always)
    func value(of function: Int, word: UInt64) -> Double {
        let u = RandomStream.unit(word)
        let line = PercentileTable.line(Int64(bitPattern: word &>> 11))
        let low = Double(points[function &* 8 &+ line])
        let high = Double(points[function &* 8 &+ line &+ 1])
        return low + (high - low) * ((u - lines[line]) * lines[line &+ 6])
    }

    /// Which of the six lines holds the probability `u` / 2^53: five, and one less for each start above it.
    /// The sign bits of differences add up without the branches that comparisons become here (7 ns a call).
    @inline(__always)
    private static func line(_ u: Int64) -> Int {
        let below =
            (u &- Int64(0x1p53 * 0.01)) &>> 63 &+ (u &- Int64(0x1p53 * 0.25)) &>> 63
            &+ (u &- Int64(0x1p53 * 0.5)) &>> 63 &+ (u &- Int64(0x1p53 * 0.75)) &>> 63
            &+ (u &- Int64(0x1p53 * 0.99)) &>> 63
        return Int(truncatingIfNeeded: 5 &+ below)
    }
}

extension ExecutionTime.Percentiles {
    /// The mean of what is drawn, in ms.
    public var mean: Double {
        let ends = [
            (p0, p1, 0.01), (p1, p25, 0.24), (p25, p50, 0.25), (p50, p75, 0.25), (p75, p99, 0.24),
            (p99, p100, 0.01),
        ]
        return ends.reduce(0) { $0 + Double($1.0 + $1.1) / 2 * $1.2 }
    }
}
