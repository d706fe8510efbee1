import EventKernel
@testable import PageContent

/// Pages for tests, of several kinds that real memory has.
enum SamplePages {
    /// One page whose bytes are drawn.
    static func random(_ stream: inout RandomStream) -> [UInt8] {
        (0..<Page.size).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
    }

    /// A page of zeros.
    static let zero = [UInt8](repeating: 0, count: Page.size)

    /// A page of one of several structures: random, pointers, small numbers, sparse, repeated lines, half empty.
    static func any(_ stream: inout RandomStream) -> [UInt8] {
        switch stream.below(7) {
        case 0: return random(&stream)
        case 1:
            let region = stream.next() & 0x7FFF_FFFF_F000
            return words { _ in region | stream.below(512) * 8 }
        case 2: return words { _ in stream.below(4) }
        case 3:
            var page = zero
            for _ in 0..<(1 + stream.below(6)) {
                page[Int(stream.below(4096))] = 1 + UInt8(stream.below(255))
            }
            return page
        case 4:
            let line = [stream.next(), stream.next(), 0, stream.below(256)]
            return words { line[$0 % 4] }
        case 5:
            let used = Int(stream.below(512))
            return words { $0 < used ? stream.next() : 0 }
        default:
            let start = Int(stream.below(512))
            return words { $0 >= start ? stream.below(65_536) : 0 }
        }
    }

    /// The page of the 512 words that `word` gives.
    static func words(_ word: (Int) -> UInt64) -> [UInt8] {
        (0..<512).flatMap { index in withUnsafeBytes(of: word(index).littleEndian) { [UInt8]($0) } }
    }

    /// A sandbox of `pages`.
    static func set(_ pages: [[UInt8]], function: String = "f", instance: Int = 0) -> PageSet {
        PageSet(
            label: InstanceLabel(function: function, instance: instance),
            memory: PageMemory(copying: pages.flatMap { $0 }),
            kinds: Array(repeating: .heap, count: pages.count),
            places: pages.indices.map { PagePlace(region: 7, offset: UInt32($0)) })
    }
}

extension PageSampler {
    /// The fingerprint of `page`.
    func sample(_ page: [UInt8], place: PagePlace = PagePlace(region: 0, offset: 0)) -> [UInt64] {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: settings.cardinality) { room in
            let output = room.baseAddress.unsafelyUnwrapped
            let count = page.withUnsafeBytes {
                sample($0.baseAddress.unsafelyUnwrapped, place: place, into: output)
            }
            return Array(room[..<count])
        }
    }
}
