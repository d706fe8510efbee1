/// The pages of a sandbox, numbered by content: equal pages have equal numbers, in all sandboxes numbered together.
struct PageIdentity: Sendable, Equatable {
    /// The number of each page; `zero` for one that holds nothing but zeros.
    var numbers: [Int32]

    /// The number of pages of zeros.
    static let zero: Int32 = -1

    /// Numbers the pages of `sets`, from 0 without gaps. Exact: pages whose hashes are equal are compared.
    static func number(_ sets: [PageSet], threads: Int) -> [PageIdentity] {
        var places = sets.enumerated().flatMap { hashes(of: $1, index: $0, threads: threads) }
        places.sort { a, b in
            if a.hash != b.hash { return a.hash < b.hash }
            return a.set != b.set ? a.set < b.set : a.page < b.page
        }
        var result = sets.map { PageIdentity(numbers: Array(repeating: zero, count: $0.count)) }
        var next: Int32 = 0
        var begin = 0
        while begin < places.count {
            let end = places[begin...].firstIndex { $0.hash != places[begin].hash } ?? places.count
            // Contents among pages of one hash: nearly always a single one.
            var contents: [(page: UnsafeRawPointer, number: Int32)] = []
            for place in places[begin..<end] {
                let page = sets[Int(place.set)].memory.page(Int(place.page))
                let known = contents.first { ChunkIndex.isEqual($0.page, page, Page.size) }
                let number = known?.number ?? next
                if known == nil {
                    contents.append((page, number))
                    next += 1
                }
                result[Int(place.set)].numbers[Int(place.page)] = number
            }
            begin = end
        }
        return result
    }

    /// How often each number occurs in `identities`, and how many numbers there are.
    static func counts(_ identities: [PageIdentity]) -> [Int32] {
        let most = identities.flatMap(\.numbers).max() ?? zero
        var counts = [Int32](repeating: 0, count: Int(most) + 1)
        for identity in identities {
            for number in identity.numbers where number != zero { counts[Int(number)] += 1 }
        }
        return counts
    }

    private struct Place: Sendable, BitwiseCopyable {
        var hash: UInt64
        var set: Int32
        var page: Int32
    }

    private static func hashes(of set: PageSet, index: Int, threads: Int) -> [Place] {
        let parts = ranges(of: set.count, size: 512)
        return parallelMap(count: parts.count, threads: threads, worker: { () }) { _, part in
            parts[part].compactMap { number in
                let page = set.memory.page(number)
                if Page.isZero(page) { return nil }
                return Place(hash: Page.hash(page), set: Int32(index), page: Int32(number))
            }
        }.flatMap { $0 }
    }
}
