import Files
import PageContent
import Simulator

extension Kind where Value == ContentSettings? {
    /// What is in the sandboxes' pages: `{profile: FILE.pfprofile, measure: {sampler: spread}, ...}`, or
    /// `none`.
    ///
    /// The profile is read with the experiment. What is written has its digest, and reading it holds the
    /// digest against the profile: an experiment that was printed never means another profile.
    static func content(_ paths: PathKind) -> Kind {
        let record = ContentDraft.record(paths)
        return Kind("content by a profile") { node, base, faults in
            if node.scalar == "none" { return nil }
            let before = faults.errors.count
            let draft = record.read(node, over: ContentDraft(base), faults)
            guard node.entries != nil else { return base }
            if draft.source == nil && faults.errors.count == before {
                faults.add(node, "'profile' is missing", remedy: "add it")
            }
            let settings = draft.settings(paths, faults, at: node)
            return faults.errors.count > before ? base : settings
        } write: { settings in
            settings.map { record.write(ContentDraft($0)) } ?? ConfigNode(.null)
        }
    }
}

/// The content of a scenario as files spell it.
private struct ContentDraft {
    /// Everything, once the profile is known.
    var known: ContentSettings?
    var source: String?
    /// What the file says that the profile's digest is.
    var digest: String?
    var measure = DedupSettings()
    var fidelity = ContentFidelity.classes
    var ties = BaseTies.own
    var preference = BasePreference.localThenFirst
    var mapping: [String: String] = [:]
    var weights: [String: Double] = [:]
    var growth = ContentGrowth.unmatched
    var tenants = 0
    var registryBytesPerPage = 320.0

    init(_ settings: ContentSettings?) {
        guard let settings else { return }
        known = settings
        source = settings.source
        measure = settings.measure
        fidelity = settings.fidelity
        ties = settings.ties
        preference = settings.preference
        mapping = settings.mapping
        weights = settings.weights
        growth = settings.growth
        tenants = settings.tenants
        registryBytesPerPage = settings.registryBytesPerPage
    }

    static func record(_ paths: PathKind) -> Record<ContentDraft> {
        let digest = Field<ContentDraft>("digest") { node, draft, faults in
            draft.digest = Kind<String>.text.read(node, "", faults)
        } write: { draft in
            draft.known.map { .text(paths.inputs.digest(of: $0.profile, from: $0.source)) }
        }
        return Record(
            "content",
            [
                Field("profile", \.source, profile(paths).optional(blank: "")), digest,
                Field("measure", \.measure, .dedupSettings),
                Field(
                    "fidelity", \.fidelity, .word(ContentFidelity.allCases.map { ($0.rawValue, $0) })),
                Field("ties", \.ties, .word(BaseTies.allCases.map { ($0.rawValue, $0) })),
                Field(
                    "preference", \.preference, .word(BasePreference.allCases.map { ($0.rawValue, $0) })),
                Field(
                    "mapping", \.mapping,
                    .byName("functions of the profile by unit, such as {UNIT: FUNCTION}", .text, blank: "")),
                Field(
                    "weights", \.weights,
                    .byName(
                        "weights by family, such as {torch: 0.5}",
                        Kind<Double>.number.limited(to: "0 or more") { $0 >= 0 }, blank: 0)),
                Field("growth", \.growth, .word(ContentGrowth.allCases.map { ($0.rawValue, $0) })),
                Field("tenants", \.tenants, .whole(0...10_000_000)),
                Field(
                    "registry-bytes-per-page", \.registryBytesPerPage,
                    Kind<Double>.number.limited(to: "from 0 to 1e6") { (0...1e6).contains($0) }),
            ])
    }

    /// The name of a profile that Pagefold brings along, or a path.
    private static func profile(_ paths: PathKind) -> Kind<String> {
        Kind("a profile") { node, base, faults in
            if let name = node.scalar, ShippedProfiles.names.contains(name) { return name }
            return paths.kind.read(node, base, faults)
        } write: {
            paths.kind.write($0)
        }
    }

    /// The settings with their profile; nil, and faults, when there is none or they do not fit it.
    func settings(_ paths: PathKind, _ faults: Faults, at node: ConfigNode) -> ContentSettings? {
        guard let profile = self.profile(paths, faults, at: node), let source else { return nil }
        checkMeasure(of: profile, faults, at: node)
        let functions = profile.functions.map(\.name)
        let known = Set(functions)
        for entry in node["mapping"]?.entries ?? [] {
            guard let function = entry.value.scalar, !known.contains(function) else { continue }
            faults.add(
                entry.value, "the profile has no function '\(function.prefix(60))'",
                remedy: Suggestion.remedy(for: function, among: functions))
        }
        for (unit, function) in mapping.sorted(by: { $0.key < $1.key }) where node["mapping"] == nil {
            if known.contains(function) { continue }
            faults.add(
                node, "the profile has no function '\(function)', which 'mapping' names for '\(unit)'",
                remedy: "give a mapping for this profile")
        }
        checkFamilies(of: functions, faults, at: node)
        if !weights.isEmpty && weights.values.allSatisfy({ $0 == 0 }) {
            faults.add(node["weights"] ?? node, "all weights are 0", remedy: "give one above 0")
        }
        var settings = ContentSettings(profile: profile, source: source, measure: measure)
        settings.fidelity = fidelity
        settings.ties = ties
        settings.preference = preference
        settings.mapping = mapping
        settings.weights = weights
        settings.growth = growth
        settings.tenants = tenants
        settings.registryBytesPerPage = registryBytesPerPage
        return settings
    }

    private func profile(_ paths: PathKind, _ faults: Faults, at node: ConfigNode) -> Profile? {
        if let known, known.source == source, node["digest"] == nil { return known.profile }
        guard let source else { return nil }
        let place = node["profile"] ?? node
        do throws(InputError) {
            let read = try paths.inputs.profile(source)
            if let digest, digest != read.digest {
                faults.add(
                    node["digest"] ?? node,
                    "the profile '\(source)' has changed: its digest is \(read.digest), not \(digest.prefix(40))",
                    remedy: "bring the old file back, or remove 'digest' to take the profile as it is now")
                return nil
            }
            return read.profile
        } catch {
            faults.add(place, error.place, remedy: error.remedy)
            return nil
        }
    }

    private func checkFamilies(of functions: [String], _ faults: Faults, at node: ConfigNode) {
        var families: [String] = []
        for family in functions.map({ FunctionFamily(ofFunction: $0).name }) where !families.contains(family)
        {
            families.append(family)
        }
        for (family, weight) in weights.sorted(by: { $0.key < $1.key })
        where weight > 0 && !families.contains(family) {
            faults.add(
                node["weights"]?[family] ?? node,
                "no function of the profile is of the family '\(family.prefix(60))'",
                remedy: Suggestion.remedy(for: family, among: families))
        }
    }

    private func checkMeasure(of profile: Profile, _ faults: Faults, at node: ConfigNode) {
        if profile.measure(measure) == nil {
            let names = profile.measures.map { "'\($0.settings.name)'" }.joined(separator: ", ")
            faults.add(
                node["measure"] ?? node, "the profile was not measured by '\(measure.name)'",
                remedy: "it has \(names.isEmpty ? "no measure" : names)")
        } else if fidelity == .exact, !profile.records.contains(where: { $0.settings == measure }) {
            let names = profile.records.map { "'\($0.settings.name)'" }.joined(separator: ", ")
            faults.add(
                node["fidelity"] ?? node, "the profile has no records of shared chunks for '\(measure.name)'",
                remedy: "write fidelity: classes; it has records for \(names.isEmpty ? "no measure" : names)")
        }
    }
}

extension Kind {
    /// Values by names of any kind. Written in the order of the names.
    static func byName<Item>(_ expected: String, _ item: Kind<Item>, blank: Item) -> Kind
    where Value == [String: Item] {
        Kind(expected) { node, base, faults in
            guard let entries = node.entries else {
                faults.expected(expected, node)
                return base
            }
            var values: [String: Item] = [:]
            for entry in entries { values[entry.key] = item.read(entry.value, blank, faults) }
            return values
        } write: { values in
            .mapping(values.sorted { $0.key < $1.key }.map { ($0.key, item.write($0.value)) })
        }
    }
}
