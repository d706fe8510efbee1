import Files
import Foundation
import Glibc
import Workload

/// One submission of a sweep: what its tasks must know, frozen, so that nothing that happens to the experiment
/// file later changes what a task runs.
struct ArrayRound {
    /// The number, from 0.
    var number: Int
    /// Its directory, absolute.
    var directory: String
    /// The experiment, as the command that submitted it read it.
    var input: Experiment.Input
    /// Whether warnings about a trace are errors.
    var strict: Bool
    /// The experiment's digest.
    var digest: String
    /// The version of Pagefold that submitted it.
    var version = pagefoldVersion
    /// How it was submitted.
    var settings: ArraySettings
    /// How many tasks it has.
    var tasks: Int
    /// The names of its runs, in the order in which tasks take them.
    var runs: [String]

    /// The file of the batch script.
    var script: String { "\(directory)/array.sh" }
    /// The directory of what tasks say.
    var logs: String { "\(directory)/logs" }

    /// How the runs are divided.
    var share: TaskShare { TaskShare(runs: runs.count, tasks: tasks) }

    /// Writes the round into its directory, which must not be there.
    /// - Throws: `InputError` when another submission made it, or it cannot be written.
    func write() throws {
        let text = try SlurmScript(self).text
        let path = directory.utf8
        for end in path.indices where path[end] == UInt8(ascii: "/") && end > path.startIndex {
            mkdir(String(decoding: path[..<end], as: UTF8.self), 0o777)
        }
        guard mkdir(directory, 0o777) == 0, mkdir(logs, 0o777) == 0 else {
            let reason = errno
            throw InputError(
                file: directory, "cannot be made: \(String(cString: strerror(reason)))",
                remedy: reason == EEXIST
                    ? "is another submission under way?" : "choose a place that may be written")
        }
        try ArrayRound.write(input.text, to: "\(directory)/experiment.yaml")
        try ArrayRound.write(runs.map { $0 + "\n" }.joined(), to: "\(directory)/runs.txt")
        try ArrayRound.write(manifest.text, to: "\(directory)/round.json")
        try ArrayRound.write(text, to: script)
    }

    /// Takes the round back: it was not submitted.
    func remove() {
        try? FileManager.default.removeItem(atPath: directory)
        // The directory of all rounds goes when this was the only one.
        if let slash = directory.lastIndex(of: "/") { rmdir(String(directory[..<slash])) }
    }

    private static func write(_ text: String, to path: String) throws {
        var file = try AtomicFile(path: path)
        try file.write(text)
        try file.commit()
    }

    private var manifest: JSONValue {
        func texts(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
        return .object([
            ("format", .whole(1)), ("version", .string(version)), ("digest", .string(digest)),
            ("file", .string(input.file)), ("directory", .string(input.directory)),
            ("working-directory", .string(input.workingDirectory)),
            ("overrides", texts(input.overrides.map(\.text))), ("strict", .bool(strict)),
            ("tasks", .whole(UInt64(tasks))), ("runs", .whole(UInt64(runs.count))),
            ("size", .string(settings.size?.text ?? "")), ("sbatch", texts(settings.sbatch)),
            ("program", .string(settings.program)),
        ])
    }

    /// Notes the number that Slurm gave the array.
    func note(_ job: SlurmJob) throws { try ArrayRound.write(job.text + "\n", to: "\(directory)/job.txt") }

    /// The number that Slurm gave the array; nil when it is not known.
    var job: SlurmJob? {
        guard let bytes = try? StoreBytes.read("\(directory)/job.txt") else { return nil }
        return SlurmJob(lastIn: String(decoding: bytes, as: UTF8.self))
    }
}

extension ArrayRound {
    /// Reads the round with this number.
    /// - Throws: `InputError` when it is not there, is damaged, or was made by another version.
    init(reading index: Int, in parts: PartsDirectory) throws {
        let directory = parts.round(index)
        let file = "\(directory)/round.json"
        let manifest = try YAMLReader.read(try ArrayRound.text(file), file: file)
        func text(_ key: String) throws -> String {
            guard let text = manifest[key]?.scalar else {
                throw InputError(file: file, "'\(key)' is missing")
            }
            return text
        }
        func whole(_ key: String) throws -> Int {
            guard let number = Int(try text(key)), number > 0 else {
                throw InputError(file: file, "'\(key)' is not a number")
            }
            return number
        }
        func texts(_ key: String) -> [String] {
            guard case .list(let values) = manifest[key]?.content else { return [] }
            return values.compactMap(\.scalar)
        }
        version = try text("version")
        guard version == pagefoldVersion, try text("format") == "1" else {
            throw InputError(
                file: file, "the array was submitted by Pagefold \(version), this is \(pagefoldVersion)",
                remedy: "results of two versions do not mix: use the program that submitted it")
        }
        number = index
        self.directory = directory
        input = Experiment.Input(
            text: try ArrayRound.text("\(directory)/experiment.yaml"), file: try text("file"),
            directory: try text("directory"), workingDirectory: try text("working-directory"),
            overrides: try texts("overrides").map { try Override($0) })
        strict = try text("strict") == "true"
        digest = try text("digest")
        tasks = try whole("tasks")
        let size = try text("size")
        settings = ArraySettings(
            size: size.isEmpty ? nil : ArraySettings.Size(size), sbatch: texts("sbatch"),
            program: try text("program"))
        let list = "\(directory)/runs.txt"
        runs = try ArrayRound.text(list).split(separator: "\n").map(String.init)
        guard try runs.count == whole("runs"), tasks <= runs.count else {
            throw InputError(file: list, "the list of runs is not complete", remedy: "restore it from a copy")
        }
    }

    private static func text(_ path: String) throws -> String {
        guard let text = String(validating: try StoreBytes.read(path), as: UTF8.self) else {
            throw InputError(file: path, "the file is not UTF-8 text")
        }
        return text
    }

    /// The plan of what was frozen.
    /// - Throws: `InputError` when it gives another experiment today.
    func plan() throws -> SweepPlan {
        let plan = try SweepPlan(try Experiment(input), strict: strict)
        guard plan.experiment.digest == digest else {
            throw InputError(
                file: directory, "the experiment reads differently than when it was submitted",
                remedy: "its paths must mean the same files on every machine")
        }
        return plan
    }
}
