/// Finds relocations that may make more words of a base equal to a page's.
struct CopyInsertRelocationFinder {
    /// A relocation pays from this many words on: it takes about seven bytes, and a word that is no longer different
    /// saves two or more.
    static let fewest = 4

    private static let slotCount = 32
    private let slots = UnsafeMutablePointer<Slot>.allocate(capacity: slotCount)

    /// How often a difference was seen between words of a key. Of two that meet in one slot the first counts.
    private struct Slot {
        var difference: UInt64
        var key: UInt32
        var count: UInt32
    }

    /// Gives its memory back; to be called once, at the end.
    func deallocate() { slots.deallocate() }

    /// Looks at the words that differ.
    func count(
        _ page: UnsafeRawPointer, _ base: UnsafeRawPointer, _ differing: UnsafeMutablePointer<UInt64>
    ) {
        slots.update(
            repeating: Slot(difference: 0, key: 0, count: 0), count: CopyInsertRelocationFinder.slotCount)
        for block in 0..<8 {
            var bits = differing[block]
            while bits != 0 {
                let offset = (block &* 64 &+ bits.trailingZeroBitCount) &* 8
                bits &= bits &- 1
                let new = page.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                let old = base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                // Addresses of user space, outside the lowest 4 GiB.
                let isPointer = old >> 32 &- 1 < 0x7FFF && new >> 32 &- 1 < 0x7FFF
                if isPointer { note(UInt32(truncatingIfNeeded: old >> 32), new &- old) }
            }
        }
    }

    @inline(__always)
    private func note(_ key: UInt32, _ difference: UInt64) {
        let hash = (difference ^ UInt64(key) << 48) &* 0x9E37_79B9_7F4A_7C15
        let slot = slots + Int(truncatingIfNeeded: hash >> 59)
        if slot.pointee.count == 0 {
            slot.pointee = Slot(difference: difference, key: key, count: 1)
        } else if slot.pointee.difference == difference, slot.pointee.key == key {
            slot.pointee.count &+= 1
        }
    }

    /// The most frequent difference that is left, which is thereby taken with all others of its key; nil when none
    /// is frequent enough.
    func next() -> CopyInsertRelocation? {
        var best = 0
        for slot in 1..<CopyInsertRelocationFinder.slotCount where slots[slot].count > slots[best].count {
            best = slot
        }
        let (key, difference) = (slots[best].key, slots[best].difference)
        if slots[best].count < CopyInsertRelocationFinder.fewest { return nil }
        for slot in 0..<CopyInsertRelocationFinder.slotCount where slots[slot].key == key {
            slots[slot].count = 0
        }
        return CopyInsertRelocation(key: UInt16(truncatingIfNeeded: key), difference: difference)
    }
}
