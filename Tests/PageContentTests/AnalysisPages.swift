import EventKernel

@testable import PageContent

/// Small page sets for the tests of analyses.
enum AnalysisPages {
    /// The pages of an instance.
    static func set(
        _ pages: [[UInt8]], function: String = "f", instance: Int = 0, filePages: [FilePage] = []
    ) -> PageSet {
        PageSet(
            label: InstanceLabel(function: function, instance: instance),
            memory: PageMemory(copying: Array(pages.joined())),
            kinds: Array(repeating: .heap, count: pages.count),
            places: pages.indices.map { PagePlace(region: 1, offset: UInt32($0)) }, filePages: filePages)
    }

    /// A page of random bytes.
    static func random(_ stream: inout RandomStream) -> [UInt8] {
        (0..<Page.size).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
    }

    /// A page of zeros.
    static let zero = [UInt8](repeating: 0, count: Page.size)

    /// Random pages.
    static func random(_ count: Int, _ stream: inout RandomStream) -> [[UInt8]] {
        (0..<count).map { _ in random(&stream) }
    }

    /// Pages put together from pieces of few kinds at random places, so that they have much in common in odd ways.
    static func patchwork(_ count: Int, pieces: [[UInt8]], _ stream: inout RandomStream) -> [[UInt8]] {
        (0..<count).map { _ in
            var page: [UInt8] = []
            while page.count < Page.size {
                let piece = pieces[Int(stream.below(UInt64(pieces.count)))]
                let begin = Int(stream.below(UInt64(piece.count / 2)))
                let end = begin + 1 + Int(stream.below(UInt64(piece.count - begin)))
                page += piece[begin..<end]
            }
            return Array(page[..<Page.size])
        }
    }

    /// Pieces for `patchwork`: random ones, zeros, and one of a short period.
    static func pieces(_ stream: inout RandomStream) -> [[UInt8]] {
        var pieces = (0..<4).map { _ in Array(random(&stream)[..<1_500]) }
        pieces.append([UInt8](repeating: 0, count: 900))
        pieces.append((0..<1_200).map { UInt8($0 % 3) })
        return pieces
    }
}
