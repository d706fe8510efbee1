import PageContent

/// The fingerprint of Medes' released code with the hash that it takes, SHA-1 (`ValueSampledFingerprint` of
/// utnslab/Medes, commit 2e28dec), to be timed: Pagefold's own sampler keeps the rule and takes a faster hash.
///
/// Windows of 64 B every 16 B, those of zeros left out; one is taken when the last digit of its hash in hexadecimal is
/// one of 0, 2, 4, 6, 8, b, d, f; five at most. As Pagefold's sampler it does not read beyond the page.
struct ReleasedFingerprint {
    /// SHA-1.
    let hash: SystemHashes.Function

    private static let taken: Set<UInt8> = [0x0, 0x2, 0x4, 0x6, 0x8, 0xB, 0xD, 0xF]
    /// The same as a bit a digit, which is what the loop asks.
    private static let mask = taken.reduce(UInt16(0)) { $0 | 1 << UInt16($1) }

    /// Takes the fingerprint of `page`; `output` has room for 64 B. How many chunks it has.
    func sample(_ page: UnsafeRawPointer, into output: UnsafeMutableRawPointer) -> Int {
        let mask = ReleasedFingerprint.mask
        var count = 0
        var offset = 0
        while offset <= Page.size - 64, count < 5 {
            let chunk = page + offset
            offset += 16
            if chunk.loadUnaligned(as: SIMD8<UInt64>.self) == .zero { continue }
            hash.hash(chunk, 64, output)
            let digit = output.load(fromByteOffset: 19, as: UInt8.self) & 0xF
            if mask >> UInt16(digit) & 1 == 1 { count += 1 }
        }
        return count
    }
}
