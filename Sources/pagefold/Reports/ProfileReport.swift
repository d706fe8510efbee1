import Experiments
import PageContent

/// What a profile says, for people and for machines.
struct ProfileReport {
    private let profile: Profile
    private let path: String

    init(_ profile: Profile, path: String) {
        self.profile = profile
        self.path = path
    }

    /// The report as tables at most `width` columns wide; `pairs` adds each function against each other.
    func text(width: Int, pairs: Bool) -> String {
        var text =
            "\(path): \(profile.functions.count) functions, capture \(String(profile.capture, radix: 16))\n"
        for label in profile.labels { text += "  \(label.name): \(label.value)\n" }
        text += "\n" + functions().text(width: width)
        for measure in profile.measures {
            text +=
                "\n\(measure.settings.name), \(measure.pairings) pairings\n"
                + savings(measure).text(width: width)
            if pairs {
                text += "\npage saving, target by base function\n" + matrix(measure).text(width: width)
            }
        }
        for records in profile.records {
            text +=
                "\nshared-chunk records: \(records.settings.name), \(Decimal.grouped(UInt64(records.chunkCount))) chunks, "
                + "\(Decimal.grouped(UInt64(records.bases.reduce(0) { $0 + $1.count }))) base pages, "
                + "\(Decimal.grouped(UInt64(records.targets.reduce(0) { $0 + $1.pages.count }))) target pages\n"
        }
        return text
    }

    private func functions() -> TextTable {
        var table = TextTable([
            .words("function"), .numbers("instances"), .numbers("MiB"), .numbers("± sd"),
            .numbers("heap %"), .numbers("anonymous %"), .numbers("file copies %"), .numbers("zero %"),
            .numbers("clean file MiB"), .numbers("LZ4 saves %"), .numbers("zstd saves %"),
        ])
        for function in profile.functions {
            func share(_ kind: PageKind) -> String {
                percent(function.kinds[Int(kind.rawValue)].mean / max(function.pages.mean, 1))
            }
            table.add([
                function.name, "\(function.instances)", mebibytes(function.pages.mean),
                mebibytes(function.pages.deviation), share(.heap), share(.anonymous), share(.fileCopy),
                percent(function.zeroPages.mean / max(function.pages.mean, 1)),
                mebibytes(function.filePages.mean), percent(function.saving(by: .lz4)),
                percent(function.saving(by: .zstd)),
            ])
        }
        return table
    }

    private func savings(_ measure: Profile.Measure) -> TextTable {
        var table = TextTable([
            .words("function"), .numbers("hit %"), .numbers("saves %, own base"), .numbers("± sd"),
            .numbers("all bases"), .numbers("all but own"), .numbers("patch B"), .numbers("zstd patch B"),
            .numbers("base pages read"), .numbers("run"), .numbers("class rows"),
        ])
        for (index, function) in profile.functions.enumerated() {
            let own = measure.pairs[index][index]
            table.add([
                function.name, percent(own?.hitRate), percent(own?.saving), percent(own?.savingDeviation),
                percent(predicted(measure, index) { _ in true }),
                percent(predicted(measure, index) { $0 != index }),
                Decimal.fixed(own?.patchMean, decimals: 0), Decimal.fixed(own?.zstdMean, decimals: 0),
                percent(own?.distinctBasePages), Decimal.fixed(own?.runLength, decimals: 1),
                "\(measure.classes[index].rows.count)",
            ])
        }
        return table
    }

    /// The saving that class rows predict with the functions that `isBase` picks as bases; nil where it is unknown.
    private func predicted(
        _ measure: Profile.Measure, _ function: Int, _ isBase: (Int) -> Bool
    ) -> Double? {
        let bases = profile.functions.indices.filter(isBase)
        return try? measure.classes[function].predict(bases: bases, preferred: function).saving
    }

    private func matrix(_ measure: Profile.Measure) -> TextTable {
        var table = TextTable([.words("target")] + profile.functions.map { .numbers($0.name) })
        for (index, function) in profile.functions.enumerated() {
            table.add([function.name] + measure.pairs[index].map { percent($0?.saving) })
        }
        return table
    }

    private func percent(_ share: Double?) -> String {
        Decimal.fixed(share.map { $0 * 100 }, decimals: 1)
    }

    private func mebibytes(_ pages: Double) -> String {
        Decimal.fixed(pages * Double(Page.size) / 0x1p20, decimals: 1)
    }
}

extension ProfileReport {
    /// All reports as one JSON document: an array.
    static func json(_ reports: [ProfileReport]) -> JSONValue { .array(reports.map(\.json)) }

    private var json: JSONValue {
        .object([
            ("file", .string(path)), ("capture", .string(String(profile.capture, radix: 16))),
            ("labels", ProfileReport.labels(profile.labels)),
            ("functions", .array(profile.functions.map(ProfileReport.function))),
            ("measures", .array(profile.measures.map(measure))),
            (
                "records",
                .array(
                    profile.records.map { records in
                        .object([
                            ("measure", .string(records.settings.name)),
                            ("chunks", .whole(UInt64(records.chunkCount))),
                        ])
                    })
            ),
        ])
    }

    private static func labels(_ labels: [ProfileLabel]) -> JSONValue {
        .object(labels.map { ($0.name, .string($0.value)) })
    }

    private static func function(_ function: FunctionProfile) -> JSONValue {
        func spread(_ spread: FunctionProfile.Spread) -> JSONValue {
            .object([("mean", .number(spread.mean)), ("deviation", .number(spread.deviation))])
        }
        return .object([
            ("name", .string(function.name)), ("instances", .whole(UInt64(function.instances))),
            ("labels", labels(function.labels)),
            ("milliseconds", .object(function.times.map { ($0.name, spread($0.milliseconds)) })),
            ("pages", spread(function.pages)),
            ("kinds", .object(zip(PageKind.allCases, function.kinds).map { ($0.name, spread($1)) })),
            ("zeroPages", spread(function.zeroPages)), ("zeroMappings", spread(function.zeroMappings)),
            ("hugePages", spread(function.hugePages)), ("filePages", spread(function.filePages)),
            ("fileOverlap", .array(function.fileOverlap.map { $0.map { .number($0) } ?? .null })),
            ("lz4Saving", .number(function.saving(by: .lz4))),
            ("zstdSaving", .number(function.saving(by: .zstd))),
        ])
    }

    private func measure(_ measure: Profile.Measure) -> JSONValue {
        .object([
            ("measure", .string(measure.settings.name)), ("pairings", .whole(UInt64(measure.pairings))),
            (
                "functions",
                .array(
                    profile.functions.indices.map { index in
                        let own = measure.pairs[index][index]
                        let all = predicted(measure, index) { _ in true }
                        let others = predicted(measure, index) { $0 != index }
                        return .object([
                            ("name", .string(profile.functions[index].name)),
                            ("ownHitRate", own.map { .number($0.hitRate) } ?? .null),
                            ("ownSaving", own.map { .number($0.saving) } ?? .null),
                            ("ownSavingDeviation", own.map { .number($0.savingDeviation) } ?? .null),
                            ("allSaving", all.map { .number($0) } ?? .null),
                            ("othersSaving", others.map { .number($0) } ?? .null),
                            (
                                "pairSavings",
                                .array(measure.pairs[index].map { $0.map { .number($0.saving) } ?? .null })
                            ),
                            (
                                "savingByBases",
                                .array(measure.bases.isEmpty ? [] : measure.bases[index].map { .number($0) })
                            ),
                            ("classRows", .whole(UInt64(measure.classes[index].rows.count))),
                        ])
                    })
            ),
        ])
    }
}

extension FunctionProfile {
    /// The saving when every page is compressed alone and packed, with 8 bytes of metadata a page.
    func saving(by method: CompressionMethod) -> Double {
        if pages.mean == 0 { return 0 }
        let bins = method == .lz4 ? lz4 : zstd
        let kept = Double(PageOutcome.kept.stored)
        let overhead = Double(PageOutcome.compressed(size: 0).stored)
        let stored = bins.reduce(zeroPages.mean * Double(PageOutcome.zero.stored)) { sum, bin in
            sum + bin.count * min(bin.mean + overhead, kept)
        }
        return 1 - stored / (pages.mean * Double(Page.size))
    }
}
