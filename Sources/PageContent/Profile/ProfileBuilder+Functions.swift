extension ProfileBuilder {
    /// What all of `instances` agree on, in order of the names.
    static func agreed(_ instances: [Instance]) -> [ProfileLabel] {
        guard let first = instances.first else { return [] }
        return first.labels.filter { label in
            !label.name.hasSuffix(timeSuffix)
                && instances.allSatisfy { $0.labels.contains(label) }
        }.sorted { $0.name < $1.name }
    }

    private static let timeSuffix = "-ms"

    /// What sandboxes of a function hold.
    func describe(
        _ function: Int, compressed: [CompressedSizes], common: [ProfileLabel]
    ) -> FunctionProfile {
        let instances = functions[function]
        let sets = instances.map(\.pages)
        func spread(_ value: (PageSet) -> Int) -> FunctionProfile.Spread {
            FunctionProfile.Spread(sets.map { Double(value($0)) })
        }
        return FunctionProfile(
            name: sets[0].label.function, instances: sets.count,
            labels: ProfileBuilder.agreed(instances).filter { !common.contains($0) },
            times: ProfileBuilder.times(of: instances), pages: spread(\.count),
            kinds: PageKind.allCases.map { kind in spread { $0.kinds.count { $0 == kind } } },
            zeroPages: FunctionProfile.Spread(
                compressed.map { sizes in Double((0..<sizes.count).count { sizes.isZero($0) }) }),
            zeroMappings: spread(\.zeroMappings), hugePages: spread(\.hugePages),
            filePages: spread(\.filePages.count),
            fileOverlap: functions.map { ProfileBuilder.overlap(of: sets[1], with: $0[0].pages) },
            lz4: ProfileBuilder.histogram(compressed) { $0.lz4($1) },
            zstd: ProfileBuilder.histogram(compressed) { $0.zstd($1) })
    }

    private static func times(of instances: [Instance]) -> [ProfileTime] {
        let names = Set(instances.flatMap { $0.labels.map(\.name) }.filter { $0.hasSuffix(timeSuffix) })
        return names.sorted().compactMap { name in
            let values = instances.compactMap { instance in
                instance.labels.first { $0.name == name }.flatMap { Double($0.value) }
            }.filter(\.isFinite)
            guard values.count == instances.count else { return nil }
            return ProfileTime(
                name: String(name.dropLast(timeSuffix.count)), milliseconds: FunctionProfile.Spread(values))
        }
    }

    /// The share of `target`'s clean pages of files that are resident in `base` too; 1 where it has none.
    private static func overlap(of target: PageSet, with base: PageSet) -> Double {
        if target.filePages.isEmpty { return 1 }
        let shared = FilePage.common(target.filePages, base.filePages)
        return Double(shared) / Double(target.filePages.count)
    }

    private static func histogram(
        _ compressed: [CompressedSizes], _ size: (CompressedSizes, Int) -> Int
    ) -> [FunctionProfile.CompressedBin] {
        let bins = Page.size / FunctionProfile.compressedStep
        var counts = Array(repeating: 0, count: bins)
        var bytes = Array(repeating: 0, count: bins)
        for sizes in compressed {
            for page in 0..<sizes.count where !sizes.isZero(page) {
                let size = size(sizes, page)
                let bin = min((size - 1) / FunctionProfile.compressedStep, bins - 1)
                counts[bin] += 1
                bytes[bin] += size
            }
        }
        return zip(counts, bytes).map { count, bytes in
            FunctionProfile.CompressedBin(
                count: Double(count) / Double(compressed.count),
                mean: count == 0 ? 0 : Double(bytes) / Double(count))
        }
    }
}

extension FunctionProfile {
    /// The width in bytes of the bins of compressed sizes.
    public static let compressedStep = 512
}
