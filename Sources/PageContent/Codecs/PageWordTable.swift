/// Where a word of 8 bytes lies in a page or its base: a small hash table that forgets everything at once by counting
/// generations, so that a new page costs no clearing.
struct PageWordTable {
    private static let bits: UInt64 = 10
    /// A generation in the upper 22 bits, an index in the lower 10.
    private let slots: UnsafeMutablePointer<UInt32>
    private var generation: UInt32 = 0

    init() {
        slots = .allocate(capacity: 1 << Int(PageWordTable.bits))
        slots.initialize(repeating: 0, count: 1 << Int(PageWordTable.bits))
    }

    func deallocate() { slots.deallocate() }

    /// Forgets everything.
    mutating func clear() {
        generation &+= 1
        if generation == 1 << 22 {
            slots.update(repeating: 0, count: 1 << Int(PageWordTable.bits))
            generation = 1
        }
    }

    /// Forgets everything else and enters the words of `base` but zero; of equal words the first counts.
    mutating func fill(_ base: UnsafeRawPointer) {
        clear()
        let stamp = generation << 10
        var word = CopyInsertFormat.words
        while word > 0 {
            word &-= 1
            let value = base.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
            slots[PageWordTable.slot(value)] = stamp | UInt32(truncatingIfNeeded: word)
        }
    }

    /// Enters `value` at `index`: below 512 a word of the base, above of the page.
    @inline(__always)
    func insert(_ value: UInt64, _ index: Int) {
        slots[PageWordTable.slot(value)] = generation << 10 | UInt32(truncatingIfNeeded: index)
    }

    /// The index of `value`, or -1.
    @inline(__always)
    func find(_ value: UInt64, page: UnsafeRawPointer, base: UnsafeRawPointer) -> Int {
        let slot = slots[PageWordTable.slot(value)]
        if slot >> 10 != generation { return -1 }
        let index = Int(slot & 1_023)
        let place = (index & 511) &* 8
        let there = index < CopyInsertFormat.words ? base + place : page + place
        return there.loadUnaligned(as: UInt64.self) == value ? index : -1
    }

    @inline(__always)
    private static func slot(_ value: UInt64) -> Int {
        Int(truncatingIfNeeded: (value &* 0x9E37_79B9_7F4A_7C15) >> (64 - bits))
    }
}
