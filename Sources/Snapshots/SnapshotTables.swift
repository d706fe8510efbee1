import Files
import PageContent

/// What a snapshot's file says besides the contents of pages: whose they are, labels, counts, and for each
/// page its kind and its place; then the clean pages of files.
struct SnapshotTables {
    private var label: InstanceLabel
    private var provenance: Provenance
    private var labels: [SnapshotLabel]
    private var hugePages: Int
    private var zeroMappings: Int
    private var kinds: [PageKind]
    private var places: [PagePlace]
    private var filePages: [FilePage]

    /// No text may be longer, in bytes.
    static let textLimit = 1_024
    /// No more labels.
    static let labelLimit = 256

    static func encode(_ snapshot: Snapshot) -> GrowingBytes {
        let pages = snapshot.pages
        var bytes = GrowingBytes(capacity: 4_096 + pages.count * 13 + pages.filePages.count * 16)
        bytes.append(text: pages.label.function)
        bytes.append(word: UInt64(pages.label.instance))
        bytes.append(snapshot.provenance)
        bytes.append(word: UInt64(snapshot.labels.count))
        for label in snapshot.labels {
            bytes.append(text: label.name)
            bytes.append(text: label.value)
        }
        bytes.append(word: UInt64(pages.hugePages))
        bytes.append(word: UInt64(pages.zeroMappings))
        for kind in pages.kinds { bytes.append(kind.rawValue) }
        for place in pages.places { bytes.append(word: place.region) }
        for place in pages.places { bytes.append(half: place.offset) }
        bytes.append(word: UInt64(pages.filePages.count))
        for page in pages.filePages {
            bytes.append(word: page.file)
            bytes.append(word: page.offset)
        }
        return bytes
    }

    /// Reads the tables of a snapshot of `pages` pages in a file of this version. Nothing is allocated that the
    /// bytes cannot fill.
    init(_ bytes: UnsafeRawBufferPointer, pages: Int, version: UInt32) throws(ByteDecoder.Damage) {
        var decoder = ByteDecoder(bytes)
        let function = try decoder.plainText(limit: SnapshotTables.textLimit)
        let instance = try decoder.word()
        guard !function.isEmpty, instance <= UInt64(Int32.max) else { throw ByteDecoder.Damage() }
        label = InstanceLabel(function: function, instance: Int(instance))
        let stored = version == 1 ? nil : try decoder.provenance()
        labels = []
        let labelCount = try decoder.count(ofSize: 8)
        guard labelCount <= SnapshotTables.labelLimit else { throw ByteDecoder.Damage() }
        for _ in 0..<labelCount {
            let new = SnapshotLabel(
                name: try decoder.plainText(limit: SnapshotTables.textLimit),
                value: try decoder.plainText(limit: SnapshotTables.textLimit))
            // Ascending, each name once.
            if let last = labels.last, last.name >= new.name { throw ByteDecoder.Damage() }
            labels.append(new)
        }
        provenance = stored ?? Provenance(ofLabel: labels.first { $0.name == "origin" }?.value)
        let huge = try decoder.word()
        let zero = try decoder.word()
        guard huge <= UInt64(pages), zero <= 1 << 40, pages <= decoder.left / 13 else {
            throw ByteDecoder.Damage()
        }
        (hugePages, zeroMappings) = (Int(huge), Int(zero))
        (kinds, places, filePages) = ([], [], [])
        try readPages(pages, &decoder)
        try readFilePages(&decoder)
        guard decoder.left == 0 else { throw ByteDecoder.Damage() }
    }

    private mutating func readPages(_ pages: Int, _ decoder: inout ByteDecoder) throws(ByteDecoder.Damage) {
        kinds.reserveCapacity(pages)
        for _ in 0..<pages {
            guard let kind = PageKind(rawValue: try decoder.byte()) else { throw ByteDecoder.Damage() }
            kinds.append(kind)
        }
        places.reserveCapacity(pages)
        for _ in 0..<pages { places.append(PagePlace(region: try decoder.word(), offset: 0)) }
        for index in 0..<pages { places[index].offset = try decoder.half() }
    }

    private mutating func readFilePages(_ decoder: inout ByteDecoder) throws(ByteDecoder.Damage) {
        let count = try decoder.count(ofSize: 16)
        filePages.reserveCapacity(count)
        for _ in 0..<count {
            let page = FilePage(file: try decoder.word(), offset: try decoder.word())
            if let last = filePages.last, last >= page { throw ByteDecoder.Damage() }
            filePages.append(page)
        }
    }

    /// The snapshot with its pages.
    func snapshot(_ memory: PageMemory) -> Snapshot {
        Snapshot(
            pages: PageSet(
                label: label, memory: memory, kinds: kinds, places: places, hugePages: hugePages,
                filePages: filePages, zeroMappings: zeroMappings), labels: labels, provenance: provenance)
    }
}

extension GrowingBytes {
    /// 8 bytes: the origin (1), the way of naming (1), what is so (1; bit 0: pages of zeros are left out, bit 1:
    /// files are known), zero (1), the size of a page (4).
    fileprivate mutating func append(_ provenance: Provenance) {
        append(provenance.origin.rawValue)
        append(provenance.naming.rawValue)
        append((provenance.leavesZerosOut ? 1 : 0) | (provenance.knowsFiles ? 2 : 0))
        append(UInt8(0))
        append(half: UInt32(provenance.pageSize))
    }
}

extension ByteDecoder {
    fileprivate mutating func provenance() throws(Damage) -> Provenance {
        guard let origin = Provenance.Origin(rawValue: try byte()),
            let naming = Provenance.Naming(rawValue: try byte())
        else { throw Damage() }
        let flags = try byte()
        guard flags < 4, try byte() == 0 else { throw Damage() }
        let pageSize = Int(try half())
        guard (4_096...(1 << 20)).contains(pageSize), pageSize & (pageSize - 1) == 0 else { throw Damage() }
        return Provenance(
            origin, naming: naming, leavesZerosOut: flags & 1 != 0, knowsFiles: flags & 2 != 0,
            pageSize: pageSize)
    }
}
