import Files
import PageContent

/// Which pages of a process, or of memory that processes share, lie where in CRIU's images: those of one dump
/// and of the earlier dumps that it builds on.
struct CRIUPagemap {
    /// Pages whose contents lie one after another.
    struct Run {
        var address: UInt64
        var count: Int
        var file: InputFile
        var offset: Int

        var end: UInt64 { address + UInt64(count) * 4096 }
    }

    private struct Entry {
        var first: UInt64
        var count: UInt64
        /// Where the pages lie; nil when in the parent.
        var offset: Int?

        var end: UInt64 { first + count }

        /// Counts its pages, `factor` times as large as they were taken for, in pages of 4,096.
        mutating func scale(by factor: Int) {
            count *= UInt64(factor)
            offset = offset.map { $0 * factor }
        }
    }

    private let path: String
    private let pages: InputFile
    private let entries: [Entry]
    private let parent: [CRIUPagemap]
    /// Bytes in a page of the kernel that the dump is of.
    let pageSize: Int

    /// Reads the image `pagemap-NAME.img` of the first of `directories`, and those of the others where it
    /// needs them; nil when there is none.
    /// - Parameter claim: is told the number of each image of pages; false when it was claimed before.
    init?(
        _ name: String, _ directories: ArraySlice<CRIUDirectory>, claim: (CRIUDirectory, UInt64) -> Bool
    ) throws(InputError) {
        guard let directory = directories.first,
            var messages = try directory.messages("pagemap-\(name).img", .pagemap)
        else { return nil }
        var number: UInt64?
        guard
            try messages.nextFields({ _, field, value in
                if field == 1, case .number(let id) = value { number = id }
            }), let number
        else { throw messages.damaged("it names no image of pages") }
        guard claim(directory, number) else { throw messages.damaged("another image names the same pages") }
        let pages = try Self.pages(number, in: directory)
        var entries = try Self.entries(&messages, pages)
        var parent: [CRIUPagemap] = []
        if entries.contains(where: { $0.offset == nil }) {
            guard let below = try CRIUPagemap(name, directories.dropFirst(), claim: claim) else {
                throw InputError(
                    file: messages.file.path, "leaves pages to an earlier dump, which is missing",
                    remedy: "copy that dump too, so that the link `parent` leads to it")
            }
            parent = [below]
        }
        pageSize = try Self.pageSize(of: entries, pages) ?? parent.first?.pageSize ?? Page.size
        if let below = parent.first, below.pageSize != pageSize {
            throw InputError(
                file: messages.file.path,
                "has pages of \(pageSize) bytes, and the dump before of \(below.pageSize)",
                remedy: "give the directories of one series of dumps")
        }
        for index in entries.indices {
            entries[index].scale(by: pageSize / Page.size)
            guard index == 0 || entries[index].first >= entries[index - 1].end else {
                throw messages.damaged("pages are not in ascending order")
            }
        }
        path = messages.file.path
        self.pages = pages
        self.entries = entries
        self.parent = parent
    }

    /// The image of pages that has the number `number`.
    private static func pages(_ number: UInt64, in directory: CRIUDirectory) throws(InputError) -> InputFile {
        if let pages = try directory.open("pages-\(number).img") { return pages }
        let packed = "pages-\(number).comp.img"
        if directory.has(packed) {
            throw InputError(
                file: "\(directory.path)/\(packed)",
                "holds compressed pages, as the CRIU of CRaC writes them",
                remedy: "decompress them: lz4 -d \(packed) pages-\(number).img; or dump without compression")
        }
        throw InputError(
            file: "\(directory.path)/pages-\(number).img", "is missing",
            remedy: "give the whole directory that criu dump wrote")
    }

    /// The size of the pages that `entries`, counted in pages of 4,096, and the size of the image of pages tell;
    /// nil when there are none in it.
    private static func pageSize(of entries: [Entry], _ pages: InputFile) throws(InputError) -> Int? {
        let named = entries.reduce(0) { $0 + ($1.offset == nil ? 0 : Int($1.count)) }
        if named == 0 && pages.size == 0 { return nil }
        // Of x86-64 and most others; of arm64 and ppc64 as they may be configured.
        let sizes = [4_096, 16_384, 65_536].filter { size in
            pages.size % size == 0 && named == pages.size / size
                && entries.allSatisfy { $0.first * UInt64(Page.size) % UInt64(size) == 0 }
        }
        if let size = sizes.first { return size }
        throw InputError(
            file: pages.path, "holds \(pages.size) bytes, where the page map names \(named * Page.size)",
            remedy: "it is damaged, or compressed by a newer CRIU: dump without compression")
    }

    private static func entries(
        _ messages: inout CRIUMessages, _ pages: InputFile
    ) throws(InputError) -> [Entry] {
        var entries: [Entry] = []
        var offset = 0
        while true {
            var fields = Fields()
            guard
                try messages.nextFields({ _, field, value in
                    // Later fields tell how the pages are packed (images/pagemap.proto of CRIU's development).
                    if field > 5 { fields.isPacked = true }
                    if case .number(let number) = value { fields.set(field, number) }
                })
            else { break }
            if fields.isPacked {
                throw InputError(
                    file: messages.file.path,
                    "says before byte \(messages.position) that pages are stored compressed (criu dump --compress)",
                    remedy:
                        "dump without compression, or decompress the images with that CRIU's `crit decompress`"
                )
            }
            guard fields.address % 4096 == 0, fields.address < 1 << 62, fields.count < 1 << 50 else {
                throw messages.damaged("pages lie outside any address space")
            }
            var entry = Entry(first: fields.address / 4096, count: fields.count, offset: nil)
            guard entry.first >= entries.last?.end ?? 0 else {
                throw messages.damaged("pages are not in ascending order")
            }
            if fields.isInParent {
                entries.append(entry)
            } else if fields.isPresent {
                guard entry.count <= UInt64((pages.size - offset) / 4096) else {
                    throw messages.damaged("it names more pages than \(pages.path) holds")
                }
                entry.offset = offset
                offset += Int(entry.count) * 4096
                entries.append(entry)
            } else {
                throw InputError(
                    file: messages.file.path,
                    "leaves the pages of the entry before byte \(messages.position) to another machine",
                    remedy: "dump without --lazy-pages")
            }
        }
        return entries
    }

    /// The fields of an entry of a page map.
    private struct Fields {
        var address: UInt64 = 1
        private var shortCount: UInt64 = 0
        private var longCount: UInt64?
        private var inParent = false
        private var flags: UInt64?
        /// Whether its pages are stored in another way than one after another.
        var isPacked = false

        mutating func set(_ field: Int, _ value: UInt64) {
            switch field {
            case 1: address = value
            case 2: shortCount = value
            case 3: inParent = value != 0
            case 4: flags = value
            case 5: longCount = value
            default: break
            }
        }

        var count: UInt64 { longCount ?? shortCount }
        var isInParent: Bool { inParent || (flags ?? 0) & 1 != 0 }
        // CRIU before 3.0 had no flags.
        var isPresent: Bool { flags.map { $0 & 4 != 0 } ?? true }
    }

    /// Where the contents of all pages lie, in ascending order of their addresses.
    func runs() throws(InputError) -> [Run] {
        var runs: [Run] = []
        for entry in entries { try append(entry.first, entry.end, of: entry, to: &runs) }
        return runs
    }

    /// Adds the pages from `first` to `end` of `entry`.
    private func append(
        _ first: UInt64, _ end: UInt64, of entry: Entry, to runs: inout [Run]
    ) throws(InputError) {
        if first == end { return }
        guard let offset = entry.offset else {
            for below in parent { try below.appendPages(first, end, to: &runs) }
            return
        }
        runs.append(
            Run(
                address: first * 4096, count: Int(end - first), file: pages,
                offset: offset + Int(first - entry.first) * 4096))
    }

    /// Adds the pages from `first` to `end`, all of which must be known here.
    private func appendPages(_ first: UInt64, _ end: UInt64, to runs: inout [Run]) throws(InputError) {
        var next = first
        var index = firstIndex(in: entries.count) { entries[$0].end > first }
        while next < end {
            guard index < entries.count, entries[index].first <= next else {
                throw InputError(
                    file: path,
                    "lacks the page \(String(next * 4096, radix: 16)), which a later dump leaves to it",
                    remedy: "give the directories of one series of dumps")
            }
            let stop = min(end, entries[index].end)
            try append(next, stop, of: entries[index], to: &runs)
            next = stop
            index += 1
        }
    }
}
