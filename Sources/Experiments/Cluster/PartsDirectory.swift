import Files
import Foundation
import Glibc
import Workload

/// The directory beside a store that holds everything of its job arrays: a round for each submission.
///
/// Many machines read and write it at once. Files are written under another name and renamed, and no two
/// processes ever write to the same name.
struct PartsDirectory {
    /// The path, absolute.
    let path: String

    /// The directory at `path`.
    /// - Throws: `InputError` when the working directory has no name that a script could give.
    init(path: String) throws(InputError) {
        // Scripts of tasks must name it.
        self.path = path.hasPrefix("/") ? path : PathKind.join(try Directory.working(), path)
    }

    /// The directory of the store at `path`: `results/x.parts` for `results/x.sqlite`.
    /// - Throws: as `init(path:)`.
    init(ofStore path: String) throws(InputError) {
        let suffix = ".sqlite"
        let stem = path.hasSuffix(suffix) ? String(path.dropLast(suffix.count)) : path
        try self.init(path: stem + ".parts")
    }

    /// The numbers of the rounds that are there, in order.
    /// - Throws: `InputError` when the directory is there and cannot be read.
    func rounds() throws -> [Int] {
        try PartsDirectory.names(in: path).compactMap { name in
            name.hasPrefix("round-") ? Int(name.dropFirst("round-".count)) : nil
        }.sorted()
    }

    /// The directory of a round.
    func round(_ number: Int) -> String { "\(path)/round-\(number)" }

    /// All parts of all rounds, in order of round and name.
    func parts() throws -> [String] {
        try rounds().flatMap { number in try PartName.all(in: round(number)).map(\.path) }
    }

    /// What is in a directory, in order of name; nothing where there is none.
    static func names(in directory: String) throws -> [String] {
        // Pagefold gives no names that are not text.
        guard let names = Directory.names(in: directory) else {
            if errno == ENOENT { return [] }
            throw InputError.system("cannot be read", file: directory)
        }
        return names.sorted()
    }
}

/// A part's file: who wrote it is in its name, so that two attempts at a task never write to the same file.
struct PartName {
    /// The directory of its round.
    let directory: String
    /// The task.
    let task: Int
    /// Which attempt at the task wrote it.
    let attempt: String

    /// The path.
    var path: String { "\(directory)/task-\(task).\(attempt).part" }

    /// The name for this process, which was started as an attempt at `task`.
    init(inRound directory: String, task: Int, environment: [String: String]) {
        self.directory = directory
        self.task = task
        var words: [String] = []
        if let job = environment["SLURM_ARRAY_JOB_ID"] ?? environment["SLURM_JOB_ID"] {
            words.append("job-\(job)")
        }
        if let restart = environment["SLURM_RESTART_COUNT"] { words.append("restart-\(restart)") }
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, 255)
        words.append(String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
        // Process numbers come again; moments do not.
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        words.append("\(getpid())-\(String(now.tv_sec * 1_000_000_000 + now.tv_nsec, radix: 36))")
        attempt = words.map { $0.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } }
            .joined(separator: ".")
    }

    private init?(_ name: String, in directory: String) {
        let words = name.split(separator: ".", omittingEmptySubsequences: false)
        guard words.count > 2, words.last == "part", words[0].hasPrefix("task-"),
            let task = Int(words[0].dropFirst("task-".count))
        else { return nil }
        self.directory = directory
        self.task = task
        attempt = words[1..<(words.count - 1)].joined(separator: ".")
    }

    /// The parts in the directory of a round, in order of name.
    static func all(in directory: String) throws -> [PartName] {
        try PartsDirectory.names(in: directory).compactMap { PartName($0, in: directory) }
    }
}
