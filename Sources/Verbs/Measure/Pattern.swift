/// Contents of memory that tell where they belong: every word is a function of a seed and its place, so that a byte
/// from a wrong place, an old one or a lost one is noticed.
package enum Pattern {
    /// The word at an index (SplitMix64 of seed and index).
    @inline(__always)
    package static func word(seed: UInt64, index: UInt64) -> UInt64 {
        var value = seed &+ (index &+ 1) &* 0x9e37_79b9_7f4a_7c15
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }

    /// Fills memory, whose length is a multiple of 8.
    package static func fill(_ memory: UnsafeMutableRawBufferPointer, seed: UInt64) {
        for index in 0..<(memory.count / 8) {
            memory.storeBytes(
                of: word(seed: seed, index: UInt64(index)).littleEndian, toByteOffset: index * 8,
                as: UInt64.self)
        }
    }

    /// The first place where bytes differ from the pattern at byte `offset`; nil when none does.
    package static func mismatch(
        _ bytes: UnsafeRawBufferPointer, seed: UInt64, offset: Int
    ) -> Int? {
        var position = 0
        while position < bytes.count {
            let place = offset + position
            let expected = word(seed: seed, index: UInt64(place / 8))
            if place % 8 == 0, bytes.count - position >= 8 {
                if UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                    == expected
                {
                    position += 8
                    continue
                }
            }
            if bytes[position] != UInt8(truncatingIfNeeded: expected >> UInt64(8 * (place % 8))) {
                return position
            }
            position += 1
        }
        return nil
    }
}
