/// Redundancy of sliding windows: a byte of the target counts when some window that covers it, beginning
/// anywhere in its page, occurs at a multiple of 8 bytes in a page of the base.
///
/// Lengths are measured from the shortest on: a window can only occur where each of the shorter ones that it is
/// made of does, which leaves few to look up.
struct SlidingRedundancy: ~Copyable {
    private let target: PageMemory
    private let base: PageMemory
    private let threads: Int
    /// A bit for each byte of the target: 0 where the window of the last length that begins there is known to
    /// occur nowhere in the base.
    private let possible: Bits
    private var lastLength: Int?

    private struct Bits: @unchecked Sendable {
        static let wordsAPage = Page.size / 64
        let words: UnsafeMutablePointer<UInt64>
        func page(_ number: Int) -> UnsafeMutablePointer<UInt64> { words + number * Bits.wordsAPage }
    }

    init(_ target: PageMemory, against base: PageMemory, threads: Int) {
        self.target = target
        self.base = base
        self.threads = threads
        possible = Bits(words: .allocate(capacity: max(target.count, 1) * Bits.wordsAPage))
        possible.words.initialize(repeating: .max, count: target.count * Bits.wordsAPage)
    }

    deinit { possible.words.deallocate() }

    /// The bytes of the target covered by windows of `length` bytes: a power of two from 64 on, larger than any
    /// measured before.
    mutating func coveredBytes(length: Int) -> Int {
        precondition(length >= 64 && length & (length - 1) == 0 && length > lastLength ?? 0)
        let index = ChunkIndex(base, length: length, step: WindowHash.wordSize, threads: threads)
        let parts = ranges(of: target.count, size: 128)
        let (target, base, possible, shorter) = (target, base, possible, lastLength)
        lastLength = length
        return parallelMap(count: parts.count, threads: threads, worker: { WindowScratch() }) {
            scratch, part in
            parts[part].reduce(0) { sum, number in
                let bits = possible.page(number)
                guard SlidingRedundancy.narrow(bits, to: length, from: shorter) else { return sum }
                return sum
                    + SlidingRedundancy.covered(target.page(number), base, index, bits, scratch)
            }
        }.reduce(0, +)
    }

    /// Leaves only those beginnings at which windows of `length` may occur, given those at which windows of the
    /// length `shorter` may; false when there are none.
    private static func narrow(_ bits: UnsafeMutablePointer<UInt64>, to length: Int, from shorter: Int?)
        -> Bool
    {
        if let shorter {
            let (words, step) = (length / 64, shorter / 64)
            for word in 0..<Bits.wordsAPage {
                for later in stride(from: step, to: words, by: step) {
                    bits[word] &= word + later < Bits.wordsAPage ? bits[word + later] : 0
                }
            }
        }
        // The last window begins at this byte, the first of a word.
        let last = (Page.size - length) / 64
        bits[last] &= 1
        for word in (last + 1)..<max(Bits.wordsAPage, last + 1) { bits[word] = 0 }
        return (0...last).contains { bits[$0] != 0 }
    }

    private static func covered(
        _ page: UnsafeRawPointer, _ base: PageMemory, _ index: ChunkIndex,
        _ bits: UnsafeMutablePointer<UInt64>, _ scratch: WindowScratch
    ) -> Int {
        let length = index.length
        let last = scratch.hash(page, length: length, step: 1) - 1
        var (covered, end, begin) = (0, 0, 0)
        while begin <= last {
            let rest = bits[begin / 64] >> UInt64(begin % 64)
            if rest == 0 {
                begin = (begin / 64 + 1) * 64
                continue
            }
            begin += rest.trailingZeroBitCount
            index.prefetch(hash: scratch.hashes[min(begin + 16, last)])
            guard let place = index.find(page + begin, hash: scratch.hashes[begin]) else {
                bits[begin / 64] &= ~(1 << UInt64(begin % 64))
                begin += 1
                continue
            }
            let matched = extended(page, begin, last, base, place, length)
            covered += matched + length - max(begin, end)
            end = matched + length
            // Windows that begin between these two cover nothing beyond them.
            begin = matched + 1
        }
        return covered
    }

    /// The last of the beginnings `begin`, `begin` + 8 … whose windows follow each other in the base from `place`
    /// on.
    private static func extended(
        _ page: UnsafeRawPointer, _ begin: Int, _ last: Int, _ base: PageMemory, _ place: Int, _ length: Int
    ) -> Int {
        var (begin, place) = (begin, place)
        while begin + 8 <= last, place % Page.size + length + 8 <= Page.size,
            (page + (begin + length)).loadUnaligned(as: UInt64.self)
                == (base.base + (place + length)).loadUnaligned(as: UInt64.self)
        {
            begin += 8
            place += 8
        }
        return begin
    }
}
