import ArgumentParser
import Files
import PageContent

struct ProfileMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Joins profiles: more measures of the same functions, or more functions.",
        discussion: """
            What functions of different profiles share is unknown, and an experiment that would need it fails. With
            --qualify, functions are told apart by a label, so that profiles of the same functions under other
            conditions can be joined: `vanilla@on`, `vanilla@zygote`.

            Examples:
              pagefold profile merge python.pfprofile node.pfprofile --output all.pfprofile
              pagefold profile merge on.pfprofile zygote.pfprofile --qualify mode --output both.pfprofile
            """)

    @Argument(help: "Profiles.")
    var profiles: [String]

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The profile to write.", valueName: "FILE.pfprofile"))
    var output: String

    @Option(help: ArgumentHelp("The label whose value is added to functions' names.", valueName: "label"))
    var qualify: String?

    func run() throws {
        let parts = try profiles.map { path in
            let profile = try ProfileFile.read(path)
            guard let qualify else { return profile }
            guard let label = profile.labels.first(where: { $0.name == qualify }) else {
                throw InputError(
                    file: path, "has no label `\(qualify)`",
                    remedy: Suggestion.phrase(
                        for: qualify, among: profile.labels.map(\.name),
                        otherwise: "see `pagefold profile info`"))
            }
            return profile.qualified(by: label.value)
        }
        let merged: Profile
        do throws(Profile.MergeConflict) {
            merged = try Profile.merged(parts)
        } catch {
            switch error {
            case .function(let name):
                throw InputError(
                    "two of the profiles describe a function `\(name)`",
                    remedy: "tell them apart with --qualify mode, or merge one of them only")
            case .measure(let name):
                throw InputError(
                    "two of the profiles measured `\(name)` with different results",
                    remedy: "merge only one of them")
            }
        }
        try refuseLoss(of: parts, in: merged)
        noteOrigins(of: parts)
        try ProfileFile.write(merged, to: output)
        Terminal.note(
            "wrote \(output): \(merged.functions.count) functions, \(merged.measures.count) measures")
    }

    /// Says where functions come from different kinds of source: their own figures do not compare, as one kind leaves out
    /// pages of zeros that another stores.
    private func noteOrigins(of parts: [Profile]) {
        let origins = parts.map { profile in
            let own = profile.functions.flatMap(\.labels) + profile.labels
            return Set(own.filter { $0.name == "origin" }.map(\.value))
        }
        let all = origins.reduce(into: Set<String>()) { $0.formUnion($1) }
        guard all.count > 1 else { return }
        Terminal.note(
            "warning: functions were captured in different ways (\(all.sorted().joined(separator: ", "))): compare "
                + "their figures within one way only")
    }

    /// Joined profiles keep the measures that all have: says which are lost, and refuses to lose all.
    private func refuseLoss(of parts: [Profile], in merged: Profile) throws {
        let names = parts.map { Set($0.measures.map(\.settings.name)) }
        let lost = names.reduce(into: Set<String>()) { $0.formUnion($1) }
            .subtracting(merged.measures.map(\.settings.name)).sorted()
        if lost.isEmpty { return }
        if merged.measures.isEmpty {
            throw InputError(
                "the profiles have no measure in common, so that nothing they tell of sharing would be left",
                remedy: "build them with the same --sampler, --chunk and --cardinality; there are: "
                    + lost.joined(separator: "; "))
        }
        Terminal.note(
            "warning: left out, as not all of the profiles have it: \(lost.joined(separator: "; "))")
    }
}
