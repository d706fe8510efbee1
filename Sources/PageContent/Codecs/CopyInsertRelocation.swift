/// All words of a base whose upper half is `key` have moved by `difference`.
struct CopyInsertRelocation {
    var key: UInt16
    var difference: UInt64

    init(key: UInt16, difference: UInt64) {
        self.key = key
        self.difference = difference
    }

    /// Writes the base as it has moved; `target` may be `source`.
    func apply(to source: UnsafeRawPointer, into target: UnsafeMutableRawPointer) {
        let upper = UInt64(key)
        for index in 0..<CopyInsertFormat.words {
            let word = source.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)
            let moved = word &+ (word &>> 32 == upper ? difference : 0)
            target.storeBytes(of: moved, toByteOffset: index &* 8, as: UInt64.self)
        }
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
            target.storeBytes(of: UInt8(truncatingIfNeeded: low) | 0x80, toByteOffset: position, as: UInt8.self)
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
