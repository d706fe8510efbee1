/// Where a word of 8 bytes lies in a base or in the page being encoded: two small hash tables that forget everything
/// at once by counting generations, so that a new page costs no clearing.
struct PageWordTable {
    private static let baseBits: UInt64 = 11
    private static let pageBits: UInt64 = 10
    private static let count = 1 << Int(baseBits) + 1 << Int(pageBits)
    /// A generation in the upper 23 bits, a word's number in the lower 9.
    private let baseSlots: UnsafeMutablePointer<UInt32>
    private let pageSlots: UnsafeMutablePointer<UInt32>
    private var stamp: UInt32 = 0

    init() {
        baseSlots = .allocate(capacity: PageWordTable.count)
        pageSlots = baseSlots + (1 << Int(PageWordTable.baseBits))
        baseSlots.initialize(repeating: 0, count: PageWordTable.count)
    }

    func deallocate() { baseSlots.deallocate() }

    /// Forgets everything.
    mutating func clear() {
        stamp &+= 1 << 9
        if stamp == 0 {
            baseSlots.update(repeating: 0, count: PageWordTable.count)
            stamp = 1 << 9
        }
    }

    /// Enters the words of `base`; of equal words the first counts.
    mutating func fill(_ base: UnsafeRawPointer) {
        let (slots, stamp) = (baseSlots, stamp)
        var word = CopyInsertFormat.words
        while word > 0 {
            word &-= 1
            let value = base.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
            slots[PageWordTable.baseSlot(value)] = stamp | UInt32(truncatingIfNeeded: word)
        }
    }

    /// Enters word `word` of the page.
    @inline(__always)
    func insert(_ value: UInt64, _ word: Int) {
        pageSlots[PageWordTable.pageSlot(value)] = stamp | UInt32(truncatingIfNeeded: word)
    }

    /// The word of `base` that equals `value`, or -1.
    @inline(__always)
    func find(_ value: UInt64, inBase base: UnsafeRawPointer) -> Int {
        word(baseSlots[PageWordTable.baseSlot(value)], value, base)
    }

    /// The word of `page` that equals `value` and was entered, or -1.
    @inline(__always)
    func find(_ value: UInt64, inPage page: UnsafeRawPointer) -> Int {
        word(pageSlots[PageWordTable.pageSlot(value)], value, page)
    }

    @inline(__always)
    private func word(_ slot: UInt32, _ value: UInt64, _ words: UnsafeRawPointer) -> Int {
        if slot & ~511 != stamp { return -1 }
        let word = Int(slot & 511)
        return words.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self) == value ? word : -1
    }

    @inline(__always)
    private static func baseSlot(_ value: UInt64) -> Int {
        Int(truncatingIfNeeded: (value &* 0x9E37_79B9_7F4A_7C15) >> (64 - baseBits))
    }

    @inline(__always)
    private static func pageSlot(_ value: UInt64) -> Int {
        Int(truncatingIfNeeded: (value &* 0x9E37_79B9_7F4A_7C15) >> (64 - pageBits))
    }
}
