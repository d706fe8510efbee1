import EventKernel
import Files
import GRDB
import GRDBSQLite
import Glibc
import Workload

/// A store as bytes: how it goes to and from a file system of which nothing is assumed but that a rename
/// replaces a file at once. SQLite itself never opens such a file.
enum StoreBytes {
    /// What ends the file of a part: a mark, the number of bytes before it and their digest, little-endian.
    /// SQLite does not look at bytes after the last page, so the file is still a database to every client.
    private static let mark = Array("PFldEnd1".utf8)
    private static let sealSize = 24

    /// Writes the database of `queue` in place of the file at `path`.
    /// - Parameter sealed: whether the file ends with a seal that tells damage.
    /// - Throws: `InputError` when it cannot be written.
    static func write(_ queue: DatabaseQueue, to path: String, sealed: Bool) throws {
        try queue.writeWithoutTransaction { database in
            var size: Int64 = 0
            guard let bytes = sqlite3_serialize(database.sqliteConnection, "main", &size, 0) else {
                throw InputError(
                    file: path, "the store is too large for memory",
                    remedy: "divide the sweep into two stores")
            }
            defer { sqlite3_free(bytes) }
            let content = UnsafeRawBufferPointer(start: bytes, count: Int(size))
            var file = try AtomicFile(path: path)
            try file.write(content)
            if sealed { try seal(of: content).withUnsafeBytes { try file.write($0) } }
            try file.commit()
        }
    }

    private static func seal(of content: UnsafeRawBufferPointer) -> [UInt8] {
        var digest = Digest()
        digest.update(content)
        var seal = mark
        for word in [UInt64(content.count), digest.value] {
            withUnsafeBytes(of: word.littleEndian) { seal += $0 }
        }
        return seal
    }

    /// Opens the database in the file at `path` for reading, from a copy in memory.
    /// - Parameter sealed: whether the file must end with its seal.
    /// - Throws: `InputError` when it cannot be read, or is not what was written.
    static func open(_ path: String, sealed: Bool) throws -> DatabaseQueue {
        var bytes = try read(path)
        if sealed {
            try bytes.withUnsafeBytes { try checkSeal($0, file: path) }
            bytes.removeLast(sealSize)
        }
        try WorkerThread.check()
        let queue = try DatabaseQueue(configuration: StoreFile.configuration())
        let failure = queue.inDatabase { database -> Int32 in
            guard let copy = sqlite3_malloc64(UInt64(bytes.count)) else { return SQLITE_NOMEM }
            bytes.withUnsafeBytes {
                copy.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(copy), byteCount: $0.count)
            }
            // SQLite frees the copy, even when it cannot use it.
            let flags = UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_READONLY)
            return sqlite3_deserialize(
                database.sqliteConnection, "main", copy.assumingMemoryBound(to: UInt8.self),
                Int64(bytes.count),
                Int64(bytes.count), flags)
        }
        guard failure == SQLITE_OK else {
            throw InputError(file: path, "SQLite cannot take the store into memory (error \(failure))")
        }
        return queue
    }

    private static func checkSeal(_ bytes: UnsafeRawBufferPointer, file: String) throws {
        let isDatabase = bytes.starts(with: Array("SQLite format 3\0".utf8))
        guard isDatabase else {
            throw InputError(
                file: file, bytes.isEmpty ? "the part is empty" : "this is not a part of a sweep")
        }
        guard bytes.count >= 512 + sealSize, bytes[(bytes.count - sealSize)...].starts(with: mark) else {
            throw InputError(file: file, "the part is cut off")
        }
        let content = UnsafeRawBufferPointer(rebasing: bytes.dropLast(sealSize))
        guard seal(of: content).elementsEqual(bytes.suffix(sealSize)) else {
            throw InputError(file: file, "the part is damaged")
        }
    }

    /// All bytes of a file.
    static func read(_ path: String) throws -> [UInt8] {
        // A network file system may lose a file while it is read, when a rename has replaced it.
        for _ in 0..<5 {
            if let bytes = try readOnce(path) { return bytes }
        }
        throw InputError(file: path, String(cString: strerror(ESTALE)), remedy: "try again")
    }

    private static func readOnce(_ path: String) throws -> [UInt8]? {
        func failure() throws -> [UInt8]? {
            if errno == ESTALE { return nil }
            throw InputError.system("cannot be read", file: path)
        }
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return try failure() }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return try failure() }
        guard status.st_mode & S_IFMT == S_IFREG else { throw InputError(file: path, "this is not a file") }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Glibc.read(descriptor, &block, block.count)
            if count == 0 { return bytes }
            if count > 0 {
                bytes += block[..<count]
            } else if errno != EINTR {
                return try failure()
            }
        }
    }
}
