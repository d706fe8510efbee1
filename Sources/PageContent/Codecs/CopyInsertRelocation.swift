/// All words of a base whose upper half is `key` have moved by `difference`.
struct CopyInsertRelocation {
    var key: UInt16
    var difference: UInt64

    init(key: UInt16, difference: UInt64) {
        self.key = key
        self.difference = difference
    }

    /// Eight words as they have moved.
    @inline(__always)
    private func moved(_ words: SIMD8<UInt64>) -> SIMD8<UInt64> {
        let upper = SIMD8<UInt64>(repeating: UInt64(key))
        let move = SIMD8<UInt64>(repeating: difference)
        return words &+ move.replacing(with: 0, where: (words &>> 32) .!= upper)
    }

    /// Writes the base as it has moved to `first` and `second`; `first` may be `source`.
    func apply(
        to source: UnsafeRawPointer, into first: UnsafeMutableRawPointer, and second: UnsafeMutableRawPointer
    ) {
        for offset in stride(from: 0, to: Page.size, by: 64) {
            let words = moved(source.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self))
            first.storeBytes(of: words, toByteOffset: offset, as: SIMD8<UInt64>.self)
            second.storeBytes(of: words, toByteOffset: offset, as: SIMD8<UInt64>.self)
        }
    }

    /// Writes the base as it has moved and compares it with a page as `PageWords.compare` does.
    func apply(
        to source: UnsafeRawPointer, into target: UnsafeMutableRawPointer, comparedTo page: UnsafeRawPointer,
        _ differing: UnsafeMutablePointer<UInt64>
    ) -> Int {
        for offset in stride(from: 0, to: Page.size, by: 64) {
            let words = moved(source.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self))
            target.storeBytes(of: words, toByteOffset: offset, as: SIMD8<UInt64>.self)
        }
        return PageWords.compare(page, target, into: differing)
    }

    // MARK: - In a patch

    /// The most bytes that one takes in a patch.
    static let largest = 12

    /// The difference as it stands in a patch.
    private var coded: (low: UInt64, high: UInt64) {
        let signed = Int64(bitPattern: difference)
        let isPages = difference & 4_095 == 0
        let value = isPages ? signed >> 12 : signed
        let zigzag = UInt64(bitPattern: value << 1 ^ value >> 63)
        return (zigzag << 1 | (isPages ? 1 : 0), zigzag >> 63)
    }

    /// Writes it and returns its size.
    func write(to target: UnsafeMutableRawPointer) -> Int {
        target.storeBytes(of: key, as: UInt16.self)
        var (low, high) = coded
        var position = 2
        while low >= 0x80 || high != 0 {
            target.storeBytes(
                of: UInt8(truncatingIfNeeded: low) | 0x80, toByteOffset: position, as: UInt8.self)
            low = low >> 7 | high << 57
            high = 0
            position += 1
        }
        target.storeBytes(of: UInt8(truncatingIfNeeded: low), toByteOffset: position, as: UInt8.self)
        return position + 1
    }

    /// Reads one; nil when it is cut short or no such number.
    init?(from patch: UnsafeRawPointer, count: Int, at position: inout Int) {
        guard position + 2 <= count else { return nil }
        key = patch.loadUnaligned(fromByteOffset: position, as: UInt16.self)
        position += 2
        var low: UInt64 = 0
        var high: UInt64 = 0
        var places: UInt64 = 0
        while true {
            guard position < count, places <= 63 else { return nil }
            let byte = patch.load(fromByteOffset: position, as: UInt8.self)
            position += 1
            low |= UInt64(byte & 0x7F) << places
            if places == 63 { high = UInt64(byte & 0x7F) >> 1 }
            if byte < 0x80 { break }
            places += 7
        }
        guard high <= 1 else { return nil }
        let zigzag = low >> 1 | high << 63
        let value = Int64(bitPattern: zigzag >> 1) ^ -Int64(bitPattern: zigzag & 1)
        difference = UInt64(bitPattern: low & 1 == 1 ? value << 12 : value)
    }
}
