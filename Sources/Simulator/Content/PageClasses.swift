import PageContent

/// One profile function's pages in classes: `ClassRows` laid out for many questions, with what compression and exact
/// merging need beside them.
struct PageClasses {
    private let functions: Int
    /// By row and base function.
    private let levels: [UInt8]
    /// By row, pages of one sandbox.
    private let counts: [Double]
    /// By row, the mean compressed size of a page.
    private let lz4: [Double]
    private let zstd: [Double]
    private let zeroPages: Double
    /// By base function and level, the mean size of a patch.
    private let patchMeans: [Double]
    /// By base function, the share of equal pages among those whose patch has the smallest level.
    private let equalShare: [Double]
    /// Whether the first base function with any base page is taken, whatever the size of the patch.
    private let takesFirst: Bool

    /// The pages of function number `function` of `profile`, as many as the profile says that a sandbox has.
    init(_ profile: Profile, _ measure: Profile.Measure, function: Int) {
        let classes = measure.classes[function]
        let functions = profile.functions.count
        // Instances that were targets may differ a little from all.
        let factor = classes.pages == 0 ? 0 : profile.functions[function].pages.mean / Double(classes.pages)
        let rows = classes.rows.filter { $0.count > 0 }
        self.functions = functions
        levels = rows.flatMap { $0.levels.map(\.rawValue) }
        precondition(levels.count == rows.count * functions, "not one level a base function")
        counts = rows.map { Double($0.count) * factor }
        lz4 = rows.map { Double($0.lz4) / Double($0.count) }
        zstd = rows.map { Double($0.zstd) / Double($0.count) }
        zeroPages = Double(classes.zeroPages) * factor
        patchMeans = classes.levelMeans.flatMap { $0 }
        equalShare = measure.pairs[function].map { pair in
            guard let histogram = pair?.histogram else { return 0 }
            let nearly = histogram[0].count + histogram[1].count
            return nearly > 0 ? histogram[0].count / nearly : 0
        }
        takesFirst = classes.isTied || measure.settings.choice == .firstMatch
    }

    /// Whether what the function shares with base function `base` was measured.
    func isMeasured(with base: Int) -> Bool {
        !stride(from: base, to: levels.count, by: functions).contains {
            levels[$0] == PatchLevel.unknown.rawValue
        }
    }

    private func sizes(_ method: CompressionMethod?) -> [Double]? {
        switch method {
        case nil: nil
        case .lz4: lz4
        case .zstd: zstd
        }
    }

    /// What becomes of one sandbox's pages.
    func answer(_ question: PatchQuestion) -> PageSums {
        var sums = PageSums(bases: question.bases.count)
        sums.zero = zeroPages
        let sizes = sizes(question.compression)
        for row in counts.indices {
            if question.isExactOnly {
                addEqual(row, question.bases, alone: sizes?[row], to: &sums)
            } else {
                add(row, question.bases, alone: sizes?[row], to: &sums)
            }
        }
        return sums
    }

    /// Of equally small patches the first base function's is taken; so does `ClassRows.predict`.
    private func add(_ row: Int, _ bases: [UInt16], alone: Double?, to sums: inout PageSums) {
        var level = PatchLevel.none.rawValue
        var chosen: Int?
        for (place, base) in bases.enumerated() {
            let next = levels[row * functions + Int(base)]
            if next < level {
                level = next
                chosen = place
                if takesFirst { break }
            }
        }
        if let chosen, level < PatchLevel.futile.rawValue {
            let size = patchMeans[Int(bases[chosen]) * PatchLevel.patchLevels + Int(level)]
            if PageSums.isWorth(size, alone: alone) {
                sums.patched[chosen] += counts[row]
                sums.patchBytes += counts[row] * size
                return
            }
        }
        sums.addUnpatched(counts[row], alone: alone)
    }

    /// An approximation: of the pages with the smallest patches only the share that is equal to a page of the best base
    /// function is left out, though others may hold equal pages that this one does not.
    private func addEqual(_ row: Int, _ bases: [UInt16], alone: Double?, to sums: inout PageSums) {
        var share = 0.0
        var chosen = 0
        for (place, base) in bases.enumerated()
        where levels[row * functions + Int(base)] == PatchLevel.tiny.rawValue {
            if equalShare[Int(base)] > share {
                share = equalShare[Int(base)]
                chosen = place
            }
        }
        if share > 0 { sums.patched[chosen] += counts[row] * share }
        sums.addUnpatched(counts[row] * (1 - share), alone: alone)
    }

    /// The mean compressed size of a page by the level of its patch against base function `base`; pages of a level that
    /// does not occur take the mean over all.
    func meanCompressed(by base: Int, _ method: CompressionMethod) -> [Double] {
        let sizes = sizes(method) ?? []
        var pages = [Double](repeating: 0, count: PatchLevel.allCases.count)
        var bytes = pages
        for row in counts.indices {
            let level = Int(levels[row * functions + base])
            pages[level] += counts[row]
            bytes[level] += counts[row] * sizes[row]
        }
        let all = pages.reduce(0, +)
        let mean = all > 0 ? bytes.reduce(0, +) / all : Double(Page.size)
        return zip(pages, bytes).map { $0 > 0 ? $1 / $0 : mean }
    }
}
