import Files
import Glibc
import Workload

/// A directory of results that appears whole or not at all: files are written into a hidden sibling, which
/// takes the name once everything is on disk.
public struct ResultDirectory: ~Copyable {
    private let path: String
    private let parent: String
    private let temporary: String
    private let replaces: Bool
    private var isDone = false

    /// What marks a directory as one of results.
    static let marker = "manifest.json"

    /// Prepares for results at `path`; directories on the way that are missing are made.
    /// - Parameter force: whether results that are there may be replaced. Other directories never are.
    /// - Throws: `InputError` when something is there already, or nothing can be written there.
    public init(at path: String, force: Bool) throws {
        var trimmed = path[...]
        while trimmed.count > 1 && trimmed.hasSuffix("/") { trimmed = trimmed.dropLast() }
        let slash = trimmed.lastIndex(of: "/")
        let parent = slash.map { $0 == trimmed.startIndex ? "/" : String(trimmed[..<$0]) } ?? "."
        let name = slash.map { trimmed[trimmed.index(after: $0)...] } ?? trimmed
        let temporary = "\(parent == "/" ? "" : parent)/.\(name).partial-\(getpid())"
        let replaces = try ResultDirectory.mayReplace(String(trimmed), force: force)
        ResultDirectory.makeDirectories(parent)
        guard !name.isEmpty, name != ".", name != "..", mkdir(temporary, 0o777) == 0 else {
            throw ResultDirectory.failure("cannot create results", in: String(trimmed))
        }
        self.path = String(trimmed)
        self.parent = parent
        self.temporary = temporary
        self.replaces = replaces
    }

    deinit {
        if !isDone { ResultDirectory.remove(temporary) }
    }

    /// Makes a directory and those it is in, as far as they are missing. What cannot be made shows when it is used.
    private static func makeDirectories(_ path: String) {
        for end in path.indices where path[end] == "/" && end > path.startIndex {
            mkdir(String(path[..<end]), 0o777)
        }
        mkdir(path, 0o777)
    }

    private static func mayReplace(_ path: String, force: Bool) throws -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw InputError(file: path, "this is no directory", remedy: "choose another name for --output")
        }
        let names = try entries(of: path)
        if names.isEmpty { return false }
        if !force {
            throw InputError(
                file: path, "the directory is not empty", remedy: "choose another, or add --force")
        }
        if !names.contains(marker) {
            throw InputError(
                file: path, "the directory holds other things than results",
                remedy: "--force replaces results only; choose another directory")
        }
        return true
    }

    /// A file of the results, open for writing.
    public func file(_ name: String) throws -> OutputFile { try OutputFile("\(temporary)/\(name)") }

    /// Writes a whole file.
    public func write(_ name: String, _ text: String) throws {
        var file = try file(name)
        file.write(text)
        try file.close()
    }

    /// Gives the results their name. Nothing can be added after.
    public consuming func finish() throws {
        try ResultDirectory.synchronise(temporary)
        if replaces {
            let old = "\(temporary).old"
            guard rename(path, old) == 0 else {
                throw ResultDirectory.failure("cannot replace the results", in: path)
            }
            guard rename(temporary, path) == 0 else {
                let error = ResultDirectory.failure("cannot name the results", in: path)
                rename(old, path)
                throw error
            }
            isDone = true
            ResultDirectory.remove(old)
        } else {
            guard rename(temporary, path) == 0 else {
                throw ResultDirectory.failure("cannot name the results", in: path)
            }
            isDone = true
        }
        try ResultDirectory.synchronise(parent)
    }

    private static func synchronise(_ directory: String) throws {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY)
        guard descriptor >= 0 else { throw failure("cannot open", in: directory) }
        fsync(descriptor)
        close(descriptor)
    }

    private static func entries(of path: String) throws -> [String] {
        guard let directory = opendir(path) else { throw failure("cannot read the directory", in: path) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    private static func remove(_ path: String) {
        for name in (try? entries(of: path)) ?? [] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    static func failure(_ what: String, in path: String) -> InputError {
        InputError(
            file: path, "\(what): \(String(cString: strerror(errno)))",
            remedy: "choose a directory that exists and may be written")
    }
}
