import EventKernel

extension Profile {
    /// Why profiles cannot be joined.
    public enum MergeConflict: Error, Hashable, Sendable {
        /// Two of them describe a function of this name, and neither the same functions altogether nor the same facts.
        case function(String)
        /// Two of them measured the same functions in the same way with different results.
        case measure(String)
    }

    /// One profile out of several.
    ///
    /// Profiles of the same functions of one capture join their measures and records. Otherwise no two may have a function
    /// in common, and what functions of different profiles share is unknown: using it is an error (`Unmeasured`).
    ///
    /// - Throws: `MergeConflict`.
    public static func merged(_ profiles: [Profile]) throws(MergeConflict) -> Profile {
        precondition(!profiles.isEmpty, "nothing to merge")
        var merged = profiles[0]
        for profile in profiles.dropFirst() {
            if profile.capture == merged.capture && profile.functions == merged.functions {
                try merged.addMeasures(of: profile)
            } else {
                merged = try merged.joined(with: profile)
            }
        }
        return merged
    }

    /// With each function's name followed by `@` and `qualifier`, so that it can be merged with a profile of the same
    /// functions under other conditions.
    public func qualified(by qualifier: String) -> Profile {
        var profile = self
        for index in functions.indices { profile.functions[index].name += "@\(qualifier)" }
        return profile
    }

    private mutating func addMeasures(of other: Profile) throws(MergeConflict) {
        for measure in other.measures {
            guard let known = self.measure(measure.settings) else {
                measures.append(measure)
                continue
            }
            if known != measure { throw .measure(measure.settings.name) }
        }
        for added in other.records {
            guard let known = records.first(where: { $0.settings == added.settings }) else {
                records.append(added)
                continue
            }
            if known != added { throw .measure(added.settings.name) }
        }
    }

    private func joined(with other: Profile) throws(MergeConflict) -> Profile {
        let names = (functions + other.functions).map(\.name).sorted()
        for (name, next) in zip(names, names.dropFirst()) where name == next { throw .function(name) }
        let both = names.count
        let own = functions.map { names.firstIndex(of: $0.name) ?? 0 }
        let others = other.functions.map { names.firstIndex(of: $0.name) ?? 0 }
        let labels = self.labels.filter(other.labels.contains)
        let spread = [(self, own), (other, others)]
        var joined = Profile(
            capture: capture == other.capture ? capture : mix64(capture &+ mix64(other.capture)),
            labels: labels, functions: [], measures: [], records: [])
        joined.functions =
            spread.flatMap { profile, places in
                profile.functions.map { $0.spread(places, of: both, adding: profile.labels, but: labels) }
            }.sorted { $0.name < $1.name }
        // A way of deduplicating that only one of them was measured under says nothing of the other's functions.
        for measure in measures {
            guard let second = other.measure(measure.settings) else { continue }
            joined.measures.append(Measure.joined([(measure, own), (second, others)], functions: both))
        }
        for known in records {
            guard let second = other.records.first(where: { $0.settings == known.settings }) else { continue }
            joined.records.append(
                SharedChunkRecords.joined([(known, own), (second, others)], functions: both))
        }
        return joined
    }
}

extension FunctionProfile {
    fileprivate func spread(
        _ places: [Int], of count: Int, adding more: [ProfileLabel], but common: [ProfileLabel]
    ) -> FunctionProfile {
        var function = self
        function.labels = (labels + more.filter { !common.contains($0) }).sorted { $0.name < $1.name }
        function.fileOverlap = Array(repeating: nil, count: count)
        for (index, place) in places.enumerated() { function.fileOverlap[place] = fileOverlap[index] }
        return function
    }
}

extension Profile.Measure {
    fileprivate static func joined(
        _ parts: [(measure: Profile.Measure, places: [Int])], functions: Int
    ) -> Profile.Measure {
        let none: [PairStatistics?] = Array(repeating: nil, count: functions)
        var joined = parts[0].measure
        joined.pairings = parts.map(\.measure.pairings).min() ?? joined.pairings
        joined.pairs = Array(repeating: none, count: functions)
        joined.classes = Array(
            repeating: ClassRows(rows: [], zeroPages: 0, levelMeans: [], pairings: 1, isTied: false),
            count: functions)
        joined.bases = Array(repeating: [], count: functions)
        for (measure, places) in parts {
            for (index, place) in places.enumerated() {
                for (base, basePlace) in places.enumerated() {
                    joined.pairs[place][basePlace] = measure.pairs[index][base]
                }
                joined.classes[place] = measure.classes[index]
                joined.classes[place].levelMeans = Array(
                    repeating: Array(repeating: 0, count: PatchLevel.patchLevels), count: functions)
                for (base, basePlace) in places.enumerated() {
                    joined.classes[place].levelMeans[basePlace] = measure.classes[index].levelMeans[base]
                }
                joined.classes[place].rows = measure.classes[index].rows.map { row in
                    var spread = row
                    spread.levels = Array(repeating: .unknown, count: functions)
                    for (base, basePlace) in places.enumerated() {
                        spread.levels[basePlace] = row.levels[base]
                    }
                    return spread
                }
                if !measure.bases.isEmpty { joined.bases[place] = measure.bases[index] }
            }
        }
        return joined
    }
}

extension SharedChunkRecords {
    fileprivate static func joined(
        _ parts: [(records: SharedChunkRecords, places: [Int])], functions: Int
    ) -> SharedChunkRecords {
        var joined = SharedChunkRecords(
            settings: parts[0].records.settings, chunkCount: 0,
            bases: Array(repeating: Pages(), count: functions),
            targets: Array(repeating: Target(pages: Pages(), patches: []), count: functions))
        for (records, places) in parts {
            let shift = UInt32(joined.chunkCount)
            for (index, place) in places.enumerated() {
                joined.bases[place] = records.bases[index].renumbered(by: shift)
                let target = records.targets[index]
                var patches = Array(repeating: unmeasured, count: target.pages.count * functions)
                for page in 0..<target.pages.count {
                    for (base, basePlace) in places.enumerated() {
                        patches[page * functions + basePlace] = target.patches[page * places.count + base]
                    }
                    if records.isZero(page, function: index) {
                        for base in 0..<functions { patches[page * functions + base] = zeroPage }
                    }
                }
                joined.targets[place] = Target(pages: target.pages.renumbered(by: shift), patches: patches)
            }
            joined.chunkCount += records.chunkCount
        }
        return joined
    }
}

extension SharedChunkRecords.Pages {
    fileprivate func renumbered(by shift: UInt32) -> SharedChunkRecords.Pages {
        var pages = self
        pages.chunks = chunks.map { $0 + shift }
        return pages
    }
}
