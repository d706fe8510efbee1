import ArgumentParser
import Files
import PageContent
import Snapshots

/// Whose pages they are, and where they go.
struct SnapshotNaming: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The file to write. Default: FUNCTION-INSTANCE.pfsnap.", valueName: "file.pfsnap"))
    var output: String?

    @Option(help: ArgumentHelp("The function's name. Default: that of the program.", valueName: "name"))
    var function: String?

    @Option(help: ArgumentHelp("Which of the function's instances.", valueName: "n"))
    var instance = 0

    @Option(
        help: ArgumentHelp(
            "A fact about how the instance came to be; may be repeated, and replaces what was found out.",
            valueName: "name=value"))
    var label: [String] = []

    func validate() throws {
        guard (0...Int(Int32.max)).contains(instance) else {
            throw ValidationError("--instance must be from 0 to \(Int32.max).")
        }
        if let function, !SnapshotNaming.isName(function) {
            throw ValidationError(
                "--function must have 1 to 100 letters, digits and characters of ._+- and begin with none of them."
            )
        }
        _ = try labels()
    }

    /// The labels given.
    func labels() throws -> [SnapshotLabel] {
        var found: [SnapshotLabel] = []
        for text in label {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            guard parts.count == 2, SnapshotNaming.isLabelName(parts[0]), parts[1].utf8.count <= 200,
                parts[1].utf8.allSatisfy({ $0 >= 32 && $0 != 127 })
            else {
                throw ValidationError(
                    "--label wants name=value: a name of lower-case letters, digits and -, "
                        + "and a value of up to 200 bytes on one line.")
            }
            if found.contains(where: { $0.name == parts[0] }) {
                throw ValidationError("--label \(parts[0]) is given twice.")
            }
            found.append(SnapshotLabel(name: parts[0], value: parts[1]))
        }
        return found
    }

    /// `given` labels, and those of `found` that are not replaced by them.
    func merge(_ given: [SnapshotLabel], over found: [SnapshotLabel]) -> [SnapshotLabel] {
        found.filter { label in !given.contains { $0.name == label.name } } + given
    }

    /// Whose pages they are; `standard` names the function when nobody did.
    func label(standard: String?) -> InstanceLabel {
        let fallback = standard.map {
            String($0.map { SnapshotNaming.isNameCharacter($0) ? $0 : "-" }.prefix(100))
        }
        let name = fallback.flatMap { SnapshotNaming.isName($0) ? $0 : nil }
        return InstanceLabel(function: function ?? name ?? "unnamed", instance: instance)
    }

    /// Where `snapshot` goes.
    func path(for snapshot: Snapshot) -> String {
        output ?? "\(snapshot.pages.label.function)-\(snapshot.pages.label.instance).pfsnap"
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "._+-".contains(character))
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.first, first.isLetter || first.isNumber else { return false }
        return text.utf8.count <= 100 && text.allSatisfy(isNameCharacter)
    }

    private static func isLabelName(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}
