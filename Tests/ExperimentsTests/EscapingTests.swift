import Foundation
import Testing

@testable import Experiments

/// Marks of each format with a combining mark behind them, and CRLF, are one character to Swift and two to readers.
@Suite struct EscapingTests {
    private static let hostile = [
        "<\u{301}script>\u{301}", "&\u{301}", "\"\u{301}", "'\u{301}", ",\u{301}", "a\r\nb", "|\u{301}",
        "\\\u{301}", ":\u{301} #\u{301}", "{\u{301}", "-\u{301}", "\u{301}<\u{200D}\"",
    ]

    @Test(arguments: hostile) func noMarkOfHTMLOrXMLIsLeft(text: String) {
        for escaped in [HTMLNode.escaped(text), XML.escaped(text)] {
            #expect(escaped.unicodeScalars.allSatisfy { $0 != "<" && $0 != ">" && $0 != "\"" })
            // Byte by byte: each ampersand begins the name of a character.
            let names = ["lt;", "gt;", "amp;", "quot;", "#39;", "#13;", "#10;"].map { Array($0.utf8) }
            for part in escaped.utf8.split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
                .dropFirst()
            {
                #expect(names.contains { part.starts(with: $0) }, "\(escaped)")
            }
        }
    }

    @Test(arguments: hostile) func everyMarkOfMarkdownIsEscaped(text: String) {
        var before: Unicode.Scalar = " "
        for scalar in Markdown.escaped(text).unicodeScalars {
            #expect(!"|<".unicodeScalars.contains(scalar) || before == "\\")
            #expect(scalar != "\n" && scalar != "\r")
            before = scalar
        }
    }

    @Test(arguments: hostile) func JSONComesBackAsItWas(text: String) throws {
        let document = JSONValue.object([(text, .string(text))]).compactText
        let read = try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: String]
        #expect(read?.first.map { Array($0.value.utf8) } == Array(text.utf8))
        #expect(read?.first.map { Array($0.key.utf8) } == Array(text.utf8))
    }

    @Test(arguments: hostile) func YAMLComesBackAsItWas(text: String) throws {
        let line = "{a: \(YAMLWriter.inline(.text(text)))}\n"
        let read = try YAMLReader.read(line, file: "x.yaml")["a"]?.scalar
        #expect(read.map { Array($0.utf8) } == Array(text.utf8), "\(line)")
    }

    @Test(arguments: hostile) func aCellOfCSVIsOneCell(text: String) {
        let line = CSVRow.line([text, "end"])
        // As RFC 4180 reads it, byte by byte.
        var cells: [[UInt8]] = [[]]
        var isQuoted = false
        for byte in line.utf8.dropLast() {
            if byte == UInt8(ascii: "\"") {
                isQuoted.toggle()
            } else if byte == UInt8(ascii: ",") && !isQuoted {
                cells.append([])
            } else {
                #expect(isQuoted || (byte != 10 && byte != 13))
                cells[cells.count - 1].append(byte)
            }
        }
        #expect(cells == [text.utf8.filter { $0 != UInt8(ascii: "\"") }, Array("end".utf8)])
    }

    @Test func aDotBeforeACombiningMarkDividesAPath() throws {
        #expect(try SettingPath("policies.\u{301}a.idle").names == ["policies", "\u{301}a", "idle"])
        #expect(try SettingPath("a\\.\u{301}b").names == ["a.\u{301}b"])
    }
}
