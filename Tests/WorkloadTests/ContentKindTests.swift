import Files
import Testing
import Workload

@Suite struct ContentKindTests {
    private func name(_ bytes: [UInt8]) -> String? {
        bytes.withUnsafeBytes { ContentKind(head: $0)?.name }
    }

    private func utf16(_ text: String, bigEndian: Bool, mark: Bool = false) -> [UInt8] {
        let units = (mark ? [0xFEFF] : []) + Array(text.utf16)
        return units.flatMap {
            bigEndian ? [UInt8($0 >> 8), UInt8($0 & 255)] : [UInt8($0 & 255), UInt8($0 >> 8)]
        }
    }

    @Test func whatIsNoTextIsNamedByItsFirstBytes() {
        let zip: [UInt8] = [0x50, 0x4B, 3, 4]
        let cases: [([UInt8], String)] = [
            ([0x1F, 0x8B, 8], "gzip"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0], "xz"), (zip + [20, 0], "zip"),
            (zip + [20, 0] + Array("....[Content_Types].xml".utf8), "Excel"),
            (
                zip + [20, 0] + Array("mimetypeapplication/vnd.oasis.opendocument.spreadsheet".utf8),
                "OpenDocument"
            ),
            (Array("SQLite format 3\0".utf8), "SQLite"), (Array("PAR1".utf8), "Parquet"),
            (Array("PFTRACE\u{1A}".utf8), "Pagefold trace"), (Array("  <!DOCTYPE html>".utf8), "web page"),
            (Array("version https://git-lfs.github.com/spec/v1".utf8), "Git LFS"),
            ([UInt8](repeating: 0x61, count: 257) + Array("ustar".utf8), "tar"),
            ([0x61, 0x62, 0, 0x63], "zero bytes"),
        ]
        for (bytes, part) in cases { #expect(name(bytes)?.contains(part) == true, "\(part)") }
    }

    @Test func everyKindOfUTF16IsNamed() {
        let text = "time,function\n0,f\n"
        #expect(name(utf16(text, bigEndian: false, mark: true)) == "UTF-16 text")
        #expect(name(utf16(text, bigEndian: true, mark: true)) == "UTF-16 text")
        #expect(name(utf16(text, bigEndian: false)) == "UTF-16LE text")
        #expect(name(utf16(text, bigEndian: true)) == "UTF-16BE text")
        // Cut off in the middle of a character.
        #expect(name(Array(utf16(text, bigEndian: false).dropLast())) == "UTF-16LE text")
        #expect(name([0xFF, 0xFE, 0, 0, 0x61, 0, 0, 0]) == "UTF-32 text")
    }

    @Test func textIsNotTakenForAnythingElse() {
        for text in [
            "", "a", "time,function,duration\n0,f,1\n", "\u{FEFF}time\n", "名前,é\n", "name: x\n", "{\"a\": 1}",
        ] {
            #expect(name(Array(text.utf8)) == nil, "\(text)")
        }
    }

    @Test func aByteOrderMarkIsNoPartOfTheText() throws {
        #expect(try PlainText.decode(Array("\u{FEFF}name: é".utf8), path: "a") == "name: é")
        #expect(try PlainText.decode(Array("name: é".utf8), path: "a") == "name: é")
        #expect(try PlainText.decode([], path: "a") == "")
        #expect(PlainText.withoutMark("\u{FEFF}a: 1") == "a: 1")
        #expect(PlainText.withoutMark("\u{FEFF}\u{301}a") == "\u{301}a")
    }

    @Test func theLineThatIsNotUTF8IsNamed() {
        let error = inputError {
            try PlainText.decode(Array("a: 1\nb: ".utf8) + [0xE9, 0x0A], path: "x.yaml")
        }
        #expect(error.hasPrefix("x.yaml:2: the text is not UTF-8"))
        #expect(error.contains("iconv"))
    }
}

@Suite struct MissingFileTests {
    @Test func theNearestNameIsOfferedAndAMissingDirectoryNamed() throws {
        let directory = try TemporaryDirectory()
        try directory.write("quick.yaml", "a")
        try directory.write("day.csv.gz", "a")
        try directory.write("\u{1B}[31m.csv", "a")
        let path = directory.path
        #expect(InputError.remedyForMissing("\(path)/quick.yml") == "did you mean `\(path)/quick.yaml`?")
        #expect(InputError.remedyForMissing("\(path)/day.csv") == "did you mean `\(path)/day.csv.gz`?")
        #expect(InputError.remedyForMissing("\(path)/no/quick.yml") == "there is no directory `\(path)/no`")
        #expect(InputError.remedyForMissing("\(path)/[31m.csv") == "check the path")
        #expect(InputError.remedyForMissing("/quick-and-unlike-anything") == "check the path")
        let error = inputError { try TraceFile.open("\(path)/quick.ymal") }
        #expect(
            error.contains("cannot be opened: No such file or directory (did you mean `\(path)/quick.yaml`?)")
        )
    }
}
