import EventKernel
import Files
import Glibc

/// Pagefold's own binary format for a whole workload (`.pftrace`), which is mapped into memory when opened.
///
/// All numbers are little-endian. A header of 64 bytes: the 8 bytes `PFTRACE` and 0x1A; version (4); 0 (4);
/// size of the tables (8); size of the calls (8); digest of the tables (8); digest of the calls (8); 0 (8);
/// digest of the header up to here (8). Then the tables: horizon, provenance, shapes, applications,
/// functions, and what kind of calls follow; then the calls, laid out as `MinuteCounts`, `EventList` or a
/// column of popularities. Both are filled up with zeros to a multiple of 8 bytes.
public enum TraceFile {
    /// The version written, and the newest that can be read.
    public static let version: UInt32 = 1
    /// What a file's name ends in.
    public static let pathExtension = "pftrace"

    static let magic: [UInt8] = [0x50, 0x46, 0x54, 0x52, 0x41, 0x43, 0x45, 0x1A]
    static let headerSize = 64

    /// Writes `workload` to `path`, in place of what was there; at any time there is the old or the new file.
    /// - Throws: `InputError` when the workload is not sound or the file cannot be written.
    public static func write(_ workload: Workload, to path: String) throws(InputError) {
        if let fault = workload.firstFault() {
            throw InputError(file: path, "the workload cannot be written: \(fault)")
        }
        var tables = GrowingBytes()
        tables.append(tablesOf: workload)
        tables.align()
        var popularity = GrowingBytes()
        if case .poisson(let calls) = workload.calls {
            for weight in calls.weights { popularity.append(number: weight) }
        }
        let calls: ByteRegion
        switch workload.calls {
        case .minuteCounts(let counts): calls = counts.region
        case .events(let events): calls = events.region
        case .poisson: calls = ByteRegion(popularity.finish())
        }
        var padding = GrowingBytes()
        for _ in 0..<(-calls.bytes.count & 7) { padding.append(UInt8(0)) }
        var file = try AtomicFile(path: path)
        try file.write(header(tables: tables.bytes, calls: calls.bytes, padding: padding.bytes))
        try file.write(tables.finish())
        try file.write(calls.storage, part: calls.bytes)
        try file.write(padding.finish())
        try file.commit()
    }

    private static func header(
        tables: UnsafeRawBufferPointer, calls: UnsafeRawBufferPointer, padding: UnsafeRawBufferPointer
    ) -> ByteStorage {
        var callsDigest = Digest()
        callsDigest.update(calls)
        callsDigest.update(padding)
        var header = GrowingBytes()
        for byte in magic { header.append(byte) }
        header.append(half: version)
        header.append(half: 0)
        header.append(word: UInt64(tables.count))
        header.append(word: UInt64(calls.count + padding.count))
        header.append(word: digest(tables))
        header.append(word: callsDigest.value)
        header.append(word: 0)
        header.append(word: digest(header.bytes))
        return header.finish()
    }

    /// Opens the workload in the file at `path`. Its calls stay in the file, mapped into memory.
    /// - Throws: `InputError` when the file is not a trace, was made by a newer version, is cut off, or is
    ///   damaged.
    public static func open(_ path: String) throws(InputError) -> Workload {
        try open(ByteStorage(mapping: path), path: path)
    }

    /// Whether the file at `path` begins as a trace does.
    /// - Throws: `InputError` when it cannot be opened.
    public static func isTrace(_ path: String) throws(InputError) -> Bool {
        var start = [UInt8](repeating: 0, count: magic.count)
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw InputError.unopened(path) }
        defer { close(file) }
        // From the beginning of a file, not of a pipe: that would take what a reader needs.
        return pread(file, &start, start.count, 0) == start.count && start == magic
    }

    /// What tells this trace from all others: the digest of its header, which holds those of its content. 16
    /// hexadecimal digits.
    /// - Throws: `InputError` when the file cannot be read or is too short for a trace.
    public static func digest(of path: String) throws(InputError) -> String {
        let storage = try ByteStorage(mapping: path)
        guard storage.bytes.count >= headerSize else { throw damaged(path, "it ends inside its header") }
        let header = ByteRegion(storage, range: 0..<headerSize)
        var digest = Digest()
        digest.update(header.word(7))
        return digest.text
    }

    /// The workload whose file, called `path`, has this content.
    package static func open(_ storage: ByteStorage, path: String) throws(InputError) -> Workload {
        defer { withExtendedLifetime(storage) {} }
        let bytes = storage.bytes
        guard bytes.count >= 8, bytes.starts(with: magic) else {
            let kind = ContentKind(head: UnsafeRawBufferPointer(rebasing: bytes.prefix(512)))
            throw InputError(
                file: path, "is not a Pagefold trace" + (kind.map { " but \($0.name)" } ?? ""),
                remedy: "make one from a CSV trace with `pagefold trace import`")
        }
        guard bytes.count >= headerSize else { throw damaged(path, "it ends inside its header") }
        let fields = ByteRegion(storage, range: 0..<headerSize)
        let version = fields.half(2)
        guard digest(UnsafeRawBufferPointer(rebasing: bytes[..<56])) == fields.word(7) else {
            // A later version may have another header.
            if version > TraceFile.version, version < 1_000 { throw newer(path, version) }
            throw damaged(path, "its header does not match its checksum")
        }
        guard version <= TraceFile.version else { throw newer(path, version) }
        guard version >= 1, fields.half(3) == 0, fields.word(6) == 0 else {
            throw damaged(path, "its header")
        }
        let room = UInt64(bytes.count - headerSize)
        let (tableSize, callSize) = (fields.word(2), fields.word(3))
        guard tableSize <= room, callSize <= room, tableSize % 8 == 0, callSize % 8 == 0,
            tableSize + callSize == room
        else { throw damaged(path, "it is \(bytes.count) bytes long, which is not what its header says") }
        let split = headerSize + Int(tableSize)
        let tables = UnsafeRawBufferPointer(rebasing: bytes[headerSize..<split])
        let calls = ByteRegion(storage, range: split..<bytes.count)
        guard digest(tables) == fields.word(4), digest(calls.bytes) == fields.word(5) else {
            throw damaged(path, "its content does not match its checksum")
        }
        return try workload(tables: tables, calls: calls, path: path)
    }

    private static func workload(
        tables: UnsafeRawBufferPointer, calls: ByteRegion, path: String
    ) throws(InputError) -> Workload {
        var decoder = ByteDecoder(tables)
        let workload: Workload
        do {
            workload = try decoder.workload(calls: calls)
            try decoder.align()
        } catch {
            throw damaged(path, "its tables cannot be understood")
        }
        if decoder.left > 0 { throw damaged(path, "its tables cannot be understood") }
        if let fault = workload.firstFault() { throw damaged(path, fault) }
        return workload
    }

    static func digest(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var digest = Digest()
        digest.update(bytes)
        return digest.value
    }

    private static func damaged(_ path: String, _ what: String) -> InputError {
        InputError(file: path, "is damaged or cut off: \(what)", remedy: "import the trace again")
    }

    private static func newer(_ path: String, _ version: UInt32) -> InputError {
        InputError(
            file: path,
            "was made by a newer version of Pagefold (format \(version), this one reads \(Self.version))",
            remedy: "update Pagefold or import the trace again")
    }
}
