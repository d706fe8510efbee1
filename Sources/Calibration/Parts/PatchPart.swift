import Files
import Glibc
import HardwareCosts
import PageContent

/// Everything that deduplication does with single pages: fingerprints, the registry, patches.
public struct PatchPart: CalibrationPart {
    /// The part.
    public init() {}

    /// `patch`.
    public var name: String { "patch" }
    /// What it measures.
    public var about: String { "fingerprints, the registry, making and applying patches, on real pages" }
    /// Fingerprints, registry operations and patches.
    public var primitives: [CostPrimitive] {
        CostPrimitive.allCases.filter { [.registry, .patches].contains($0.facts.group) }
    }

    private static let rules: [(SamplingRule, CostPrimitive)] = [
        (.paper, .fingerprintPaper), (.spread, .fingerprintSpread), (.fixed, .fingerprintFixed),
    ]

    /// Measures on the context's pages.
    public func run(_ context: CalibrationContext) throws -> PartResult {
        let pages = try context.pages()
        guard pages.base.count > 0, !PatchPart.filled(pages.target, most: 1).isEmpty else {
            throw PartUnavailable("there are no pages with content (\(pages.source))")
        }
        var result = PartResult()
        try samplers(pages, context, into: &result)
        try registry(pages, context, into: &result)
        result.miss(
            [.patchEncodeXdelta3, .patchApplyXdelta3],
            "Pagefold has no xdelta3 coder; pages-measured has its costs")
        do {
            let pairs = try PagePairs(pages, most: PagePairs.most(context.settings))
            try codecs(pairs, context, into: &result)
            result.notes.append("\(pages.source); \(pairs.count) pairs of a page and its base page")
        } catch let unavailable as PartUnavailable {
            let patches = primitives.filter { $0.facts.group == .patches && result.absent[$0] == nil }
            result.miss(patches, unavailable.reason)
        }
        return result
    }

    /// Pages with content, evenly over the target: those of zeros are told in no time.
    static func filled(_ set: PageSet, most: Int) -> [Int] {
        let filled = (0..<set.count).filter { !Page.isZero(set.memory.page($0)) }
        let step = max(1, filled.count / max(most, 1))
        return stride(from: 0, to: filled.count, by: step).prefix(most).map { filled[$0] }
    }

    private func samplers(
        _ pages: CalibrationPages, _ context: CalibrationContext, into result: inout PartResult
    ) throws {
        let set = pages.target
        let numbers = PatchPart.filled(set, most: context.settings.isQuick ? 1_000 : 8_000)
        let output = UnsafeMutablePointer<UInt64>.allocate(capacity: SamplerSettings.cardinalities.upperBound)
        defer { output.deallocate() }
        func work(_ rule: SamplingRule, _ name: String) -> TimedWork {
            let sampler = PageSampler(SamplerSettings(rule), key: 1)
            return TimedWork(name, period: numbers.count) { range in
                for index in range {
                    // As over a whole sandbox: the page after next is on its way meanwhile.
                    if index + 2 < range.upperBound { sampler.prefetch(set.memory.page(numbers[index + 2])) }
                    let page = numbers[index]
                    Guard.keep(sampler.sample(set.memory.page(page), place: set.places[page], into: output))
                    Guard.keep(output)
                }
            }
        }
        var works = PatchPart.rules.map { work($0, $1.name) }
        works.append(work(.artifact, "rule of the released code, XXH3"))
        var sha1: SystemHashes.Function?
        do throws(SystemHashes.Missing) {
            let hash = try SystemHashes.openSSL("SHA-1")
            let released = ReleasedFingerprint(hash: hash)
            works.append(
                TimedWork(CostPrimitive.fingerprintArtifact.name, period: numbers.count) { range in
                    for index in range {
                        Guard.keep(released.sample(set.memory.page(numbers[index]), into: output))
                    }
                })
            sha1 = hash
        } catch {
            result.miss([.fingerprintArtifact], error.reason)
        }
        let measured = try context.measure(works, span: 0...0.3, detail: "fingerprints")
        let method = "\(numbers.count) pages, 5 chunks of 64 B; \(pages.source)"
        for (measurement, (_, primitive)) in zip(measured, PatchPart.rules) {
            result.add(primitive, each: measurement, method: method, context)
        }
        let own = measured[PatchPart.rules.count]
        result.rows.append(.init(own.name, own))
        if let sha1, let released = measured.last {
            result.add(
                .fingerprintArtifact, each: released,
                method: "SHA-1 of \(sha1.library), fetched once; \(method)",
                remark: sha1.library, context)
        }
    }

    private func registry(
        _ pages: CalibrationPages, _ context: CalibrationContext, into result: inout PartResult
    ) throws {
        let sampler = PageSampler(SamplerSettings(.artifact), key: 1)
        let base = FingerprintTable(of: pages.base, sampler: sampler)
        let table = FingerprintTable(of: pages.target, sampler: sampler)
        let registry = Registry(bases: [base], postingsCap: 32)
        var reader = RegistryReader(registry)
        let lookup = TimedWork(CostPrimitive.registryLookup.name, period: table.count) { range in
            Guard.keep(reader.count(range, of: table))
        }
        let insert = TimedWork(CostPrimitive.registryInsert.name) { range in
            for _ in range { Guard.keep(Registry(bases: [base], postingsCap: 32).memory) }
        }
        let measured = try context.measure([lookup, insert], span: 0.3...0.45, detail: "registry")
        let where_ = "a registry of \(registry.pageCount) pages; \(pages.source)"
        result.add(.registryLookup, each: measured[0], method: "\(table.count) pages in \(where_)", context)
        result.add(
            .registryInsert, each: measured[1].divided(by: max(base.count, 1)),
            method: "building \(where_)", context)
    }

    private func codecs(
        _ pairs: PagePairs, _ context: CalibrationContext, into result: inout PartResult
    ) throws {
        let kinds: [(PatchMethod, CostPrimitive, CostPrimitive)] = [
            (.copyInsert, .patchEncodeCopyInsert, .patchApplyCopyInsert),
            (.lz4, .patchEncodeLZ4, .patchApplyLZ4), (.zstd, .patchEncodeZstd, .patchApplyZstd),
        ]
        var works: [TimedWork] = []
        var sizes: [Double] = []
        for (method, encode, apply) in kinds {
            let codec = method.makeCodec()
            let coded = CodedPages(count: pairs.count)
            works.append(
                TimedWork(encode.name, period: pairs.count) { range in
                    for index in range {
                        coded.set(
                            index,
                            codec.encode(pairs.page(index), base: pairs.base(index), into: coded.room(index)))
                    }
                })
            try PatchPart.check(pairs, codec, coded, method.rawValue)
            let (indices, meanSize) = coded.coded
            sizes.append(meanSize)
            works.append(
                TimedWork(apply.name, period: max(indices.count, 1)) { range in
                    for number in range {
                        let index = indices[number]
                        guard let patch = coded.bytes(index) else { continue }
                        Guard.keep(codec.apply(patch, base: pairs.base(index), into: coded.page) ? 1 : 0)
                        Guard.keep(coded.page)
                    }
                })
        }
        let measured = try context.measure(works, span: 0.45...1, detail: "patches")
        for (index, (_, encode, apply)) in kinds.enumerated() {
            let method = "\(pairs.count) pages; \(pairs.pages.source)"
            let remark = "mean patch \(Int(sizes[index].rounded())) B"
            result.add(encode, each: measured[2 * index], method: method, remark: remark, context)
            result.add(apply, each: measured[2 * index + 1], method: method, remark: remark, context)
        }
    }

    /// Codes all pairs once and rebuilds each page: a coder that is wrong is not worth timing.
    private static func check(
        _ pairs: PagePairs, _ codec: any PatchCodec, _ coded: CodedPages, _ name: String
    ) throws {
        for index in 0..<pairs.count {
            coded.set(
                index, codec.encode(pairs.page(index), base: pairs.base(index), into: coded.room(index)))
            guard let patch = coded.bytes(index) else { continue }
            guard codec.apply(patch, base: pairs.base(index), into: coded.page),
                memcmp(coded.page, pairs.page(index), Page.size) == 0
            else { throw InputError("a patch of \(name) does not give its page back") }
        }
        if coded.coded.indices.isEmpty { throw PartUnavailable("no page is smaller as a patch of \(name)") }
    }
}
