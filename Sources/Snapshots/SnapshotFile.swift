import EventKernel
import Files
import Glibc
import PageContent

/// The file that holds a snapshot: `.pfsnap`, private to its owner.
///
/// All numbers are little-endian. A head of 64 bytes: the 8 bytes `pfsnap` CR LF, the version (4 bytes), 0
/// (4), the length of head and tables (8), the digest of the tables (8), where the contents begin (8), how
/// many pages they are (8), their digest (8), 0 (8). Then the tables (`SnapshotTables`), zeros up to a
/// multiple of 4,096, and the pages. The digests (`Digest`) notice damage; they are no defence against
/// forgery.
///
/// The pages stay in the file, which is mapped into memory. Pagefold never changes a snapshot in place; who
/// truncates one while it is in use ends the process that uses it.
public enum SnapshotFile {
    /// The version of the format that is written. Version 1, without a provenance, is read too.
    static let version: UInt32 = 2
    /// How a snapshot begins.
    static let magic: [UInt8] = Array("pfsnap\r\n".utf8)
    /// Bytes of the head.
    static let headSize = 64

    /// Opens the snapshot at `path`; its pages stay in the file, which is mapped into memory. Takes at most
    /// three times the tables' length in memory besides.
    /// - Throws: `InputError` when the file cannot be read or is damaged.
    public static func open(_ path: String) throws(InputError) -> Snapshot {
        let storage = try ByteStorage(mapping: path)
        return try decode(storage, file: path)
    }

    /// Whether others than its owner may read or write the snapshot at `path`.
    public static func isExposed(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & 0o077 != 0
    }

    /// Decodes a snapshot from bytes as `open` does; `file` is named in errors.
    package static func decode(_ storage: ByteStorage, file: String) throws(InputError) -> Snapshot {
        let bytes = storage.bytes
        let head = try SnapshotHead(bytes, file: file)
        let tables = UnsafeRawBufferPointer(rebasing: bytes[headSize..<head.tablesEnd])
        guard digest(of: tables) == head.tablesDigest else {
            throw damage(file, "its tables, bytes \(headSize) to \(head.tablesEnd), were changed")
        }
        let decoded: SnapshotTables
        do throws(ByteDecoder.Damage) {
            decoded = try SnapshotTables(tables, pages: head.pages, version: head.version)
        } catch {
            throw damage(file, "its tables, bytes \(headSize) to \(head.tablesEnd), hold what cannot be")
        }
        let contents = UnsafeRawBufferPointer(rebasing: bytes[head.contents...])
        guard digest(of: contents) == head.contentsDigest, let base = bytes.baseAddress else {
            throw damage(file, "its pages, from byte \(head.contents) on, were changed")
        }
        let memory = PageMemory(base: base + head.contents, count: head.pages) {
            withExtendedLifetime(storage) {}
        }
        return decoded.snapshot(memory)
    }

    /// Writes `snapshot` to `path` with rights for its owner alone (0600): as a whole or not at all. A file
    /// at `path` is replaced.
    /// - Throws: `InputError` when it cannot be written, such as for want of space.
    public static func write(_ snapshot: Snapshot, to path: String) throws(InputError) {
        let tables = SnapshotTables.encode(snapshot)
        let pages = snapshot.pages.memory
        let contents = UnsafeRawBufferPointer(start: pages.base, count: pages.count * Page.size)
        let head = SnapshotHead(
            tables: tables.count, tablesDigest: digest(of: tables.bytes), pages: pages.count,
            contentsDigest: digest(of: contents))
        var front = GrowingBytes(capacity: head.contents)
        head.encode(into: &front)
        front.append(contentsOf: tables.bytes)
        while front.count < head.contents { front.append(UInt8(0)) }
        var file = try AtomicFile(
            path: path, access: .owner, size: head.contents + contents.count)
        try file.write(front.bytes)
        try file.write(contents)
        try file.commit()
        withExtendedLifetime(pages) {}
    }

    static func digest(of bytes: UnsafeRawBufferPointer) -> UInt64 {
        var digest = Digest()
        digest.update(bytes)
        return digest.value
    }

    static func damage(_ file: String, _ problem: String) -> InputError {
        InputError(file: file, "the snapshot is damaged: \(problem)", remedy: "copy or capture it again")
    }
}

/// The first bytes of a snapshot: where everything lies.
struct SnapshotHead {
    var version = SnapshotFile.version
    var tablesEnd: Int
    var tablesDigest: UInt64
    var contents: Int
    var pages: Int
    var contentsDigest: UInt64

    init(tables: Int, tablesDigest: UInt64, pages: Int, contentsDigest: UInt64) {
        tablesEnd = SnapshotFile.headSize + tables
        contents = (tablesEnd + Page.size - 1) / Page.size * Page.size
        self.tablesDigest = tablesDigest
        self.pages = pages
        self.contentsDigest = contentsDigest
    }

    func encode(into bytes: inout GrowingBytes) {
        SnapshotFile.magic.withUnsafeBytes { bytes.append(contentsOf: $0) }
        bytes.append(half: SnapshotFile.version)
        bytes.append(half: 0)
        for word in [
            UInt64(tablesEnd), tablesDigest, UInt64(contents), UInt64(pages), contentsDigest, 0,
        ] { bytes.append(word: word) }
    }

    /// Reads the head and holds it against the file's length.
    init(_ bytes: UnsafeRawBufferPointer, file: String) throws(InputError) {
        guard bytes.count >= SnapshotFile.headSize, bytes.prefix(8).elementsEqual(SnapshotFile.magic) else {
            throw InputError(file: file, "is not a snapshot", remedy: "`pagefold snapshot` makes snapshots")
        }
        func word(_ offset: Int) -> UInt64 {
            UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        version = UInt32(truncatingIfNeeded: word(8))
        guard (1...SnapshotFile.version).contains(version) else {
            throw InputError(
                file: file,
                "is a snapshot of version \(version); this Pagefold reads versions 1 and \(SnapshotFile.version)",
                remedy: "capture it again, or use a later Pagefold")
        }
        let size = UInt64(bytes.count)
        let (end, begin, count) = (word(16), word(32), word(40))
        guard word(8) >> 32 == 0, word(56) == 0, end >= UInt64(SnapshotFile.headSize), end <= size,
            begin == (end + UInt64(Page.size) - 1) / UInt64(Page.size) * UInt64(Page.size), begin <= size,
            count == (size - begin) / UInt64(Page.size), (size - begin) % UInt64(Page.size) == 0,
            bytes[Int(end)..<Int(begin)].allSatisfy({ $0 == 0 })
        else {
            throw SnapshotFile.damage(
                file,
                "its first \(SnapshotFile.headSize) bytes do not fit its \(size) bytes; was it cut short?")
        }
        tablesEnd = Int(end)
        tablesDigest = word(24)
        contents = Int(begin)
        pages = Int(count)
        contentsDigest = word(48)
    }
}
