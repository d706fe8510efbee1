import EventKernel
import Files
import Testing
import Workload

@Suite struct CSVReaderTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func rows(_ bytes: [UInt8], bufferSize: Int = 1 << 20) throws -> [[String]] {
        var reader = try CSVReader(path: try directory.write("a.csv", bytes), bufferSize: bufferSize)
        var rows: [[String]] = []
        while try reader.next() {
            rows.append((0..<reader.count).map { String(decoding: reader[$0], as: UTF8.self) })
        }
        return rows
    }

    private func rows(_ text: String) throws -> [[String]] { try rows(Array(text.utf8)) }

    @Test(arguments: [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r\n", [["a", "b"], ["1", "2"]]),
        ("a,b\n1,2", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2\r", [["a", "b"], ["1", "2"]]),
        ("\u{FEFF}a,b\n", [["a", "b"]]),
        ("\n\na,b\n\r\n1,2\n\n", [["a", "b"], ["1", "2"]]),
        ("a,,\n,,\n,", [["a", "", ""], ["", "", ""], ["", ""]]),
        ("\"a\",\"b,c\"\n", [["a", "b,c"]]),
        ("\"a \"\"x\"\"\",b\n", [["a \"x\"", "b"]]),
        ("\"a\nb\",c\r\nd,\"e\"\r\n", [["a\nb", "c"], ["d", "e"]]),
        ("\"\",x\n\"\"\"\"", [["", "x"], ["\""]]),
        ("a\"b,c\n", [["a\"b", "c"]]),
        ("é,ü\n", [["é", "ü"]]),
        ("", []), ("\n", []), ("\u{FEFF}", []), ("a", [["a"]]), ("   \na\n", [["a"]]),
    ])
    func rowsAreReadAsRFC4180SaysAndMore(text: String, expected: [[String]]) throws {
        #expect(try rows(text) == expected)
        for size in [16, 17, 33] { #expect(try rows(Array(text.utf8), bufferSize: size) == expected) }
    }

    @Test func anyFieldsComeBackWhateverTheBuffer() throws {
        for seed in 1...60 as ClosedRange<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .test)
            let alphabet = Array("ab,\"\n\r 0é".utf8)
            var expected: [[[UInt8]]] = []
            var bytes: [UInt8] = []
            for _ in 0..<Int(stream.below(12)) {
                var row: [[UInt8]] = [Array("x".utf8)]
                for _ in 0..<Int(stream.below(6)) {
                    row.append(
                        (0..<Int(stream.below(20))).map { _ in
                            alphabet[Int(stream.below(UInt64(alphabet.count)))]
                        })
                }
                for (index, field) in row.enumerated() {
                    if index > 0 { bytes.append(0x2C) }
                    bytes.append(0x22)
                    for byte in field { bytes += byte == 0x22 ? [0x22, 0x22] : [byte] }
                    bytes.append(0x22)
                }
                bytes += stream.below(2) == 0 ? [0x0A] : [0x0D, 0x0A]
                expected.append(row)
            }
            let path = try directory.write("r.csv", bytes)
            var reader = try CSVReader(path: path, bufferSize: 16 + Int(stream.below(40)))
            for row in expected {
                #expect(try reader.next())
                #expect((0..<reader.count).map { Array(reader[$0]) } == row)
            }
            #expect(try !reader.next())
        }
    }

    @Test func randomBytesGiveRowsOrAnErrorAndNeverACrash() throws {
        for seed in 1...200 as ClosedRange<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .test)
            let bytes = (0..<Int(stream.below(300))).map { _ in
                stream.below(3) == 0
                    ? [0x22, 0x2C, 0x0A, 0x0D][Int(stream.below(4))] : UInt8(stream.below(256))
            }
            do {
                let small = try rows(bytes, bufferSize: 16)
                #expect(try rows(bytes) == small)
            } catch { #expect(error is InputError) }
        }
    }

    @Test func errorsNameTheLine() throws {
        #expect(inputError { try rows("a,b\n1,\"x\n2,3\n") }.contains(":2: a quote is opened"))
        #expect(
            inputError { try rows("a\n\nb,\"x\"y\n") }.contains(":3: there is text after a closing quote"))
        #expect(inputError { try rows([0x1F, 0x8B, 8, 0]) }.contains("gzip"))
        #expect(inputError { try rows([0xFF, 0xFE, 0x61, 0]) }.contains("UTF-16"))
        #expect(inputError { try rows(Array("Rar!\u{1A}\u{7}".utf8)) }.contains("RAR"))
        #expect(inputError { _ = try CSVReader(path: directory.path) }.contains("is a directory"))
        #expect(
            inputError { _ = try CSVReader(path: directory.path + "/no.csv") }.contains("cannot be opened"))
    }

    @Test func lineNumbersCountEmptyLinesAndLinesInQuotes() throws {
        let path = try directory.write("l.csv", "a\n\n\"x\ny\"\nb\r\n\r\nc")
        var reader = try CSVReader(path: path, bufferSize: 16)
        var lines: [Int] = []
        while try reader.next() { lines.append(reader.line) }
        #expect(lines == [1, 3, 5, 7])
    }

    @Test func headersAreFoundByNameInAnyOrderAndCapitals() throws {
        let path = try directory.write("h.csv", " b ,A,c\n1,2,3\n")
        var reader = try CSVReader(path: path)
        let header = try CSVHeader(&reader)
        #expect(try header.column("a") == 1)
        #expect(try header.column("b") == 0)
        #expect(header.column(ifPresent: "d") == nil)
    }

    @Test func aMissingColumnIsNamedWithTheNearest() throws {
        let path = try directory.write("h.csv", "HashOwnr,time\n")
        var reader = try CSVReader(path: path)
        let header = try CSVHeader(&reader)
        let message = inputError { try header.column("HashOwner") }
        #expect(message.contains("`HashOwner` is missing"))
        #expect(message.contains("is `HashOwnr` meant?"))
    }

    @Test func aColumnThatIsThereTwiceIsAnError() throws {
        let path = try directory.write("h.csv", "a,b,a\n")
        #expect(
            inputError {
                var reader = try CSVReader(path: path)
                _ = try CSVHeader(&reader)
            }.contains("`a` is there twice"))
    }
}
