import Files
import PageContent

/// The tables of an ELF core: 64-bit, little-endian, x86-64 (System V ABI, chapters 4 and 5).
///
/// Takes at most 48 MiB for a million segments and 64 MiB for the notes, and no more than the file itself
/// holds.
struct ELFFile {
    /// A part of memory that the file may hold (PT_LOAD).
    struct Segment {
        /// Access rights: 1 run, 2 write, 4 read.
        var flags: UInt32
        /// Its address in the process.
        var address: UInt64
        /// Its address in physical memory; 0 in cores of processes.
        var physical: UInt64
        /// The byte in the file where it begins.
        var offset: Int
        /// How many of its bytes the file holds, from its first on.
        var stored: Int
        /// How many bytes it spans in memory.
        var size: UInt64

        var isWritable: Bool { flags & 2 != 0 }
        var isExecutable: Bool { flags & 1 != 0 }
        var end: UInt64 { address + size }
    }

    /// A record about the process or machine (PT_NOTE).
    struct Note {
        var owner: String
        var type: UInt32
        var description: ArraySlice<UInt8>
    }

    let file: InputFile
    private(set) var segments: [Segment] = []
    private(set) var notes: [Note] = []

    private static let mostSegments = 1 << 20
    private static let mostNoteBytes = 64 << 20

    /// Reads the tables of `file` and checks that all that they name lies in it.
    /// - Parameter ofMachine: whether a virtual machine is expected: QEMU gives the processor as 80386 as
    ///   long as the guest is not in 64-bit mode.
    /// - Throws: `InputError` when it is not a core of the right kind, is damaged or cut short.
    init(_ file: InputFile, ofMachine: Bool = false) throws(InputError) {
        self.file = file
        let header = try Self.header(of: file, ofMachine: ofMachine)
        let (count, offset) = try Self.programHeaders(header, file)
        let entrySize = 56
        let table = try file.bytes(at: offset, count: count * entrySize)
        var noteBytes = 0
        for index in 0..<count {
            let entry = LittleEndian(table[(index * entrySize)..<((index + 1) * entrySize)])
            switch entry.half(0) {
            case 1: segments.append(try Self.segment(entry, number: index, file))
            case 4: try readNotes(entry, number: index, total: &noteBytes)
            default: continue
            }
        }
        try checkOverlap()
    }

    private static func header(of file: InputFile, ofMachine: Bool) throws(InputError) -> LittleEndian {
        if let format = try ForeignFormat(of: file), format != .elf {
            throw InputError(file: file.path, "is \(format.name), not an ELF core", remedy: format.remedy)
        }
        guard file.size >= 64, try file.begins(with: [0x7F, 0x45, 0x4C, 0x46]) else {
            throw InputError(
                file: file.path, "is not an ELF file", remedy: "raw memory is read with --memory")
        }
        let header = LittleEndian(try file.bytes(at: 0, count: 64)[...])
        let remedy = "cores of 64-bit x86-64 processes and machines can be read"
        guard header.byte(4) == 2 else {
            throw InputError(file: file.path, "is a 32-bit ELF file", remedy: remedy)
        }
        guard header.byte(5) == 1 else {
            throw InputError(file: file.path, "is a big-endian ELF file", remedy: remedy)
        }
        guard header.quarter(16) == 4 else {
            throw InputError(
                file: file.path, "is an ELF \(kind(header.quarter(16))), not a core",
                remedy: "capture a process that runs it with --pid, or start it with --run")
        }
        guard header.quarter(18) == 62 || (ofMachine && header.quarter(18) == 3) else {
            throw InputError(
                file: file.path, "is a core of another processor (\(processor(header.quarter(18))))",
                remedy: remedy)
        }
        guard header.byte(7) == 0 || header.byte(7) == 3 else {
            throw InputError(
                file: file.path, "is a core of another system than Linux (OS/ABI \(header.byte(7)))",
                remedy: "cores of Linux processes and machines can be read")
        }
        return header
    }

    private static func kind(_ type: UInt16) -> String {
        switch type {
        case 1: "object file"
        case 2: "executable"
        case 3: "executable or shared library"
        default: "file of type \(type)"
        }
    }

    private static func processor(_ machine: UInt16) -> String {
        let names: [UInt16: String] = [
            3: "32-bit x86", 8: "MIPS", 20: "PowerPC", 21: "64-bit PowerPC", 22: "IBM Z", 40: "32-bit Arm",
            62: "x86-64", 183: "AArch64", 243: "RISC-V", 258: "LoongArch",
        ]
        return names[machine] ?? "machine \(machine)"
    }

    /// How many program headers there are, and where.
    private static func programHeaders(
        _ header: LittleEndian, _ file: InputFile
    ) throws(InputError) -> (count: Int, offset: Int) {
        var count = Int(header.quarter(56))
        if count == 0xFFFF {
            // PN_XNUM: too many for the field; the number stands in the first section header.
            let sections = header.word(40)
            guard sections > 0, sections <= UInt64(file.size), file.size - Int(sections) >= 64 else {
                throw damaged(file, "its section header is missing, which tells the number of segments")
            }
            count = Int(LittleEndian(try file.bytes(at: Int(sections), count: 64)[...]).half(44))
        }
        guard count > 0 else {
            throw InputError(
                file: file.path, "is an ELF core without segments, as Xen's dump-core writes them",
                remedy: "such dumps cannot be read; capture processes inside the guest with --pid")
        }
        guard count <= mostSegments else {
            throw damaged(file, "it has \(count) segments, where \(mostSegments) are the most")
        }
        guard header.quarter(54) == 56 else { throw damaged(file, "its program headers have a wrong size") }
        let offset = header.word(32)
        guard offset <= UInt64(file.size), count * 56 <= file.size - Int(offset) else {
            throw damaged(file, "its program headers at byte \(offset) lie beyond its end")
        }
        return (count, Int(offset))
    }

    private static func segment(
        _ entry: LittleEndian, number: Int, _ file: InputFile
    ) throws(InputError) -> Segment {
        let (offset, stored, size) = (entry.word(8), entry.word(32), entry.word(40))
        let (address, physical) = (entry.word(16), entry.word(24))
        guard stored <= size, address <= .max - size, physical <= .max - size else {
            throw damaged(file, "segment \(number) has an absurd size")
        }
        return Segment(
            flags: entry.half(4), address: address, physical: physical,
            offset: stored == 0 ? 0 : try Self.checked(offset, stored, "segment \(number)", file),
            stored: Int(stored), size: size)
    }

    /// The offset of a part of the file, when all of the part lies in it.
    private static func checked(
        _ offset: UInt64, _ size: UInt64, _ what: String, _ file: InputFile
    ) throws(InputError) -> Int {
        let (end, overflow) = offset.addingReportingOverflow(size)
        guard !overflow, end <= UInt64(file.size) else {
            throw InputError(
                file: file.path,
                "was cut short: \(what) lies at byte \(offset), the file ends at \(file.size)",
                remedy: "make it again with enough space and no limit (ulimit -c unlimited)")
        }
        return Int(offset)
    }

    private mutating func readNotes(
        _ entry: LittleEndian, number: Int, total: inout Int
    ) throws(InputError) {
        let size = entry.word(32)
        if size == 0 { return }
        let offset = try Self.checked(entry.word(8), size, "note segment \(number)", file)
        total += Int(size)
        guard total <= Self.mostNoteBytes else {
            throw Self.damaged(file, "its notes take more than \(Self.mostNoteBytes) bytes")
        }
        let bytes = try file.bytes(at: offset, count: Int(size))
        let alignment = entry.word(48) == 8 ? 8 : 4
        var position = 0
        while bytes.count - position >= 12 {
            let head = LittleEndian(bytes[position..<(position + 12)])
            let (nameSize, size, type) = (Int(head.half(0)), Int(head.half(4)), head.half(8))
            let start = position + 12
            let description = (start + nameSize + alignment - 1) / alignment * alignment
            guard description <= bytes.count, size <= bytes.count - description else {
                throw Self.damaged(file, "the note at byte \(offset + position) lies beyond its segment")
            }
            let owner = String(
                decoding: bytes[start..<(start + min(nameSize, 16))].prefix { $0 != 0 }, as: UTF8.self)
            notes.append(
                Note(owner: owner, type: type, description: bytes[description..<(description + size)]))
            position = (description + size + alignment - 1) / alignment * alignment
        }
    }

    /// No byte of the file may be named twice: a small file could else ask for endless memory.
    private func checkOverlap() throws(InputError) {
        let stored = segments.filter { $0.stored > 0 }.sorted { $0.offset < $1.offset }
        for (before, after) in zip(stored, stored.dropFirst())
        where before.offset + before.stored > after.offset {
            throw InputError(
                file: file.path, "names the bytes from \(after.offset) on twice",
                remedy: "the file is damaged, or a dump with paging: dump without -p")
        }
    }

    static func damaged(_ file: InputFile, _ problem: String) -> InputError {
        InputError(file: file.path, "is damaged: \(problem)", remedy: "copy or make it again")
    }
}

/// Numbers in bytes that are known to be long enough.
struct LittleEndian {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    func byte(_ offset: Int) -> UInt8 { bytes[bytes.startIndex + offset] }

    /// 16 bits.
    func quarter(_ offset: Int) -> UInt16 { UInt16(byte(offset)) | UInt16(byte(offset + 1)) << 8 }

    /// 32 bits.
    func half(_ offset: Int) -> UInt32 { UInt32(quarter(offset)) | UInt32(quarter(offset + 2)) << 16 }

    /// 64 bits.
    func word(_ offset: Int) -> UInt64 { UInt64(half(offset)) | UInt64(half(offset + 4)) << 32 }
}
