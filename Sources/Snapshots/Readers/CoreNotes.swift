import Files
import PageContent

/// What the notes of a process's core tell of its memory.
struct CoreNotes {
    /// A range of addresses that a file stands behind.
    struct Mapping {
        var addresses: Range<UInt64>
        /// Where it begins in the file, in bytes.
        var offset: UInt64
        var name: String
    }

    static let auxiliary: UInt32 = 6
    static let files: UInt32 = 0x4649_4C45
    private static let status: UInt32 = 1
    private static let process: UInt32 = 3

    /// What files stand behind, in ascending order.
    private(set) var mappings: [Mapping] = []
    /// Whether there is a list of files at all.
    private(set) var hasFiles = false
    /// Where the threads' stack pointers point to, ascending.
    private(set) var stackPointers: [UInt64] = []
    /// The executable's short name.
    private(set) var program: [UInt8] = []
    private var vector: [UInt64: UInt64] = [:]

    /// The address of the executable's program headers.
    var executable: UInt64? { vector[3] }
    /// How many program headers the executable has, when each has the size of those of 64-bit ELF.
    var executableHeaders: UInt64? { vector[4] == 56 ? vector[5] : nil }
    /// An address in the stack of the first thread: that of its 16 random bytes.
    var firstStack: UInt64? { vector[25] }
    /// The address of the kernel's own code in the process (vDSO).
    var kernelCode: UInt64? { vector[33] }

    init(_ core: ELFFile) throws(InputError) {
        for note in core.notes where note.owner == "CORE" {
            let bytes = LittleEndian(note.description)
            switch note.type {
            case Self.status where note.description.count >= 272:
                // Registers begin at byte 112; the stack pointer is the twentieth.
                stackPointers.append(bytes.word(264))
            case Self.process where note.description.count >= 56:
                program = Array(note.description.dropFirst(40).prefix(16).prefix { $0 != 0 })
            case Self.auxiliary:
                for offset in stride(from: 0, to: note.description.count - 15, by: 16) {
                    vector[bytes.word(offset)] = bytes.word(offset + 8)
                }
            case Self.files:
                hasFiles = true
                try readFiles(note.description, core.file)
            default: continue
            }
        }
        stackPointers.sort()
        mappings.sort { $0.addresses.lowerBound < $1.addresses.lowerBound }
    }

    /// NT_FILE: their number, the unit of offsets in bytes, three words each, then their names.
    private mutating func readFiles(_ list: ArraySlice<UInt8>, _ file: InputFile) throws(InputError) {
        let bytes = LittleEndian(list)
        guard list.count >= 16, bytes.word(0) <= UInt64((list.count - 16) / 24) else {
            throw ELFFile.damaged(file, "its list of files is longer than the note")
        }
        let count = Int(bytes.word(0))
        var names = list.dropFirst(16 + count * 24)
        var found: [Mapping] = []
        for index in 0..<count {
            let (start, end) = (bytes.word(16 + index * 24), bytes.word(24 + index * 24))
            guard start < end, let stop = names.firstIndex(of: 0) else {
                throw ELFFile.damaged(file, "entry \(index) of its list of files is damaged")
            }
            let name = String(decoding: names[names.startIndex..<stop], as: UTF8.self)
            names = names[(stop + 1)...]
            found.append(
                Mapping(addresses: start..<end, offset: bytes.word(32 + index * 24), name: name))
        }
        let unit = Self.unit(bytes.word(8), of: found)
        for index in found.indices {
            let (offset, overflow) = found[index].offset.multipliedReportingOverflow(by: unit)
            guard !overflow else {
                throw ELFFile.damaged(file, "entry \(index) of its list of files is damaged")
            }
            found[index].offset = offset
        }
        mappings += found
    }

    /// How many bytes the offsets of `mappings` count in: what the list declares, unless parts of a file that
    /// adjoin in memory say otherwise. The kernel declares the size of a page, gdb 1; others declare the one and
    /// write the other.
    private static func unit(_ declared: UInt64, of mappings: [Mapping]) -> UInt64 {
        let page = UInt64(Page.size)
        let sorted = mappings.sorted { $0.addresses.lowerBound < $1.addresses.lowerBound }
        let neighbours = zip(sorted, sorted.dropFirst()).filter { below, above in
            below.name == above.name && below.addresses.upperBound == above.addresses.lowerBound
                && above.offset > below.offset
        }
        func agreeing(_ unit: UInt64) -> Int {
            neighbours.count { below, above in
                let (distance, overflow) = (above.offset - below.offset).multipliedReportingOverflow(by: unit)
                return !overflow
                    && distance == above.addresses.lowerBound - below.addresses.lowerBound
            }
        }
        let candidates = (declared == 0 ? [] : [declared]) + [page, 1]
        let most = candidates.map(agreeing).max() ?? 0
        return candidates.first { agreeing($0) == most } ?? page
    }

    /// What stands behind `address`.
    func mapping(at address: UInt64) -> Mapping? {
        let after = firstIndex(in: mappings.count) { mappings[$0].addresses.lowerBound > address }
        guard after > 0, mappings[after - 1].addresses.contains(address) else { return nil }
        return mappings[after - 1]
    }

    /// Whether a thread's stack pointer, or the first thread's stack, lies in `addresses`.
    func isStack(_ addresses: Range<UInt64>) -> Bool {
        if let firstStack, addresses.contains(firstStack) { return true }
        let index = firstIndex(in: stackPointers.count) { stackPointers[$0] >= addresses.lowerBound }
        return index < stackPointers.count && addresses.contains(stackPointers[index])
    }
}

/// The first whole number below `count` that `isAfter` holds for, when it holds for all behind it too; else
/// `count`.
func firstIndex(in count: Int, where isAfter: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
        let middle = (low + high) / 2
        if isAfter(middle) { high = middle } else { low = middle + 1 }
    }
    return low
}
