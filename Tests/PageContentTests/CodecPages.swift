import EventKernel
import PageContent

/// Pages and edits of pages for the tests of codecs.
struct CodecPages {
    var stream: RandomStream

    init(_ seed: UInt64) { stream = RandomStream(seed: seed, purpose: .test, entity: 4) }

    mutating func below(_ bound: Int) -> Int { Int(stream.below(UInt64(bound))) }

    /// Bytes without any order.
    mutating func random() -> [UInt8] {
        bytes(of: (0..<512).map { _ in stream.next() })
    }

    /// Like the heap of an interpreter: counts, pointers into a few regions, short texts, zeros.
    mutating func heap(_ regions: [UInt64]) -> [UInt8] {
        bytes(
            of: (0..<512).map { _ in
                switch below(8) {
                case 0...2: regions[below(regions.count)] + UInt64(below(1 << 20)) * 16
                case 3: UInt64(below(40))
                case 4: 0x6465_6667_6869_6A6B &+ stream.next() & 0x0707_0707_0707_0707
                case 5: stream.next()
                default: 0
                }
            })
    }

    /// `page` with `count` different words replaced by random ones.
    mutating func rewriting(_ count: Int, of page: [UInt8]) -> [UInt8] {
        var places = Array(0..<512)
        var words = words(of: page)
        for done in 0..<count {
            places.swapAt(done, done + below(512 - done))
            words[places[done]] = stream.next()
        }
        return bytes(of: words)
    }

    /// One of many kinds of edit.
    mutating func edited(_ page: [UInt8]) -> [UInt8] {
        var page = page
        let length = 1 + below([8, 64, 600, 4_000][below(4)])
        let from = below(Page.size - length + 1)
        let to = below(Page.size - length + 1)
        switch below(9) {
        case 0: for place in from..<(from + length) { page[place] = UInt8(below(256)) }
        case 1: for place in from..<(from + length) { page[place] = 0 }
        case 2: page.replaceSubrange(to..<(to + length), with: Array(page[from..<(from + length)]))
        case 3:  // Something goes and the rest moves up.
            page.removeSubrange(from..<(from + length))
            page.append(contentsOf: (0..<length).map { _ in UInt8(below(256)) })
        case 4:  // Something comes and the rest moves down.
            page.insert(contentsOf: (0..<length).map { _ in UInt8(below(256)) }, at: from)
            page.removeLast(length)
        case 5: for _ in 0..<length { page[below(Page.size)] ^= UInt8(1 + below(255)) }
        case 6: page = rewriting(1 + below(100), of: page)
        case 7: page = relocated(page, by: stream.next() & 0xFFFF_FFFF << UInt64(below(20)))
        default: for place in from..<(from + length) where place % 8 < 2 { page[place] = UInt8(below(256)) }
        }
        return page
    }

    /// `page` with all words that look like pointers moved.
    func relocated(_ page: [UInt8], by difference: UInt64) -> [UInt8] {
        bytes(of: words(of: page).map { 0x1000..<0x8000 ~= $0 >> 32 ? $0 &+ difference : $0 })
    }

    func words(of bytes: [UInt8]) -> [UInt64] {
        bytes.withUnsafeBytes { Array($0.bindMemory(to: UInt64.self)) }
    }

    func bytes(of words: [UInt64]) -> [UInt8] { words.withUnsafeBytes { Array($0) } }
}

extension PatchCodec {
    /// The patch from `base` to `page`, or nil if it takes more than `limit` bytes.
    func patch(_ page: [UInt8], base: [UInt8], limit: Int = Page.size) -> [UInt8]? {
        precondition(page.count == Page.size && base.count == Page.size)
        // Bytes behind the limit must stay as they are.
        var output = [UInt8](repeating: 0xA5, count: limit + 64)
        let size = output.withUnsafeMutableBytes { output in
            page.withUnsafeBytes { page in
                base.withUnsafeBytes { base in
                    encode(
                        page.baseAddress!, base: base.baseAddress!,
                        into: UnsafeMutableRawBufferPointer(rebasing: output[..<limit]))
                }
            }
        }
        precondition(output[limit...].allSatisfy { $0 == 0xA5 }, "written beyond the output")
        return size.map { Array(output[..<$0]) }
    }

    /// The page that `patch` makes of `base`; nil if it is damaged.
    func page(_ patch: [UInt8], base: [UInt8]) -> [UInt8]? {
        // The patch's own memory ends where the patch does, so that tools notice reading beyond it.
        let exact = UnsafeMutableRawBufferPointer.allocate(byteCount: patch.count, alignment: 1)
        defer { exact.deallocate() }
        exact.copyBytes(from: patch)
        var page = [UInt8](repeating: 0xA5, count: Page.size + 128)
        let isWhole = page.withUnsafeMutableBytes { page in
            base.withUnsafeBytes {
                apply(UnsafeRawBufferPointer(exact), base: $0.baseAddress!, into: page.baseAddress! + 64)
            }
        }
        precondition(page[..<64].allSatisfy { $0 == 0xA5 }, "written before the page")
        precondition(page[(64 + Page.size)...].allSatisfy { $0 == 0xA5 }, "written beyond the page")
        return isWhole ? Array(page[64..<(64 + Page.size)]) : nil
    }
}
