import Files
import Foundation

/// A directory of results that appears whole or not at all, with a manifest that lists what Pagefold wrote there.
public struct ResultDirectory: ~Copyable {
    private let directory: AtomicDirectory

    /// What marks a directory as one of results.
    static let marker = "manifest.json"

    /// Prepares for results at `path`; directories on the way that are missing are made.
    /// - Parameter force: whether results that are there may be replaced. Only files that Pagefold wrote are, those that
    ///   their manifest lists: all else in the directory stays.
    /// - Throws: `InputError` when something else is there already, or nothing can be written there.
    public init(at path: String, force: Bool) throws {
        directory = try AtomicDirectory(at: path, makesParents: true) { names throws(InputError) in
            if !force {
                throw InputError(
                    file: path, "the directory is not empty", remedy: "choose another, or add --force")
            }
            guard names.contains(ResultDirectory.marker) else {
                throw InputError(
                    file: path, "the directory holds other things than results",
                    remedy: "--force replaces results only; choose another directory")
            }
            let written = try WrittenFiles(manifest: "\(path)/\(ResultDirectory.marker)").names
            for name in written { try InputFiles.refuse(path: "\(path)/\(name)") }
            return written.intersection(names)
        }
    }

    /// A file of the results, open for writing.
    public func file(_ name: String) throws -> OutputFile { try OutputFile("\(directory.staging)/\(name)") }

    /// Writes a whole file.
    public func write(_ name: String, _ text: String) throws {
        var file = try file(name)
        file.write(text)
        try file.close()
    }

    /// Writes the manifest, these facts and the list of files, and puts the results in their place.
    /// - Throws: `InputError` when something cannot be written, or would replace what Pagefold did not write.
    public consuming func finish(manifest facts: [(String, JSONValue)]) throws {
        let files = (Directory.names(in: directory.staging) ?? []) + [ResultDirectory.marker]
        let list = JSONValue.array(files.sorted().map { .string($0) })
        try write(ResultDirectory.marker, JSONValue.object(facts + [(WrittenFiles.key, list)]).text)
        try directory.commit(last: ResultDirectory.marker)
    }

    static func failure(_ what: String, in path: String) -> InputError {
        InputError(
            file: path, "\(what): \(String(cString: strerror(errno)))",
            remedy: errno == ENOSPC
                ? "free some space, or choose a place on another disk"
                : "choose a directory that exists and may be written")
    }
}

/// What a manifest says that Pagefold wrote beside it.
struct WrittenFiles {
    /// The key of the list in the manifest.
    static let key = "files"

    /// Names of files, the manifest among them.
    let names: Set<String>

    /// The files of versions up to 0.5.0, whose manifests list none.
    private static let unlisted: Set<String> = [
        "experiment.yaml", "results.json", "results.csv", "functions.csv", "applications.csv", "timeline.csv",
        "sensitivity.csv",
    ]

    /// Reads the manifest at `path`.
    /// - Throws: `InputError` when it is not one of Pagefold's: many programs call a file so.
    init(manifest path: String) throws(InputError) {
        let foreign = InputError(
            file: path, "is not a manifest of Pagefold's",
            remedy: "--force replaces results only; choose another directory")
        guard let bytes = FileManager.default.contents(atPath: path), bytes.count < 1 << 28,
            let manifest = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        else { throw foreign }
        let isReproduction = manifest["version"] is String && manifest["reproduction"] is String
        guard manifest["pagefold"] is String && manifest["variants"] is [Any] || isReproduction else {
            throw foreign
        }
        guard let listed = manifest[WrittenFiles.key] else {
            let figures = (1...20).map { "figure-\($0).csv" }
            names = WrittenFiles.unlisted.union(figures).union([ResultDirectory.marker])
            return
        }
        // What is listed is removed: a name must not lead out of the directory.
        guard let files = listed as? [String],
            files.allSatisfy({ !$0.utf8.contains(UInt8(ascii: "/")) && !["", ".", ".."].contains($0) })
        else { throw foreign }
        names = Set(files).union([ResultDirectory.marker])
    }
}
