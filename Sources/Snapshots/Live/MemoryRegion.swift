/// One line of `/proc/PID/maps`: a range of a process's addresses with one purpose.
package struct MemoryRegion: Hashable, Sendable {
    /// The addresses.
    package var range: Range<UInt64>
    /// Whether the process may write to it.
    package var isWritable: Bool
    /// Whether the process may read, write or run it at all.
    package var isAccessible: Bool
    /// Whether writes reach others that map the same (`MAP_SHARED`).
    package var isShared: Bool
    /// Where in its file it begins, in bytes.
    package var fileOffset: UInt64
    /// The device of its file, major and minor number.
    package var device: UInt64
    /// The file's number on its device; 0 when there is no file.
    package var inode: UInt64
    /// The path of its file, or the kernel's name in brackets, or nothing.
    package var name: String

    /// How many pages it spans.
    package var pages: UInt64 { (range.upperBound - range.lowerBound) / 4096 }

    /// Whether a file or memory object stands behind it.
    package var hasFile: Bool { inode != 0 }

    /// Whether its pages are the kernel's own, which no checkpoint holds.
    var isKernels: Bool {
        ["[vvar", "[vdso]", "[vsyscall]", "[uprobes]"].contains(where: name.hasPrefix)
    }

    /// The regions that `text`, the content of a maps file, lists; nil when a line is none, or when they are
    /// not in ascending order.
    package static func parse(_ text: some Sequence<UInt8>) -> [MemoryRegion]? {
        var regions: [MemoryRegion] = []
        var line: [UInt8] = []
        var end: UInt64 = 0
        func finish() -> Bool {
            guard let region = MemoryRegion(line: line[...]), region.range.lowerBound >= end else {
                return false
            }
            end = region.range.upperBound
            regions.append(region)
            return true
        }
        for byte in text {
            if byte != UInt8(ascii: "\n") {
                line.append(byte)
            } else {
                guard finish() else { return nil }
                line.removeAll(keepingCapacity: true)
            }
        }
        if !line.isEmpty { guard finish() else { return nil } }
        return regions
    }

    /// The region of one line: `START-END PERMISSIONS OFFSET MAJOR:MINOR INODE NAME`.
    init?(line: ArraySlice<UInt8>) {
        var fields = FieldReader(line)
        guard let start = fields.hexadecimal(), fields.skip("-"), let end = fields.hexadecimal(), start < end,
            start % 4096 == 0, end % 4096 == 0, fields.skip(" "),
            let permissions = fields.bytes(4), fields.skip(" "),
            let offset = fields.hexadecimal(), offset % 4096 == 0, fields.skip(" "),
            let major = fields.hexadecimal(), major <= 0xFFFF_FFFF, fields.skip(":"),
            let minor = fields.hexadecimal(), minor <= 0xFFFF_FFFF, fields.skip(" "),
            let inode = fields.decimal()
        else { return nil }
        guard fields.isAtEnd || fields.skip(" ") else { return nil }
        range = start..<end
        isWritable = permissions[1] == UInt8(ascii: "w")
        isAccessible = permissions.prefix(3).contains { $0 != UInt8(ascii: "-") }
        isShared = permissions[3] == UInt8(ascii: "s")
        fileOffset = offset
        device = major << 32 | minor
        self.inode = inode
        name = String(decoding: fields.rest(), as: UTF8.self)
    }
}

/// Takes a line apart, field by field.
struct FieldReader {
    private var left: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) { left = line }

    var isAtEnd: Bool { left.isEmpty }

    /// What is left, without the spaces before it.
    mutating func rest() -> ArraySlice<UInt8> { left.drop { $0 == UInt8(ascii: " ") } }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard left.first == UInt8(ascii: character) else { return false }
        left.removeFirst()
        return true
    }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard left.count >= count else { return nil }
        defer { left.removeFirst(count) }
        return Array(left.prefix(count))
    }

    mutating func hexadecimal() -> UInt64? { number(radix: 16) }

    mutating func decimal() -> UInt64? { number(radix: 10) }

    private mutating func number(radix: UInt64) -> UInt64? {
        var value: UInt64 = 0
        var digits = 0
        while let byte = left.first {
            let digit: UInt64
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = UInt64(byte - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f") where radix == 16:
                digit = UInt64(byte - UInt8(ascii: "a") + 10)
            default: return digits > 0 ? value : nil
            }
            let (product, overflow) = value.multipliedReportingOverflow(by: radix)
            let (sum, carry) = product.addingReportingOverflow(digit)
            if overflow || carry { return nil }
            value = sum
            digits += 1
            left.removeFirst()
        }
        return digits > 0 ? value : nil
    }
}
