/// Picks one of n things with given weights in constant time (Walker 1974, built as by Vose 1991).
struct AliasTable: Sendable {
    private struct Cell {
        /// Of 2^32: how often this cell keeps its own index.
        var threshold: UInt32
        var alias: UInt32
    }

    private var cells: ContiguousArray<Cell>

    /// A table for weights that are finite, not negative, and not all zero.
    init(weights: [Double]) {
        let total = weights.reduce(0, +)
        precondition(
            total > 0 && total.isFinite && weights.count < 1 << 32, "weights must be positive and finite")
        cells = ContiguousArray(repeating: Cell(threshold: .max, alias: 0), count: weights.count)
        var scaled = weights.map { $0 / total * Double(weights.count) }
        var small: [Int] = []
        var large: [Int] = []
        for index in weights.indices {
            cells[index].alias = UInt32(index)
            if scaled[index] < 1 { small.append(index) } else { large.append(index) }
        }
        while let poor = small.popLast(), let rich = large.popLast() {
            cells[poor] = Cell(threshold: UInt32(min(scaled[poor] * 0x1p32, 0x1p32 - 1)), alias: UInt32(rich))
            scaled[rich] -= 1 - scaled[poor]
            if scaled[rich] < 1 { small.append(rich) } else { large.append(rich) }
        }
    }

    /// The thing that belongs to 64 random bits.
    @inline(__always)
    func pick(_ word: UInt64) -> UInt32 {
        let (cell, rest) = word.multipliedFullWidth(by: UInt64(cells.count))
        let entry = cells[Int(truncatingIfNeeded: cell)]
        return UInt32(truncatingIfNeeded: rest &>> 32) < entry.threshold
            ? UInt32(truncatingIfNeeded: cell) : entry.alias
    }
}
