import Foundation
import PageContent

@testable import Snapshots

/// A private directory that goes with its owner; in memory where the system offers that.
final class ScratchDirectory {
    let path: String

    init() throws {
        let base =
            FileManager.default.isWritableFile(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        path = "\(base)/pagefold-readers-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) -> String {
        let file = "\(path)/\(name)"
        let handle = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        defer { close(handle) }
        precondition(handle >= 0 && Glibc.write(handle, bytes, bytes.count) == bytes.count, "cannot write")
        return file
    }
}

let anyLabel = InstanceLabel(function: "f", instance: 3)

/// A page that says which it is, with every byte set.
func page(_ number: Int) -> [UInt8] {
    (0..<Page.size).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0 / 64) | 1 }
}

func content(_ snapshot: Snapshot, _ index: Int) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: snapshot.pages.memory.page(index), count: Page.size))
}

func littleEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
}

/// Writes ELF cores, right or wrong.
struct CoreWriter {
    struct Segment {
        var address: UInt64
        var physical: UInt64 = 0
        var flags: UInt32 = 6
        var pages: [[UInt8]] = []
        var size: UInt64?
    }

    var segments: [Segment] = []
    var notes: [UInt8] = []
    var usesExtendedCount = false
    /// Bytes before the first page, so that pages lie at odd offsets as gdb writes them.
    var padding = 0

    mutating func note(_ owner: String, _ type: UInt32, _ description: [UInt8]) {
        let name = Array(owner.utf8) + [0]
        notes +=
            littleEndian(UInt32(name.count)) + littleEndian(UInt32(description.count)) + littleEndian(type)
        notes += name + [UInt8](repeating: 0, count: (4 - name.count % 4) % 4)
        notes += description + [UInt8](repeating: 0, count: (4 - description.count % 4) % 4)
    }

    mutating func auxiliary(_ pairs: [(UInt64, UInt64)]) {
        note(
            "CORE", 6,
            pairs.flatMap { littleEndian($0.0) + littleEndian($0.1) } + [UInt8](repeating: 0, count: 16))
    }

    mutating func stackPointer(_ pointer: UInt64) {
        var status = [UInt8](repeating: 0, count: 336)
        status.replaceSubrange(264..<272, with: littleEndian(pointer))
        note("CORE", 1, status)
    }

    mutating func program(_ name: String) {
        var info = [UInt8](repeating: 0, count: 136)
        info.replaceSubrange(40..<(40 + name.utf8.count), with: name.utf8)
        note("CORE", 3, info)
    }

    /// The list of files; `unit` is what it says that offsets count in.
    mutating func files(
        _ files: [(start: UInt64, end: UInt64, page: UInt64, name: String)], unit: UInt64 = 4096
    ) {
        var list = littleEndian(UInt64(files.count)) + littleEndian(unit)
        for file in files {
            list += littleEndian(file.start) + littleEndian(file.end) + littleEndian(file.page)
        }
        for file in files { list += Array(file.name.utf8) + [0] }
        note("CORE", 0x4649_4C45, list)
    }

    func bytes() -> [UInt8] {
        let count = segments.count + 1
        let sections = usesExtendedCount ? 64 + count * 56 : 0
        let tables = 64 + count * 56 + (usesExtendedCount ? 64 : 0)
        var bytes: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
        bytes += littleEndian(UInt16(4)) + littleEndian(UInt16(62)) + littleEndian(UInt32(1))
        bytes += littleEndian(UInt64(0)) + littleEndian(UInt64(64)) + littleEndian(UInt64(sections))
        bytes += littleEndian(UInt32(0)) + littleEndian(UInt16(64)) + littleEndian(UInt16(56))
        bytes += littleEndian(UInt16(usesExtendedCount ? 0xFFFF : count)) + littleEndian(UInt16(64))
        bytes += littleEndian(UInt32(0))
        func header(_ type: UInt32, _ flags: UInt32, _ words: [UInt64]) -> [UInt8] {
            littleEndian(type) + littleEndian(flags) + words.flatMap { littleEndian($0) }
        }
        var offset = tables + notes.count + padding
        bytes += header(4, 4, [UInt64(tables), 0, 0, UInt64(notes.count), 0, 4])
        for segment in segments {
            let stored = segment.pages.count * 4096
            bytes += header(
                1, segment.flags,
                [
                    UInt64(offset), segment.address, segment.physical, UInt64(stored),
                    segment.size ?? UInt64(stored), 4096,
                ])
            offset += stored
        }
        if usesExtendedCount {
            var section = [UInt8](repeating: 0, count: 64)
            section.replaceSubrange(44..<48, with: littleEndian(UInt32(count)))
            bytes += section
        }
        bytes += notes + [UInt8](repeating: 0, count: padding)
        for segment in segments { bytes += segment.pages.flatMap { $0 } }
        return bytes
    }
}

/// Writes messages of Google's protocol buffers.
struct MessageWriter {
    var bytes: [UInt8] = []

    init(_ fields: [(Int, UInt64)] = []) { for (field, value) in fields { number(field, value) } }

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func number(_ field: Int, _ value: UInt64) {
        varint(UInt64(field << 3))
        varint(value)
    }

    mutating func nested(_ field: Int, _ content: [UInt8]) {
        varint(UInt64(field << 3 | 2))
        varint(UInt64(content.count))
        bytes += content
    }
}

/// Writes directories of CRIU's images, right or wrong.
struct CRIUWriter {
    var images: [String: [UInt8]] = [:]

    static func image(_ kind: CRIUDirectory.Image, _ messages: [MessageWriter]) -> [UInt8] {
        let head = kind == .inventory ? [] : littleEndian(UInt32(0x5456_4319))
        return head + littleEndian(kind.rawValue)
            + messages.flatMap { littleEndian(UInt32($0.bytes.count)) + $0.bytes }
    }

    init() {
        images["inventory.img"] = Self.image(.inventory, [MessageWriter([(1, 2), (2, 1)])])
        files([(1, "/usr/bin/python")])
    }

    /// Files by CRIU's numbers of them.
    mutating func files(_ files: [(number: UInt64, path: String)]) {
        images["files.img"] = Self.image(
            .files,
            files.map { number, path in
                var file = MessageWriter([(1, 1), (2, number)])
                var regular = MessageWriter([(1, number)])
                regular.nested(6, Array(path.utf8))
                file.nested(3, regular.bytes)
                return file
            })
    }

    /// The processes, each with one thread of the same number.
    mutating func processes(_ numbers: [UInt64]) {
        images["pstree.img"] = Self.image(
            .processes, numbers.map { MessageWriter([(1, $0), (2, 0), (5, $0)]) })
    }

    /// The regions of a process: start and end as page numbers, number of the file, flags, status.
    mutating func memory(_ process: UInt64, _ regions: [(UInt64, UInt64, UInt64, UInt64, UInt64)]) {
        self.regions(
            process, regions.map { (($0.0 * 4096)..<($0.1 * 4096), 0, $0.2, 3, $0.3, $0.4) })
    }

    typealias Region = (
        addresses: Range<UInt64>, offset: UInt64, object: UInt64, rights: UInt64, flags: UInt64,
        status: UInt64
    )

    /// The regions of a process.
    mutating func regions(_ process: UInt64, _ regions: [Region]) {
        var memory = MessageWriter([(1, 0)])
        for region in regions {
            memory.nested(
                14,
                MessageWriter([
                    (1, region.addresses.lowerBound), (2, region.addresses.upperBound), (3, region.offset),
                    (4, region.object), (5, region.rights), (6, region.flags), (7, region.status),
                ]).bytes)
        }
        images["mm-\(process).img"] = Self.image(.memory, [memory])
    }

    /// A page map: first page, number of pages, flags.
    mutating func pagemap(_ name: String, pages: UInt64, _ entries: [(UInt64, UInt64, UInt64)]) {
        images["pagemap-\(name).img"] = Self.image(
            .pagemap,
            [MessageWriter([(1, pages)])]
                + entries.map { MessageWriter([(1, $0.0 * 4096), (2, 0), (4, $0.2), (5, $0.1)]) })
    }

    mutating func pages(_ number: UInt64, _ pages: [[UInt8]]) {
        images["pages-\(number).img"] = pages.flatMap { $0 }
    }

    /// Where the stack pointer of a thread points to.
    mutating func thread(_ number: UInt64, stackPointer: UInt64) {
        var info = MessageWriter([(1, 0)])
        info.nested(2, MessageWriter([(1, 0), (20, stackPointer)]).bytes)
        var core = MessageWriter([(1, 1)])
        core.nested(2, info.bytes)
        images["core-\(number).img"] = Self.image(.core, [core])
    }

    func write(to directory: ScratchDirectory) {
        for (name, bytes) in images { directory.write(name, bytes) }
    }
}
