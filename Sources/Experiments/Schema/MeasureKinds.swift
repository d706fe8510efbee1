import Files
import PageContent
import Simulator

extension Kind where Value == DedupSettings {
    /// How a profile was measured: `{sampler: artifact, chunk: 64, cardinality: 5, choice: most-shared,
    /// ...}`.
    static var dedupSettings: Kind {
        let record = DedupDraft.record
        return Kind("a measure") { node, base, faults in
            record.read(node, over: DedupDraft(base), faults).settings
        } write: {
            record.write(DedupDraft($0))
        }
    }
}

/// A way of deduplicating as files spell it: samplers share the size and the number of their chunks, unless
/// each has its own.
private struct DedupDraft {
    /// One sampler; what it leaves open is the same for all.
    struct Sampler {
        var rule = SamplingRule.artifact
        var chunk: Int?
        var cardinality: Int?
    }

    /// Everything but the samplers.
    var rest: DedupSettings
    var samplers: [Sampler]
    var chunk = 64
    var cardinality = 5

    init(_ settings: DedupSettings) {
        rest = settings
        // A place has no chunks.
        let sizes = settings.samplers.filter { $0.rule != .location }
        let isShared = sizes.allSatisfy {
            $0.chunk == sizes[0].chunk && $0.cardinality == sizes[0].cardinality
        }
        if let first = sizes.first, isShared { (chunk, cardinality) = (first.chunk, first.cardinality) }
        samplers = settings.samplers.map {
            Sampler(
                rule: $0.rule, chunk: isShared ? nil : $0.chunk, cardinality: isShared ? nil : $0.cardinality)
        }
    }

    var settings: DedupSettings {
        var settings = rest
        settings.samplers = samplers.map { sampler in
            if sampler.rule == .location { return SamplerSettings(.location) }
            return SamplerSettings(
                sampler.rule, chunk: sampler.chunk ?? chunk, cardinality: sampler.cardinality ?? cardinality)
        }
        return settings
    }

    static var record: Record<DedupDraft> {
        Record(
            "a measure",
            [
                Field("sampler", \.samplers, samplers), Field("chunk", \.chunk, chunk),
                Field("cardinality", \.cardinality, cardinality),
                Field(
                    "choice", \.rest.choice, .word(BaseChoice.allCases.map { ($0.rawValue, $0) })),
                Field("candidates", \.rest.candidates, .whole(1...1_000)),
                Field("postings-cap", \.rest.postingsCap, .whole(1...1_000_000)),
                Field("patch", \.rest.patch, .word(PatchMethod.allCases.map { ($0.rawValue, $0) })),
                Field("compression", \.rest.compression, .compressionOrNone),
            ])
    }

    private static var chunk: Kind<Int> {
        .whole(SamplerSettings.chunks).limited(to: "a multiple of 16") { $0 % 16 == 0 }
    }

    private static var cardinality: Kind<Int> { .whole(SamplerSettings.cardinalities) }

    /// One sampler or a list of them.
    private static var samplers: Kind<[Sampler]> {
        let one = sampler
        let list = one.list(blank: Sampler()).limited(to: "1 to 8 samplers") { (1...8).contains($0.count) }
        return Kind("a sampler or a list of samplers") { node, base, faults in
            if case .list = node.content { return list.read(node, base, faults) }
            return [one.read(node, Sampler(), faults)]
        } write: {
            $0.count == 1 ? one.write($0[0]) : list.write($0)
        }
    }

    private static var sampler: Kind<Sampler> {
        let record = Record<Sampler>(
            "a sampler",
            [
                Field("rule", \.rule, rule, required: true),
                Field("chunk", \.chunk, chunk.optional(blank: 64)),
                Field("cardinality", \.cardinality, cardinality.optional(blank: 5)),
            ])
        return Kind("a sampler") { node, base, faults in
            if node.entries?.contains(where: { $0.key == "rule" }) == true {
                return record.read(node, over: base, faults)
            }
            return Sampler(rule: rule.read(node, base.rule, faults))
        } write: {
            $0.chunk == nil && $0.cardinality == nil ? rule.write($0.rule) : record.write($0)
        }
    }

    /// A rule by name; that of the paper with a pattern too: `{paper: {mask: 31, value: 1}}`.
    private static var rule: Kind<SamplingRule> {
        let plain = Kind<SamplingRule>.word([
            ("artifact", .artifact), ("paper", .paper), ("spread", .spread), ("fixed", .fixed),
            ("location", .location),
        ])
        let pattern = Record<[Int]>(
            "paper",
            [
                Field("mask", \.[0], .whole(0...65_535), required: true),
                Field("value", \.[1], .whole(0...65_535), required: true),
            ])
        return Kind("a sampler: artifact, paper, spread, fixed or location") { node, base, faults in
            guard let entries = node.entries, entries.count == 1, entries[0].key == "paper" else {
                return plain.read(node, base, faults)
            }
            let read = pattern.read(entries[0].value, over: [0, 0], faults)
            if read[1] & ~read[0] != 0 {
                faults.add(node, "the value has bits that the mask lacks", remedy: "no chunk would be taken")
            }
            return .paper(mask: UInt16(read[0]), value: UInt16(read[1]))
        } write: { rule in
            if rule != .paper, case .paper(let mask, let value) = rule {
                return .mapping([("paper", pattern.write([Int(mask), Int(value)]))])
            }
            return plain.write(rule)
        }
    }
}
