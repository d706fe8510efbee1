import PageContent

/// Base pages chosen one by one, as a registry of shared chunks does.
struct PageRecords {
    private let records: SharedChunkRecords
    private let takesFirst: Bool
    /// By base function, its pages by chunk; nil until asked for.
    private var indexes: [ChunkPages?]
    /// By target and base function, how many chunks each target page shares with the base page that shares most; nil
    /// until asked for.
    private var shared: [[UInt8]?]

    /// - Parameter records: Those of the measure in use.
    init(_ records: SharedChunkRecords) {
        self.records = records
        takesFirst = records.settings.choice == .firstMatch
        indexes = Array(repeating: nil, count: records.bases.count)
        shared = Array(repeating: nil, count: records.targets.count * records.bases.count)
    }

    /// What becomes of the pages of a sandbox of profile function `function`, of which there are `pages`.
    ///
    /// `alone` are the mean compressed sizes of pages by the level of their patch against the function's own base
    /// sandbox; nil without compression.
    mutating func answer(
        _ question: PatchQuestion, function: Int, pages: Double, alone: [Double]?
    ) -> PageSums {
        let bases = question.bases.map(Int.init)
        for base in bases { count(function, base) }
        let chunks = bases.map { shared[function * records.bases.count + $0] ?? [] }
        let target = records.targets[function]
        var sums = PageSums(bases: bases.count)
        for page in 0..<target.pages.count {
            let first = page * records.bases.count
            if target.patches[first] == SharedChunkRecords.zeroPage {
                sums.zero += 1
                continue
            }
            let compressed = alone.map { $0[PageRecords.level(of: target.patches[first + function])] }
            let chosen =
                question.isExactOnly
                ? bases.indices.first { target.patches[first + bases[$0]] <= 1 } : choose(page, chunks)
            if let chosen, target.patches[first + bases[chosen]] < SharedChunkRecords.unmeasured {
                let size = PageRecords.size(of: target.patches[first + bases[chosen]])
                if question.isExactOnly || PageSums.isWorth(size, alone: compressed) {
                    sums.patched[chosen] += 1
                    sums.patchBytes += question.isExactOnly ? 0 : size
                    continue
                }
            }
            sums.addUnpatched(1, alone: compressed)
        }
        if target.pages.count > 0 { sums.scale(by: pages / Double(target.pages.count)) }
        return sums
    }

    /// The base with the page that shares most chunks with `page`, the first of equals, or the first with any.
    private func choose(_ page: Int, _ chunks: [[UInt8]]) -> Int? {
        var most: UInt8 = 0
        var chosen: Int?
        for base in chunks.indices where chunks[base][page] > most {
            most = chunks[base][page]
            chosen = base
            if takesFirst { break }
        }
        return chosen
    }

    /// Sizes are recorded rounded up: in the middle they are half a step smaller.
    private static func size(of step: UInt8) -> Double {
        max(0, (Double(step) - 0.5) * Double(SharedChunkRecords.resolution) + 0.5)
    }

    private static func level(of step: UInt8) -> Int {
        if step >= SharedChunkRecords.unmeasured { return Int(PatchLevel.none.rawValue) }
        return Int(PatchLevel(size: Int(step) * SharedChunkRecords.resolution).rawValue)
    }

    /// Counts the chunks that pages of `function` share with base function `base`, once.
    private mutating func count(_ function: Int, _ base: Int) {
        let place = function * records.bases.count + base
        if shared[place] != nil { return }
        let index =
            indexes[base]
            ?? ChunkPages(
                records.bases[base], chunks: records.chunkCount, cap: records.settings.postingsCap)
        indexes[base] = index
        let target = records.targets[function].pages
        var times = [UInt8](repeating: 0, count: records.bases[base].count)
        shared[place] = (0..<target.count).map { page in
            var most: UInt8 = 0
            for chunk in target[page] {
                for other in index[chunk] {
                    times[Int(other)] += 1
                    most = max(most, times[Int(other)])
                }
            }
            for chunk in target[page] { for other in index[chunk] { times[Int(other)] = 0 } }
            return most
        }
    }
}

/// The pages of one base sandbox by the chunks that they hold.
private struct ChunkPages {
    private var starts: [UInt32]
    private var pages: [UInt32]

    /// Of a chunk that more than `cap` pages hold only the first ones are kept, as in a registry.
    init(_ base: SharedChunkRecords.Pages, chunks: Int, cap: Int) {
        var counts = [UInt32](repeating: 0, count: chunks)
        for chunk in base.chunks where counts[Int(chunk)] < cap { counts[Int(chunk)] += 1 }
        starts = [0]
        starts.reserveCapacity(chunks + 1)
        for count in counts { starts.append(starts[starts.count - 1] + count) }
        pages = Array(repeating: 0, count: Int(starts[chunks]))
        var filled = [UInt32](repeating: 0, count: chunks)
        for page in 0..<base.count {
            for chunk in base[page].map(Int.init) where filled[chunk] < counts[chunk] {
                pages[Int(starts[chunk] + filled[chunk])] = UInt32(page)
                filled[chunk] += 1
            }
        }
    }

    subscript(chunk: UInt32) -> ArraySlice<UInt32> {
        pages[Int(starts[Int(chunk)])..<Int(starts[Int(chunk) + 1])]
    }
}
