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
    private var percentiles: ContiguousArray<ExecutionTime.Percentiles>

    /// A sampler for the functions of a workload.
    init(functions: [Function], shapes: [Distribution]) {
        self.shapes = shapes.map { QuantileTable($0) }
        percentiles = []
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
        case .percentiles: nanoseconds = percentiles[Int(entry.table)].value(word) * entry.scale
        }
        // Truncation through Int64 is a third of the cost of UInt64(Double).
        return SimDuration(nanoseconds: UInt64(bitPattern: Int64(nanoseconds)))
    }
}

extension ExecutionTime.Percentiles {
    /// Milliseconds drawn by straight lines through the percentiles.
    @inline(__always)
    func value(_ word: UInt64) -> Double {
        let u = Float(RandomStream.unit(word))
        let value: Float
        if u < 0.5 {
            if u >= 0.25 {
                value = p25 + (p50 - p25) * ((u - 0.25) * 4)
            } else if u >= 0.01 {
                value = p1 + (p25 - p1) * ((u - 0.01) / 0.24)
            } else {
                value = p0 + (p1 - p0) * (u * 100)
            }
        } else if u < 0.75 {
            value = p50 + (p75 - p50) * ((u - 0.5) * 4)
        } else if u < 0.99 {
            value = p75 + (p99 - p75) * ((u - 0.75) / 0.24)
        } else {
            value = p99 + (p100 - p99) * ((u - 0.99) * 100)
        }
        return Double(value)
    }

    /// The mean of what is drawn, in ms.
    public var mean: Double {
        let ends = [
            (p0, p1, 0.01), (p1, p25, 0.24), (p25, p50, 0.25), (p50, p75, 0.25), (p75, p99, 0.24),
            (p99, p100, 0.01),
        ]
        return ends.reduce(0) { $0 + Double($1.0 + $1.1) / 2 * $1.2 }
    }
}
