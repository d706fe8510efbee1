/// How a sandbox is deduplicated against base sandboxes.
public struct DedupSettings: Sendable, Hashable {
    /// How base pages are found; with several, the candidates of all are tried and the smallest patch is kept.
    public var samplers: [SamplerSettings]
    /// Which candidate becomes the base page.
    public var choice: BaseChoice
    /// For how many of a sampler's candidates a patch is made; the smallest is kept.
    public var candidates: Int
    /// How many pages the registry keeps a chunk at most.
    public var postingsCap: Int
    /// How patches are coded.
    public var patch: PatchMethod
    /// How pages without a base page, or that are smaller this way, are compressed; nil leaves them as they are.
    public var compression: CompressionMethod?

    /// One sampler, Medes' five chunks of 64 bytes and Pagefold's own coder unless others are given.
    public init(
        samplers: [SamplerSettings] = [SamplerSettings(.artifact)], choice: BaseChoice = .mostShared,
        candidates: Int = 1, postingsCap: Int = 32, patch: PatchMethod = .copyInsert,
        compression: CompressionMethod? = nil
    ) {
        precondition(!samplers.isEmpty && candidates >= 1 && postingsCap >= 1, "nothing to find a base with")
        self.samplers = samplers
        self.choice = choice
        self.candidates = candidates
        self.postingsCap = postingsCap
        self.patch = patch
        self.compression = compression
    }
}

extension DedupSettings {
    /// For tables: `artifact 64 B x 5`, then whatever is not the default.
    public var name: String {
        let plain = DedupSettings()
        var parts = [samplers.map(\.name).joined(separator: " + ")]
        if choice != plain.choice { parts.append(choice.rawValue) }
        if candidates != plain.candidates { parts.append("best of \(candidates)") }
        if postingsCap != plain.postingsCap { parts.append("at most \(postingsCap) postings") }
        if patch != plain.patch { parts.append("\(patch.rawValue) patches") }
        if let compression { parts.append("\(compression.rawValue) for the rest") }
        return parts.joined(separator: ", ")
    }
}
