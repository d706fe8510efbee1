import Files
import Glibc
import Workload

/// Small text files and paths.
enum TextFile {
    /// The text of a file that may have `limit` bytes.
    /// - Throws: `InputError` when it cannot be read, is longer, or is not UTF-8 text: it names what it is.
    static func read(_ path: String, limit: Int) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError.unopened(path) }
        defer { close(descriptor) }
        InputFiles.note(descriptor)
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                if errno == EISDIR {
                    throw InputError(file: path, "is a directory", remedy: "give the path of a file")
                }
                throw InputError.system("cannot be read", file: path)
            }
            bytes += block[..<count]
            guard bytes.count <= limit else {
                throw InputError(
                    file: path, "the file is too large", remedy: "experiment files may have \(limit) bytes")
            }
        }
        return try PlainText.decode(bytes, path: path)
    }

    /// The first bytes of a file as text, damaged characters replaced.
    static func head(_ path: String, bytes: Int) throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw InputError.unopened(path) }
        defer { close(descriptor) }
        InputFiles.note(descriptor)
        var block = [UInt8](repeating: 0, count: bytes)
        let count = Glibc.read(descriptor, &block, bytes)
        return String(decoding: block.prefix(max(count, 0)), as: UTF8.self)
    }

    /// Whether a directory holds nothing.
    static func isEmptyDirectory(_ path: String) throws -> Bool {
        guard let found = DirectoryNames(at: path) else { throw InputError.unopened(path) }
        return found.names.isEmpty && found.others.isEmpty
    }

    /// The names in a directory that end with `suffix`, in no order.
    /// - Throws: `InputError` when it cannot be read, or one of these is not UTF-8.
    static func names(inDirectory path: String, suffix: String? = nil) throws -> [String] {
        guard let found = DirectoryNames(at: path) else { throw InputError.unopened(path) }
        let end = Array((suffix ?? "").utf8)
        if let other = found.others.first(where: { suffix != nil && $0.suffix(end.count).elementsEqual(end) })
        {
            throw DirectoryNames.unreadable(other, in: path)
        }
        return found.names.filter { name in suffix.map { name.hasSuffix($0) } ?? true }
    }

    /// The working directory, as far as a text can name it.
    static var workingDirectory: String { (try? Directory.working()) ?? "." }

    /// The absolute directory of a file.
    static func directory(of path: String) -> String {
        let slash = path.lastIndex(of: "/")
        if path.hasPrefix("/") {
            return slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "/"
        }
        return slash.map { "\(workingDirectory)/\(path[..<$0])" } ?? workingDirectory
    }
}
