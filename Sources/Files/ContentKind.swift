/// A kind of file that is not plain UTF-8 text, told by its first bytes: people give what they have, and it
/// helps most to hear what that is and how to turn it into what is wanted.
package struct ContentKind: Hashable, Sendable {
    /// What it is, as the end of "the file is": `compressed (gzip)`.
    package let name: String
    /// How to turn it into text.
    package let remedy: String

    /// The kind of a file that begins with `head`; nil for what may be UTF-8 text. 512 bytes are enough.
    package init?(head: UnsafeRawBufferPointer) {
        if let format = ContentKind(format: head) {
            self = format
        } else if head.contains(0) {
            self.init(name: "no UTF-8 text: it has zero bytes", remedy: "give a text file")
        } else {
            return nil
        }
    }

    /// The format that `head` is the beginning of; nil for text and for what has none.
    package init?(format head: UnsafeRawBufferPointer) {
        if let found = ContentKind.signatures.first(where: { head.starts(with: $0.bytes) }) {
            if found.bytes == ContentKind.zip, let office = ContentKind.office(head) {
                self = office
                return
            }
            self = found.kind
        } else if head.count >= 262, head[257..<262].elementsEqual("ustar".utf8) {
            self.init(name: "a tar archive", remedy: "unpack it first, with `tar -xf`")
        } else if let encoding = ContentKind.wideEncoding(head) {
            self.init(
                name: "\(encoding) text",
                remedy: "convert it to UTF-8: iconv -f \(encoding) -t UTF-8 FILE > NEWFILE")
        } else if let markup = ContentKind.markup(head) {
            self = markup
        } else {
            return nil
        }
    }

    private init(name: String, remedy: String) {
        self.name = name
        self.remedy = remedy
    }

    /// That the file at `path` is of this kind where text was wanted.
    package func refusal(of path: String) -> InputError {
        InputError(file: path, "is \(name)", remedy: remedy)
    }

    private static let zip: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

    private static func packed(_ format: String, _ tool: String) -> ContentKind {
        ContentKind(name: "compressed (\(format))", remedy: "unpack it first, with `\(tool)`")
    }

    private static func table(_ name: String, _ remedy: String) -> ContentKind {
        ContentKind(name: name, remedy: remedy)
    }

    private static let columns = "write it as CSV, for example by pandas: read_parquet, then to_csv"
    private static let sheet = "save the sheet as CSV"

    private static let signatures: [(bytes: [UInt8], kind: ContentKind)] = [
        ([0x1F, 0x8B], packed("gzip", "gunzip")), (zip, packed("zip", "unzip")),
        ([0x37, 0x7A, 0xBC, 0xAF], packed("7z", "7z x")),
        ([0x52, 0x61, 0x72, 0x21], packed("RAR", "unrar x")),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], packed("xz", "unxz")),
        ([0x28, 0xB5, 0x2F, 0xFD], packed("zstd", "unzstd")),
        ([0x04, 0x22, 0x4D, 0x18], packed("lz4", "unlz4")), ([0x42, 0x5A, 0x68], packed("bzip2", "bunzip2")),
        (
            Array("SQLite format 3\0".utf8),
            table(
                "an SQLite database",
                "a store of results is read by `pagefold compare`; rows of another database must be exported as CSV"
            )
        ),
        (
            Array("PFTRACE\u{1A}".utf8),
            table("a Pagefold trace", "experiments read it as workload: {trace: FILE}")
        ),
        (Array("PAR1".utf8), table("a Parquet file", columns)),
        (Array("ARROW1".utf8), table("an Arrow file", columns)),
        (Array("FEA1".utf8), table("a Feather file", columns)),
        (Array("ORC".utf8) + [0x08], table("an ORC file", columns)),
        (Array("Obj\u{1}".utf8), table("an Avro file", columns)),
        ([0x89, 0x48, 0x44, 0x46], table("an HDF5 file", columns)),
        ([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59], table("a NumPy array", "write it as CSV")),
        ([0xD0, 0xCF, 0x11, 0xE0], table("an old Office document", sheet)),
        (Array("%PDF".utf8), table("a PDF", "give the data behind it")),
        ([0x7F, 0x45, 0x4C, 0x46], table("an ELF file (a program or a core)", "give a text file")),
        ([0x89, 0x50, 0x4E, 0x47], table("a PNG image", "give the data behind it")),
        (
            Array("version https://git-lfs".utf8),
            table("a Git LFS pointer, not the file itself", "fetch the file with `git lfs pull`")
        ),
    ]

    /// Office documents are zip archives whose first entry tells them.
    private static func office(_ head: UnsafeRawBufferPointer) -> ContentKind? {
        let text = String(decoding: head.prefix(200), as: UTF8.self)
        if text.contains("opendocument.spreadsheet") { return table("an OpenDocument spreadsheet", sheet) }
        if text.contains("[Content_Types].xml") || text.contains("xl/") || text.contains("_rels/") {
            return table("an Excel workbook", sheet)
        }
        return nil
    }

    /// UTF-16 or UTF-32 with a byte order mark, or UTF-16 without: every second byte of Latin text is zero.
    private static func wideEncoding(_ head: UnsafeRawBufferPointer) -> String? {
        if head.starts(with: [0xFF, 0xFE, 0, 0]) || head.starts(with: [0, 0, 0xFE, 0xFF]) {
            return "UTF-32"
        }
        if head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        let pairs = min(head.count / 2, 32)
        guard pairs >= 4 else { return nil }
        func zeros(_ offset: Int) -> Int { (0..<pairs).count { head[$0 * 2 + offset] == 0 } }
        if zeros(1) == pairs, zeros(0) == 0 { return "UTF-16LE" }
        if zeros(0) == pairs, zeros(1) == 0 { return "UTF-16BE" }
        return nil
    }

    /// Pages of the web and other markup, which a download leaves where a file was expected.
    private static func markup(_ head: UnsafeRawBufferPointer) -> ContentKind? {
        let start = head.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }.prefix(16)
        let text = String(decoding: start, as: UTF8.self).lowercased()
        if text.hasPrefix("<!doctype") || text.hasPrefix("<html") {
            return table("a web page", "the download may have failed: fetch the file itself")
        }
        return text.hasPrefix("<?xml") ? table("XML", "write it as text in the format wanted") : nil
    }
}
