/// The methods that `pagefold profile methods` compares, in the order of its table.
public enum StandardMethods {
    /// All of them; the best patch is sought for `sample` pages a function, 0 for none.
    public static func all(sample: Int) -> [any SavingMethod] {
        var methods: [any SavingMethod] = [ZeroPagesMethod()]
        methods += ExactPagesMethod.Scope.allCases.map { ExactPagesMethod($0) }
        methods += CompressionMethod.allCases.map { CompressionOnlyMethod($0) }
        methods += CompressionMethod.allCases.map { ZswapMethod($0) }
        methods += finders.map { DedupMethod($0.name, $0.summary, $0.settings) }
        methods += finders.filter(\.isContent).map {
            DedupMethod("\($0.name)-union", "the same, bases of all functions", $0.settings, bases: .union)
        }
        methods += finders.map { DedupMethod("\($0.name)+rest", restSummary, $0.withRest) }
        methods += finders.map { DedupMethod("\($0.name)+zstd", compressedSummary, $0.compressed) }
        methods += finders.filter(\.isContent).map {
            DedupMethod(
                "\($0.name)-union+zstd", "the same, bases of all functions", $0.compressed, bases: .union)
        }
        if sample > 0 { methods.append(BestPatchMethod(sample: sample)) }
        return methods
    }

    private static let restSummary = "the same, zstd-1 where that is smaller than the patch"
    private static let compressedSummary = "the same with zstd patches, zstd-1 where that is smaller"

    /// A way to find base pages.
    private struct Finder {
        var name: String
        var summary: String
        /// Whether it goes by content, so that other functions' bases make sense.
        var isContent = true
        var settings: DedupSettings

        /// The same, and pages without a base, or smaller so, compressed by zstd.
        var withRest: DedupSettings {
            var settings = settings
            settings.compression = .zstd
            return settings
        }

        /// Patches by zstd with the base as prefix, and pages without a base, or smaller so, by zstd alone.
        var compressed: DedupSettings {
            var settings = settings
            settings.patch = .zstd
            settings.compression = .zstd
            return settings
        }
    }

    private static let finders = [
        Finder(
            name: "medes-artifact", summary: "Medes as released: first chunks, first match",
            settings: DedupSettings(samplers: [SamplerSettings(.artifact)], choice: .firstMatch)),
        Finder(
            name: "medes-paper", summary: "Medes as published: chunks by pattern, most shared",
            settings: DedupSettings(samplers: [SamplerSettings(.paper)])),
        Finder(
            name: "artifact", summary: "the released first chunks, most shared",
            settings: DedupSettings(samplers: [SamplerSettings(.artifact)])),
        Finder(
            name: "spread", summary: "smallest hashes of the whole page, most shared",
            settings: DedupSettings(samplers: [SamplerSettings(.spread)])),
        Finder(
            name: "location", summary: "the page at the same place of the base", isContent: false,
            settings: DedupSettings(samplers: [SamplerSettings(.location)])),
        Finder(
            name: "location+spread", summary: "both, the smaller patch", isContent: false,
            settings: DedupSettings(samplers: [SamplerSettings(.location), SamplerSettings(.spread)])),
    ]
}
