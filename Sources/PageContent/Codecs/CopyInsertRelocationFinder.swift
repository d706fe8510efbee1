/// Finds the relocations that make more words of a base equal to a page's.
struct CopyInsertRelocationFinder {
    /// A relocation pays from this many words on: it takes about seven bytes, and a word that is no longer different
    /// saves two or more.
    static let fewest = 4

    /// What was found last.
    private(set) var found: [CopyInsertRelocation] = []
    private var candidates: [Candidate] = []

    private struct Candidate {
        var key: UInt16
        var difference: UInt64
        var count: Int
    }

    init() {
        found.reserveCapacity(CopyInsertFormat.relocations)
        candidates.reserveCapacity(CopyInsertRelocationFinder.most)
    }

    private static let most = 16

    /// Looks at the words that differ; the result is in `found`.
    mutating func find(
        _ page: UnsafeRawPointer, _ base: UnsafeRawPointer, _ differing: UnsafeMutablePointer<UInt64>
    ) {
        found.removeAll(keepingCapacity: true)
        candidates.removeAll(keepingCapacity: true)
        for block in 0..<8 {
            var bits = differing[block]
            while bits != 0 {
                let offset = (block &* 64 &+ bits.trailingZeroBitCount) &* 8
                bits &= bits &- 1
                let new = page.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let old = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                // Addresses of user space, outside the lowest 4 GiB.
                let isPointer = old >> 32 &- 1 < 0x7FFF && new >> 32 &- 1 < 0x7FFF
                if isPointer { note(UInt16(truncatingIfNeeded: old >> 32), new &- old) }
            }
        }
        choose(page, base)
    }

    @inline(__always)
    private mutating func note(_ key: UInt16, _ difference: UInt64) {
        for index in candidates.indices
        where candidates[index].difference == difference && candidates[index].key == key {
            candidates[index].count &+= 1
            return
        }
        if candidates.count < CopyInsertRelocationFinder.most {
            candidates.append(Candidate(key: key, difference: difference, count: 1))
        }
    }

    /// For each key the most frequent difference, if it gains more words than it loses.
    private mutating func choose(_ page: UnsafeRawPointer, _ base: UnsafeRawPointer) {
        for candidate in candidates where candidate.count >= CopyInsertRelocationFinder.fewest {
            if found.count == CopyInsertFormat.relocations { return }
            let isBeaten = candidates.contains { $0.key == candidate.key && $0.count > candidate.count }
            if isBeaten || found.contains(where: { $0.key == candidate.key }) { continue }
            let upper = UInt64(candidate.key)
            var lost = 0
            for word in 0..<CopyInsertFormat.words {
                let old = base.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
                let new = page.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
                lost &+= old >> 32 == upper && old == new ? 1 : 0
            }
            if candidate.count - lost >= CopyInsertRelocationFinder.fewest {
                found.append(CopyInsertRelocation(key: candidate.key, difference: candidate.difference))
            }
        }
    }
}
