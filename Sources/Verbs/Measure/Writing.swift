import CVerbs

/// Putting known contents into the other side's memory.
extension Transfer {
    /// Writes a region's pieces with the pattern of `seed`, in a pass that is not timed; `verify` with that seed shows
    /// whether they arrived.
    public func write(_ plan: TransferPlan, seed: UInt64, inline: Bool = false) throws(VerbsError) {
        for piece in plan.pieces {
            guard piece.offset % 8 == 0, piece.length % 8 == 0, piece.length <= landing.memory.count else {
                throw VerbsError(.request, "pieces that are written begin and end at multiples of 8 bytes")
            }
            for word in 0..<(piece.length / 8) {
                base.storeBytes(
                    of: Pattern.word(seed: seed, index: UInt64(piece.offset / 8 + word)).littleEndian,
                    toByteOffset: word * 8, as: UInt64.self)
            }
            _ = try latency(TransferPlan([piece]), kind: .write(inline: inline))
        }
    }

    /// Counts a word of the other side up from what it holds by compare and swap, `count` times, and times each.
    /// Throws `.damage` when the word was not what the last swap left.
    public func countUp(_ piece: Piece, by count: Int) throws(VerbsError) -> [UInt64] {
        let plan = TransferPlan([piece])
        _ = try latency(plan)
        var value = base.load(as: UInt64.self)
        var samples: [UInt64] = []
        samples.reserveCapacity(count)
        for _ in 0..<count {
            samples += try latency(plan, kind: .compareAndSwap(expected: value, with: value &+ 1))
            guard base.load(as: UInt64.self) == value else {
                throw VerbsError(.damage, "a swap found another word than the last one left")
            }
            value &+= 1
        }
        _ = try latency(plan)
        guard base.load(as: UInt64.self) == value else {
            throw VerbsError(.damage, "the word does not hold what the last swap left")
        }
        return samples
    }
}
