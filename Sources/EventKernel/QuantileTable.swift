/// A distribution tabulated for fast drawing: a random word is turned into a value by one look-up and one
/// straight-line step, without a call to the mathematics library.
///
/// The inside holds 1,024 cells of equal probability. The last cell is refined three times over by the same
/// number (so the upper tail is followed to probability 2^-40); there the table ends, which bounds every draw.
@frozen
public struct QuantileTable: Sendable {
    @usableFromInline static var cells: Int { 1_024 }
    @usableFromInline static var levels: Int { 4 }
    /// `levels` runs of `cells + 1` values; run k covers the last 2^(-10 k) of the probability.
    @usableFromInline let values: ContiguousArray<Double>

    /// Tabulates `distribution`, each value multiplied by `scale`.
    public init(_ distribution: Distribution, scale: Double = 1) {
        var values = ContiguousArray<Double>()
        values.reserveCapacity(QuantileTable.levels * (QuantileTable.cells + 1))
        var width = 1.0
        for _ in 0..<QuantileTable.levels {
            for cell in 0...QuantileTable.cells {
                // Counting from the top keeps 1 - p exact where p is close to one.
                let upper = width * Double(QuantileTable.cells - cell) / Double(QuantileTable.cells)
                let capped = max(upper, 0x1p-40)
                values.append(distribution.quantile(1 - capped) * scale)
            }
            width /= Double(QuantileTable.cells)
        }
        self.values = values
    }

    /// The value that belongs to 64 random bits.
    @inlinable @inline(__always)
    public func value(_ word: UInt64) -> Double {
        let cell = Int(truncatingIfNeeded: word &>> 54)
        if cell == QuantileTable.cells - 1 { return tail(word) }
        let low = values[cell]
        let share = Double(Int64(bitPattern: (word &<< 10) &>> 11)) * 0x1p-53
        return low + (values[cell + 1] - low) * share
    }

    @usableFromInline
    func tail(_ word: UInt64) -> Double {
        var rest = word
        var base = 0
        for level in 0..<QuantileTable.levels {
            base = level * (QuantileTable.cells + 1)
            let cell = Int(truncatingIfNeeded: rest &>> 54)
            rest = rest &<< 10
            if cell < QuantileTable.cells - 1 || level == QuantileTable.levels - 1 {
                let low = values[base + cell]
                let share = Double(Int64(bitPattern: rest &>> 11)) * 0x1p-53
                return low + (values[base + cell + 1] - low) * share
            }
        }
        return values[base + QuantileTable.cells]
    }

    /// The mean of what the table draws.
    public var mean: Double {
        var sum = 0.0
        var width = 1.0
        for level in 0..<QuantileTable.levels {
            let base = level * (QuantileTable.cells + 1)
            let last = level == QuantileTable.levels - 1
            let cells = last ? QuantileTable.cells : QuantileTable.cells - 1
            let each = width / Double(QuantileTable.cells)
            for cell in 0..<cells {
                sum += each * 0.5 * (values[base + cell] + values[base + cell + 1])
            }
            width = each
        }
        return sum
    }
}
