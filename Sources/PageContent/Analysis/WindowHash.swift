import EventKernel

/// A hash of chunks that slides along a page: a polynomial over words of eight bytes, each scrambled first, so
/// that words that differ alike in two places do not cancel out. Whoever relies on it compares the bytes too.
enum WindowHash {
    /// Chunks are a whole number of words.
    static let wordSize = 8

    private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The scrambled word at `address`.
    @inline(__always)
    static func word(_ address: UnsafeRawPointer) -> UInt64 {
        let product = address.loadUnaligned(as: UInt64.self) &* 0xC2B2_AE3D_27D4_EB4F
        return product ^ (product &>> 32)
    }

    /// Hashes all windows of `length` bytes of a page that begin at a multiple of `step` bytes, 1 or 8, into
    /// `hashes`, in order; `words` is scratch memory for one word a byte of a page.
    static func windows(
        of page: UnsafeRawPointer, length: Int, step: Int, words: UnsafeMutablePointer<UInt64>,
        into hashes: UnsafeMutablePointer<UInt64>
    ) {
        let positions = (Page.size - wordSize) / step + 1
        for position in 0..<positions { words[position] = word(page + position &* step) }
        // So many positions on, the word that follows a word begins.
        let next = wordSize / step
        let count = (Page.size - length) / step + 1
        let leaving = power(length / wordSize)
        for first in 0..<min(next, count) {
            var sum: UInt64 = 0
            for place in 0..<(length / wordSize) { sum = sum &* factor &+ words[first + place * next] }
            hashes[first] = sum
        }
        let width = length / step
        var position = next
        while position < count {
            let before = position &- next
            hashes[position] =
                hashes[before] &* factor &+ words[before &+ width] &- words[before] &* leaving
            position &+= 1
        }
        for position in 0..<count { hashes[position] = mix64(hashes[position]) }
    }

    private static func power(_ exponent: Int) -> UInt64 {
        (0..<exponent).reduce(UInt64(1)) { product, _ in product &* factor }
    }
}
