import EventKernel
import Files
import PageContent
import Workload

/// What storing the pages of a run's sandboxes takes, by the scenario's profile.
///
/// Between sandboxes of one unit pages are shared as between instances of its profile function. Between units of one
/// profile function they are not as alike as that: those of another unit count as the nearest other function of the
/// family (`nearest`). Everything is worked out for the profile's own sandbox and then scaled to the unit's memory.
struct ContentModel {
    /// The profile function that each unit behaves as, by its number.
    let profileFunction: [Int]
    /// The names of the profile's functions.
    let functionNames: [String]
    /// The names of their families.
    let familyNames: [String]
    /// The function that another unit's pages count as, by profile function: of its family the one with the highest
    /// saving as a base, without any the best of all that were measured; nil when none was.
    let nearest: [Int?]
    /// The tenant of each unit.
    let tenants: [Int]
    /// Units named under `content.mapping` that the workload does not have, in order of their names.
    let unknownUnits: [String]
    /// Whether the profile knows how pages compress.
    let knowsCompression: Bool

    let settings: ContentSettings
    /// Whether base functions are tried in the order of `UsableBase.score`, as Medes' released code does.
    let ranksByScore: Bool
    /// By target and base function, whether it is known what they share.
    let isMeasured: [[Bool]]
    private let sizes: [UnitPages]
    private let classes: [PageClasses]
    private var records: PageRecords?
    private let compressedSums: [[PageSums]]
    private let mergeablePages: [Double]

    /// Answers that were given before, by what decides them.
    private var answers: [[UInt16]: PageSums] = [:]
    private var key: [UInt16] = []
    private var found: [UsableBase] = []
    /// How many answers are kept.
    private static let mostAnswers = 1 << 16
    /// For tests: every answer is worked out anew.
    var remembersAnswers = true

    /// Memory of a sandbox whose pages are counted: 2^31 of them.
    private static var mostMemory: Bytes { Bytes(UInt64(Page.size) << 31) }

    /// The content of these units.
    /// - Throws: `InputError` for a mapping that names no function of the profile, or a measure that it lacks.
    init(_ settings: ContentSettings, units: UnitTable, seed: UInt64) throws(InputError) {
        let profile = settings.profile
        if let unit = units.memory.indices.first(where: { units.memory[$0] > ContentModel.mostMemory }) {
            throw InputError(
                "`\(units.names[unit])` takes more than 8 TiB: content counts a sandbox's pages in 32 bits",
                remedy: "give it less memory, or leave out content")
        }
        let measure = try ContentModel.measure(of: settings)
        let mapping = try FunctionMapping(settings)
        let tenants = try ContentModel.tenants(of: units, among: settings.tenants, seed: seed)
        let records = settings.fidelity == .exact ? try ContentModel.records(of: settings) : nil
        self.settings = settings
        self.tenants = tenants
        self.records = records
        profileFunction = mapping.functions(of: units.names, seed: seed)
        functionNames = profile.functions.map(\.name)
        familyNames = functionNames.map { FunctionFamily(ofFunction: $0).name }
        let names = Set(units.names)
        unknownUnits = settings.mapping.keys.filter { !names.contains($0) }.sorted()

        let functions = profile.functions.indices
        let classes = functions.map { PageClasses(profile, measure, function: $0) }
        let isMeasured = functions.map { function in
            functions.map { measure.pairs[function][$0] != nil && classes[function].isMeasured(with: $0) }
        }
        self.classes = classes
        self.isMeasured = isMeasured
        let families = familyNames
        nearest = functions.map {
            ContentModel.nearest(to: $0, families: families, measure.pairs[$0], isMeasured[$0])
        }
        ranksByScore = measure.settings.choice == .firstMatch
        knowsCompression = CompressionMethod.allCases.allSatisfy { ContentModel.knows($0, profile) }
        compressedSums = profile.functions.map { function in
            CompressionMethod.allCases.map { PageSums(compressing: function, by: $0) }
        }
        mergeablePages = functions.map { function in
            let same = measure.pairs[function][function]?.histogram.first?.count ?? 0
            return same + profile.functions[function].zeroPages.mean
        }
        sizes = zip(units.memory, profileFunction).map { memory, function in
            UnitPages(
                memory: memory, profile: profile.functions[function].pages.mean, growth: settings.growth)
        }
    }

    /// Whether `profile` says how the pages of all its functions compress.
    static func knows(_ method: CompressionMethod, _ profile: Profile) -> Bool {
        profile.functions.allSatisfy { function in
            (method == .lz4 ? function.lz4 : function.zstd).contains { $0.count > 0 }
        }
    }

    /// The base sandboxes of a run with this content, none yet.
    func makeBases(nodes: Int) -> BaseSandboxes {
        BaseSandboxes(
            profileFunction: profileFunction, functions: functionNames.count, nodes: nodes, tenants: tenants,
            preference: settings.preference)
    }

    /// The profile function that `unit` behaves as.
    func behaviour(of unit: Int) -> ProfileFunction {
        ProfileFunction(
            name: functionNames[profileFunction[unit]], family: familyNames[profileFunction[unit]])
    }

    /// Pages of one sandbox of `unit` that a checkpoint holds.
    func pages(of unit: Int) -> UInt64 { sizes[unit].pages }

    /// What storing a sandbox of `unit` compressed page by page takes.
    func compressed(unit: Int, method: CompressionMethod) -> StoredImage {
        let sums = compressedSums[profileFunction[unit]][ContentModel.number(of: method)]
        return sizes[unit].image(of: sums, alone: meanCompressed(unit, method))
    }

    /// Bytes of a sandbox of `unit` that another sandbox of the unit on the same node holds too, page for page: pages of
    /// zeros, and those that the fingerprint finds equal to a page of a base sandbox of the unit, give or take 16
    /// bytes (`PairStatistics.histogram`).
    func mergeable(unit: Int) -> UInt64 {
        let pages = (mergeablePages[profileFunction[unit]] * sizes[unit].scale).rounded()
        return UInt64(pages, within: 0...sizes[unit].pages) * UInt64(Page.size)
    }

    /// What storing a sandbox of `unit` on `node` as patches takes with the base sandboxes that exist.
    ///
    /// The sandbox itself, should it be a base sandbox, is left out as `except`.
    mutating func patched(
        unit: Int, node: Int, storage: PatchStorage, bases: borrowing BaseSandboxes, except: UInt32 = .max
    ) -> StoredImage {
        precondition(bases.preference == settings.preference, "base sandboxes of another preference")
        bases.find(for: unit, on: node, scope: storage.bases, except: except, into: &found)
        orderBases(for: unit)
        let method = storage.compression
        key.removeAll(keepingCapacity: true)
        key.append(UInt16(profileFunction[unit]))
        key.append(
            UInt16((method.map(ContentModel.number) ?? -1) + 1) << 1 | (storage.isExactOnly ? 1 : 0))
        for base in found { key.append(UInt16(base.function)) }
        let sums = remembered(storage, function: profileFunction[unit])
        var image = sizes[unit].image(of: sums, alone: method.flatMap { meanCompressed(unit, $0) })
        image.references.reserveCapacity(found.count)
        for (place, usable) in found.enumerated() {
            let pages = UInt32((sums.patched[place] * sizes[unit].scale).rounded(), within: 0...(.max))
            if pages == 0 { continue }
            let base = usable.base
            image.references.append(
                BaseReference(sandbox: base.sandbox, node: base.node, unit: base.unit, pages: pages))
            image.patchedPages += UInt64(pages)
        }
        return image
    }

    private mutating func remembered(_ storage: PatchStorage, function: Int) -> PageSums {
        if remembersAnswers, let known = answers[key] { return known }
        let question = PatchQuestion(
            compression: storage.compression, isExactOnly: storage.isExactOnly, bases: Array(key.dropFirst(2))
        )
        let sums =
            records?.answer(question, function: function, classes: classes[function])
            ?? classes[function].answer(question)
        if remembersAnswers {
            if answers.count >= ContentModel.mostAnswers { answers.removeAll() }
            answers[key] = sums
        }
        return sums
    }

    /// The mean compressed size of the pages of `unit`'s profile function that are not zero: what pages that the
    /// profile does not know are taken to need. Nil where nobody knows.
    private func meanCompressed(_ unit: Int, _ method: CompressionMethod) -> Double? {
        compressedSums[profileFunction[unit]][ContentModel.number(of: method)].meanUnpatched
    }

    private static func number(of method: CompressionMethod) -> Int { method == .lz4 ? 0 : 1 }
}

// MARK: - Base functions

extension ContentModel {
    /// Turns what was found into the base functions whose pages it stands for, one base sandbox for each, in the order in
    /// which ties are broken.
    private mutating func orderBases(for unit: Int) {
        let function = profileFunction[unit]
        let ties = settings.ties
        let preference = settings.preference
        var kept = 0
        for place in found.indices {
            var base = found[place]
            if !base.isOwn, base.function == function {
                guard let nearest = nearest[function] else { continue }
                base.function = nearest
            }
            guard isMeasured[function][base.function] else { continue }
            if let same = found[..<kept].firstIndex(where: { $0.function == base.function }) {
                if base.isBetter(than: found[same], by: preference) { found[same] = base }
            } else {
                found[kept] = base
                kept += 1
            }
        }
        found.removeSubrange(kept...)
        for place in found.indices {
            var base = found[place]
            base.order = ContentModel.order(of: base, ties: ranksByScore ? nil : ties)
            var hole = place
            while hole > 0, base.order < found[hole - 1].order {
                found[hole] = found[hole - 1]
                hole -= 1
            }
            found[hole] = base
        }
    }

    /// By the rule for ties, without one by score; serial numbers differ.
    private static func order(of base: UsableBase, ties: BaseTies?) -> UInt64 {
        let rank =
            switch ties {
            case nil: 0xFFFF_FFFF - min(base.score, 0xFFFF_FFFF)
            case .own: (base.isOwn ? 0 : 2) + (base.isLocal ? 0 : 1)
            case .local: (base.isLocal ? 0 : 2) + (base.isOwn ? 0 : 1)
            case .first: 0
            }
        return UInt64(rank) << 32 | UInt64(base.base.serial)
    }
}

// MARK: - Settings

extension ContentModel {
    private static func measure(of settings: ContentSettings) throws(InputError) -> Profile.Measure {
        if let measure = settings.profile.measure(settings.measure) { return measure }
        let names = settings.profile.measures.map(\.settings.name)
        throw InputError(
            file: settings.source, "the profile was not measured under '\(settings.measure.name)'",
            remedy: Suggestion.phrase(
                for: settings.measure.name, among: names,
                otherwise: "it has \(names.map { "'\($0)'" }.joined(separator: ", "))"))
    }

    private static func records(of settings: ContentSettings) throws(InputError) -> PageRecords {
        if let records = settings.profile.records.first(where: { $0.settings == settings.measure }) {
            return PageRecords(records)
        }
        throw InputError(
            file: settings.source,
            "the profile has no shared-chunk records for '\(settings.measure.name)'",
            remedy: "set content.fidelity to classes, or build the profile with records")
    }

    private static func nearest(
        to function: Int, families: [String], _ pairs: [PairStatistics?], _ isMeasured: [Bool]
    ) -> Int? {
        let others = pairs.indices.filter { $0 != function && isMeasured[$0] }
        let family = others.filter { families[$0] == families[function] }
        // The first of equals.
        return (family.isEmpty ? others : family).reduce(nil) { best, other in
            guard let best else { return other }
            return (pairs[other]?.saving ?? 0) > (pairs[best]?.saving ?? 0) ? other : best
        }
    }

    private static func tenants(of units: UnitTable, among tenants: Int, seed: UInt64) throws(InputError)
        -> [Int]
    {
        guard tenants >= 0, tenants <= 1_000_000 else {
            throw InputError("content.tenants is \(tenants)", remedy: "give a number up to 1,000,000")
        }
        let applications = (units.ofFunction.map(\.application).max()).map { Int($0) + 1 } ?? 0
        let drawn = FunctionMapping.tenants(of: applications, among: tenants, seed: seed)
        var ofUnit = [Int](repeating: 0, count: units.names.count)
        // Units without a function are never called.
        for function in units.ofFunction { ofUnit[Int(function.unit)] = drawn[Int(function.application)] }
        return ofUnit
    }
}
