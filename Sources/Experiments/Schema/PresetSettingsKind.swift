import Simulator

extension Kind where Value == StatePresetSettings {
    /// What a preset of an idle state leaves open: `{fingerprint: spread, patch: zstd, codec-threads: 8}`. It is
    /// only read: what is written are the stages that follow from it.
    static var presetSettings: Kind {
        let threads = Kind<Int>.whole(0...1_000)
        return Record<StatePresetSettings>(
            "made",
            [
                Field(
                    "fingerprint", \.fingerprint, .word(FingerprintCost.allCases.map { ($0.rawValue, $0) })),
                Field("patch", \.patch, .word(PatchCost.allCases.map { ($0.rawValue, $0) })),
                Field("fingerprint-threads", \.fingerprintThreads, threads),
                Field("codec-threads", \.codecThreads, threads),
                Field("bases", \.bases, .word(BaseScope.allCases.map { ($0.rawValue, $0) })),
                Field("registry", \.registry, .word([("single", .single), ("replicated", .replicated(1))])),
                Field(
                    "compression", \.compression, .word(CompressionPlace.allCases.map { ($0.rawValue, $0) })),
            ]
        ).kind
    }
}
