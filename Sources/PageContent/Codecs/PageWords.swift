/// Questions about the words of a page, 8 bytes each.
enum PageWords {
    /// Sets bit i of the 512 bits from `differing` on where word i of the two pages differs; returns how many do.
    static func compare(
        _ page: UnsafeRawPointer, _ base: UnsafeRawPointer, into differing: UnsafeMutablePointer<UInt64>
    ) -> Int {
        var count = 0
        for block in 0..<8 {
            var bits: UInt64 = 0
            for group in 0..<8 {
                let offset = block &* 512 &+ group &* 64
                let ours = page.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
                let theirs = base.loadUnaligned(fromByteOffset: offset, as: SIMD8<UInt64>.self)
                // A byte of ones for each equal word; the bytes of bits and the multiplication gather them.
                let equal = SIMD8<Int64>(repeating: 0).replacing(with: -1, where: ours .== theirs)
                let bytes = unsafeBitCast(SIMD8<Int8>(truncatingIfNeeded: equal), to: UInt64.self)
                let part = ((~bytes & 0x8040_2010_0804_0201) &* 0x0101_0101_0101_0101) >> 56
                bits |= part << UInt64(group &* 8)
            }
            differing[block] = bits
            count &+= bits.nonzeroBitCount
        }
        return count
    }

    /// How many bytes are left of `value` without the zero ones at its top; `value` is not 0.
    @inline(__always)
    static func bytes(_ value: UInt64) -> Int { (71 &- value.leadingZeroBitCount) >> 3 }

    /// Bit i says that byte i is not zero.
    @inline(__always)
    static func byteMask(_ value: UInt64) -> UInt8 {
        // The top bit of each byte is set when the byte is not zero; then the eight bits are brought together.
        let low: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
        let tops = ((value & low) &+ low | value) & ~low
        return UInt8(truncatingIfNeeded: ((tops >> 7) &* 0x0102_0408_1020_4080) >> 56)
    }

    /// The bytes of `value` that `mask` names, side by side from the lowest place.
    @inline(__always)
    static func gather(_ value: UInt64, _ mask: UInt8) -> UInt64 {
        var rest = mask
        var gathered: UInt64 = 0
        var place: UInt64 = 0
        while rest != 0 {
            gathered |= (value >> UInt64(rest.trailingZeroBitCount &* 8) & 0xFF) << place
            place &+= 8
            rest &= rest &- 1
        }
        return gathered
    }
}
