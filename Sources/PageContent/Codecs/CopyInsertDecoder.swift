/// Applies one patch of `CopyInsertFormat`. Trusts nothing in it: whatever the bytes say, it reads within patch and
/// base and writes within the page.
struct CopyInsertDecoder {
    private typealias Format = CopyInsertFormat

    private let patch: UnsafeRawPointer
    private let count: Int
    /// The base, relocated when the patch says so.
    private var base: UnsafeRawPointer
    private let page: UnsafeMutableRawPointer
    private let relocated: UnsafeMutableRawPointer

    /// The next byte of the patch, the next word of the page.
    private var position = 0
    private var word = 0
    private var shift = 0
    /// The last 8 remembered words and their differences from the predictions.
    private let ring: UnsafeMutablePointer<UInt64>
    private var remembered = 0

    /// Bytes of scratch memory that a decoder needs.
    static let scratchSize = Page.size + 128

    init(
        patch: UnsafeRawPointer, count: Int, base: UnsafeRawPointer, page: UnsafeMutableRawPointer,
        scratch: UnsafeMutableRawPointer
    ) {
        self.patch = patch
        self.count = count
        self.base = base
        self.page = page
        relocated = scratch
        ring = (scratch + Page.size).assumingMemoryBound(to: UInt64.self)
        ring.update(repeating: 0, count: 16)
    }

    /// Returns false when the patch is damaged.
    mutating func run() -> Bool {
        guard count > 0 else { return false }
        let header = byte(at: 0)
        position = 1
        guard header >> 4 == Format.version, header & 8 == 0 else { return false }
        if header == Format.version << 4 {
            page.copyMemory(from: base, byteCount: Page.size)
        } else {
            guard relocate(Int(header & 7)) else { return false }
        }
        while position < count {
            let token = byte(at: position)
            position &+= 1
            var skip = Int(token & 7)
            if skip == 7 {
                guard let more = length() else { return false }
                skip &+= more
            }
            guard copyPredicted(skip), step(token >> 3) else { return false }
        }
        return copyPredicted(Format.words - word)
    }

    // MARK: - Relocations

    /// Makes the relocated base, there and in the page.
    private mutating func relocate(_ relocations: Int) -> Bool {
        var source = base
        for _ in 0..<relocations {
            guard let relocation = CopyInsertRelocation(from: patch, count: count, at: &position) else {
                return false
            }
            relocation.apply(to: source, into: relocated, and: page)
            source = UnsafeRawPointer(relocated)
        }
        base = source
        return true
    }

    // MARK: - Steps

    /// Takes `words` words as predicted. Without a shift they are there already.
    @inline(__always)
    private mutating func copyPredicted(_ words: Int) -> Bool {
        guard words <= Format.words &- word else { return false }
        if shift != 0, words > 0 {
            let offset = word &* 8 &+ shift
            guard offset >= 0, offset &+ words &* 8 <= Page.size else { return false }
            (page + word &* 8).copyMemory(from: base + offset, byteCount: words &* 8)
        }
        word &+= words
        return true
    }

    /// Does one operation.
    @inline(__always)
    private mutating func step(_ operation: UInt8) -> Bool {
        if operation == Format.shift {
            guard position &+ 2 <= count else { return false }
            shift = Int(Int16(bitPattern: patch.loadUnaligned(fromByteOffset: position, as: UInt16.self)))
            position &+= 2
            return true
        }
        guard word < Format.words else { return false }
        switch operation {
        case Format.zero:
            put(0)
            return true
        case Format.zeros: return zeros()
        case Format.sum..<Format.low1:
            put(predicted &+ ring[8 &+ ((remembered &- 1 &- Int(operation &- Format.sum)) & 7)])
            return true
        case Format.low1: return low(1, of: predicted, remembering: false)
        case Format.low2, Format.low3: return low(Int(operation &- Format.low1) &+ 1, of: predicted)
        case Format.low7: return low(7, of: predicted)
        case Format.masked: return masked()
        case Format.recent0Low1...Format.recent0Low3:
            return low(Int(operation &- Format.recent0Low1) &+ 1, of: recent(0))
        case Format.recent1Low2, Format.recent1Low3:
            return low(Int(operation &- Format.recent1Low2) &+ 2, of: recent(1))
        case Format.recent: return recentAny()
        case Format.raw: return low(8, of: 0)
        case Format.raws: return raws()
        case Format.zeroPadded1...Format.zeroPadded4:
            return low(Int(operation &- Format.zeroPadded1) &+ 1, of: 0)
        case Format.zeroPadded6: return low(6, of: 0)
        case Format.zeroPadded7: return low(7, of: 0)
        case Format.copy..<Format.copies: return copyWord(upper: Int(operation &- Format.copy) << 8)
        case Format.copies: return copyWords()
        default: return copyBytes()
        }
    }

    private mutating func zeros() -> Bool {
        guard let more = length(), more &+ 2 <= Format.words &- word else { return false }
        (page + word &* 8).initializeMemory(as: UInt8.self, repeating: 0, count: (more &+ 2) &* 8)
        word &+= more &+ 2
        return true
    }

    /// A word with its lowest `bytes` bytes from the patch and the others from `upper`.
    @inline(__always)
    private mutating func low(_ bytes: Int, of upper: UInt64, remembering: Bool = true) -> Bool {
        guard position &+ bytes <= count else { return false }
        let kept = bytes >= 8 ? 0 : UInt64.max << UInt64(bytes &* 8)
        let value = upper & kept | fresh(bytes) & ~kept
        position &+= bytes
        if remembering { remember(value) }
        put(value)
        return true
    }

    /// At least `bytes` bytes of the patch from here on, the first in the lowest place.
    @inline(__always)
    private func fresh(_ bytes: Int) -> UInt64 {
        if position &+ 8 <= count { return patch.loadUnaligned(fromByteOffset: position, as: UInt64.self) }
        var value: UInt64 = 0
        for index in 0..<bytes { value |= UInt64(byte(at: position &+ index)) << UInt64(index &* 8) }
        return value
    }

    private mutating func masked() -> Bool {
        guard position < count else { return false }
        var bits = byte(at: position)
        position &+= 1
        guard position &+ bits.nonzeroBitCount <= count else { return false }
        var value = predicted
        while bits != 0 {
            let place = UInt64(bits.trailingZeroBitCount &* 8)
            value = value & ~(0xFF << place) | UInt64(byte(at: position)) << place
            position &+= 1
            bits &= bits &- 1
        }
        remember(value)
        put(value)
        return true
    }

    private mutating func recentAny() -> Bool {
        guard position < count else { return false }
        let which = byte(at: position)
        position &+= 1
        guard 1...7 ~= which >> 3 else { return false }
        return low(Int(which >> 3), of: recent(Int(which & 7)))
    }

    private mutating func raws() -> Bool {
        guard let more = length(), more &+ 2 <= Format.words &- word else { return false }
        let words = more &+ 2
        guard position &+ words &* 8 <= count else { return false }
        for _ in 0..<words {
            let value = patch.loadUnaligned(fromByteOffset: position, as: UInt64.self)
            position &+= 8
            remember(value)
            put(value)
        }
        return true
    }

    @inline(__always)
    private mutating func copyWord(upper: Int) -> Bool {
        guard position < count else { return false }
        let index = upper | Int(byte(at: position))
        position &+= 1
        if index < Format.words {
            put(base.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self))
        } else {
            guard index &- Format.words < word else { return false }
            put(page.loadUnaligned(fromByteOffset: (index &- Format.words) &* 8, as: UInt64.self))
        }
        return true
    }

    private mutating func copyWords() -> Bool {
        guard position &+ 2 <= count else { return false }
        let bits = Int(patch.loadUnaligned(fromByteOffset: position, as: UInt16.self))
        position &+= 2
        var index = bits & 1_023
        var words = bits >> 10 &+ 2
        if words == 65 {
            guard let more = length() else { return false }
            words &+= more
        }
        guard words <= Format.words &- word else { return false }
        if index < Format.words {
            guard index &+ words <= Format.words else { return false }
            (page + word &* 8).copyMemory(from: base + index &* 8, byteCount: words &* 8)
            word &+= words
            return true
        }
        index &-= Format.words
        guard index < word else { return false }
        // Word by word: the words that are made may be among those that are copied.
        for step in 0..<words {
            put(page.loadUnaligned(fromByteOffset: (index &+ step) &* 8, as: UInt64.self))
        }
        return true
    }

    private mutating func copyBytes() -> Bool {
        guard position &+ 3 <= count else { return false }
        let bits =
            Int(byte(at: position)) | Int(byte(at: position &+ 1)) << 8 | Int(byte(at: position &+ 2)) << 16
        position &+= 3
        let offset = bits & 4_095
        let words = bits >> 12
        guard words <= Format.words &- word, offset &+ words &* 8 <= Page.size else { return false }
        (page + word &* 8).copyMemory(from: base + offset, byteCount: words &* 8)
        word &+= words
        return true
    }

    // MARK: - Words

    @inline(__always)
    private func byte(at index: Int) -> UInt8 { patch.load(fromByteOffset: index, as: UInt8.self) }

    @inline(__always)
    private mutating func length() -> Int? {
        guard position < count else { return nil }
        let first = Int(byte(at: position))
        position &+= 1
        guard first == 255 else { return first }
        guard position < count else { return nil }
        position &+= 1
        return 255 &+ Int(byte(at: position &- 1))
    }

    /// What the base says of the next word.
    @inline(__always)
    private var predicted: UInt64 {
        let offset = word &* 8 &+ shift
        guard offset >= 0, offset <= Page.size &- 8 else { return 0 }
        return base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }

    @inline(__always)
    private func recent(_ age: Int) -> UInt64 { ring[(remembered &- 1 &- age) & 7] }

    @inline(__always)
    private mutating func remember(_ value: UInt64) {
        ring[remembered & 7] = value
        ring[8 &+ (remembered & 7)] = value &- predicted
        remembered &+= 1
    }

    @inline(__always)
    private mutating func put(_ value: UInt64) {
        page.storeBytes(of: value, toByteOffset: word &* 8, as: UInt64.self)
        word &+= 1
    }
}
