import EventKernel
import Files
import Testing
import Workload

/// What rows of a list of calls say of their function, looked at in every row.
@Suite struct EventFactsTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func read(_ text: String, strict: Bool = false) throws -> Workload {
        try read(Array(text.utf8), strict: strict)
    }

    private func read(_ bytes: [UInt8], strict: Bool = false) throws -> Workload {
        try EventListReader(path: try directory.write("e.csv", bytes), strict: strict).read()
    }

    private static let header = "time,function,duration,memory,trigger,runtime\n"

    @Test(arguments: [
        ("10,f,1,lots,http,x\n", ":3: memory is `lots`, which is not a number"),
        ("10,f,1,-5,http,x\n", ":3: memory is -5, which is outside"),
        ("10,f,1,0x80,http,x\n", "decimal digits"), ("10,f,1,inf,http,x\n", "not a number"),
        ("10,f,1,128 MB,http,x\n", "name the unit in the column's header"),
        ("10,f,1,\"1,024\",http,x\n", "without separators of thousands"),
        ("10,f,1,1e20,http,x\n", "outside"),
        ("10,f,1,134217728,http,x\n", "if these are bytes, call the column memory_bytes"),
    ])
    func everyRowIsChecked(row: String, part: String) {
        let message = inputError { try read(Self.header + "0,f,1,128,http,x\n" + row) }
        #expect(message.contains(part), "\(message)")
    }

    @Test func theFirstRowThatSaysItCountsAndOthersAreCounted() throws {
        let text =
            Self.header
            + "0,f,1,,,\n1,f,1,128,http,py\n2,f,1,512,timer,py\n3,f,1,1024,queue,js\n4,f,1,128,odd,py\n"
        let workload = try read(text)
        #expect(workload.functions[0].memory == .mebibytes(128))
        #expect(workload.functions[0].trigger == .http)
        #expect(workload.functions[0].runtime == "py")
        #expect(workload.provenance.warnings.map(\.count) == [1, 2, 3, 1])
        #expect(workload.provenance.warnings[0].message.contains("triggers of an unknown name"))
        #expect(workload.provenance.warnings[1].message.contains("another memory"))
        #expect(workload.provenance.warnings[1].message.contains("`512` in line 4"))
        #expect(inputError { try read(text, strict: true) }.contains("e.csv:6: triggers of an unknown name"))
        let known = text.replacing("odd", with: "http")
        #expect(inputError { try read(known, strict: true) }.contains("e.csv:4: rows give another memory"))
    }

    @Test func aZeroIsNoBetterThanWhatOtherRowsSay() throws {
        let text = Self.header + "0,f,1,0,http,\n1,f,1,128,http,\n2,f,1,0,http,\n3,g,1,0,http,\n"
        let workload = try read(text)
        #expect(workload.functions.map(\.memory) == [.mebibytes(128), .zero])
        #expect(workload.provenance.warnings.map(\.count) == [2, 1])
        #expect(workload.provenance.warnings[0].message.contains("memory 0 are left out"))
        #expect(workload.provenance.warnings[1].message.contains("take nothing"))
    }

    @Test func aNamedUnitMayGiveMoreThanATebibyte() throws {
        let workload = try read("time,function,duration,memory_mib\n0,f,1,2097152\n")
        #expect(workload.functions[0].memory == .mebibytes(2_097_152))
    }

    @Test func emptyAndNaNMemoryIsUnknown() throws {
        let workload = try read(Self.header + "0,f,1,,http,\n0,g,1,NaN,http,\n0,h,1,64,http,\n1,f,1,,http,\n")
        #expect(workload.functions.map(\.memory) == [.mebibytes(170), .mebibytes(170), .mebibytes(64)])
        #expect(workload.provenance.warnings.map(\.count) == [2])
    }

    @Test func whatIsAssumedWithoutAColumnOfMemoryIsSaid() throws {
        #expect(
            try read("time,function,duration\n0,f,1\n").provenance.title.contains("170 MiB for each function")
        )
        #expect(try !read(Self.header + "0,f,1,1,http,\n").provenance.title.contains("MiB"))
    }

    @Test func columnsThatAreLeftOutAreNamed() throws {
        let workload = try read("time,function,duration,colour,memry\n0,f,1,red,2\n")
        let warning = try #require(workload.provenance.warnings.first)
        #expect(warning.message.contains("(`colour`, `memry`: did you mean `memory`?)"))
        #expect(warning.count == 2)
        #expect(
            inputError { try read("time,function,duration,colour\n0,f,1,red\n", strict: true) }.contains(
                "`colour`"))
    }

    @Test(arguments: [
        (
            "time,function,duration_millis\n0,f,1\n",
            "the unit in `duration_millis` is not understood: call the column duration"
        ),
        ("time_sec,function,duration\n0,f,1\n", "the unit in `time_sec` is not understood"),
        ("time (s),function,duration\n0,f,1\n", "call the column time (seconds), or time_ns"),
        ("time,function,duration,memory (MB)\n0,f,1,9\n", "call the column memory (MiB), or memory_bytes"),
        ("# one run\ntime,function,duration\n0,f,1\n", ":1: the first row is a comment"),
        ("# time,function,duration\n0,f,1\n", "take the `#` or the line away"),
        ("sep=;\ntime;function;duration\n0;f;1\n", ":1: the first row is the `sep=` of a spreadsheet"),
        ("time|function|duration\n0|f|1\n", "separate them by commas, semicolons or tabs"),
        (
            "time,function,duration\n2023-02-30,f,1\n",
            ":2: time is `2023-02-30`, which is not a date and time (there is no such day)"
        ),
        ("time,function,duration\n9999-01-01,f,1\n", "dates may be from 1970 to 2069"),
        ("time,function,duration\n2021-01-31T25:00,f,1\n", "with Z or an offset"),
        ("app,func,end_timestamp,duration\na,f,1,1\n", "Azure Functions 2021 trace (read it as azure2021)"),
        ("HashOwner,HashApp,HashFunction,Trigger,1\no,a,f,http,1\n", "give their directory to azure2019"),
        ("{\"time\": 0, \"function\": \"f\"}\n", "is JSON, not CSV"),
        ("name: x\nworkload: y\n", "column `time` is missing"),
        ("time,function,duration\n\"0,f,1\n", "a quote is opened and never closed"),
        ("time,function,duration", "has no calls"),
    ])
    func whatIsNoListIsNamed(text: String, part: String) {
        let message = inputError { try read(text) }
        #expect(message.contains(part), "\(message)")
    }

    @Test func otherSeparatorsAndLineEndsAreRead() throws {
        let plain = eventList(try read("time,function,duration,memory\n0,f,0.5,128\n1.5,g,0.25,128\n"))
        for text in [
            "time\tfunction\tduration\tmemory\n0\tf\t0.5\t128\n1.5\tg\t0.25\t128\n",
            "time;function;duration;memory\n0;f;0.5;128\n1.5;g;0.25;128",
            "time,function,duration,memory\r0,f,0.5,128\r1.5,g,0.25,128\r",
            "time,function,duration,memory\r0,f,0.5,128\r1.5,g,0.25,128",
            "\u{FEFF}\"time\";\"function\";\"duration\";\"memory\"\r\n\"0\";\"f\";\"0.5\";\"128\"\r\n1.5;g;0.25;128\r\n",
            "\"time\",function,duration,memory\n0,\"f\",0.5,128\n1.5,g,\"0.25\",128",
        ] {
            let workload = try read(text)
            #expect(eventList(workload) == plain, "\(text)")
            #expect(workload.provenance.warnings.isEmpty, "\(text)")
        }
    }

    @Test func aDecimalCommaIsReadBetweenSemicolonsAndWarnedOf() throws {
        let workload = try read("time;function;duration;memory\n0;f;0,5;128\n1,5;f;0,25;128\n")
        #expect(eventList(workload).map(\.time.seconds) == [0, 1.5])
        #expect(eventList(workload).map(\.duration.seconds) == [0.5, 0.25])
        #expect(workload.provenance.warnings.map(\.count) == [3])
        #expect(workload.provenance.warnings[0].message.contains("`0,5` in line 2"))
        #expect(inputError { try read("time;function;duration\n0;f;1.000,5\n") }.contains("decimal point"))
        #expect(inputError { try read("time,function,duration\n0,f,\"0,5\"\n") }.contains("decimal point"))
    }

    @Test func namesThatAreNoUTF8DoNotBecomeOne() {
        let bytes =
            Array("time,function,duration\n0,caf".utf8) + [0xE9] + Array(",1\n1,caf".utf8) + [0xE8]
            + Array(",1\n".utf8)
        #expect(
            inputError { try read(bytes) }.contains("e.csv:2: the name of the function is not UTF-8 text"))
    }

    @Test func hostileTextNeverCrashesTheReader() throws {
        let long = String(repeating: "x", count: 1 << 20)
        for bytes in [
            Array("time,function,duration\n0,\(long),1\n".utf8), Array("time,function,\(long)\n".utf8),
            Array(long.utf8),
            Array("time;function;duration\r0;f;1\r\n\n\r1;f;2".utf8), [0xEF, 0xBB, 0xBF], [0xEF, 0xBB], [0],
            [0xFF, 0xFE],
            Array("time,function,duration\n0,f\0g,1\n".utf8), Array("\"".utf8), Array("\"\"\"".utf8),
            Array(";\t,\r".utf8),
            Array(
                Array("time,function,duration\n".utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
                    .dropLast()),
        ] as [[UInt8]] {
            do { #expect(try read(bytes).firstFault() == nil) } catch { #expect(error is InputError) }
        }
    }
}

@Suite struct CallListFormatTests {
    @Test func formatsAreToldByTheirColumns() throws {
        let directory = try TemporaryDirectory()
        for text in [
            "app,func,end_timestamp,duration\n", "\u{FEFF}app,func,end_timestamp,duration\n",
            "\"func\",\"app\",\"duration\",\"end_timestamp\"\n", "func;app;duration;end_timestamp\n",
        ] {
            let path = try directory.write("a.csv", text + "")
            #expect(try CallListFormat.find(path) == .azure2021)
        }
        #expect(try CallListFormat.find(directory.write("b.csv", "time,function,duration\n")) == .events)
        #expect(
            try CallListFormat.find(directory.write("c.csv", "HashOwner,HashApp,Trigger,1\n")) == .azure2019)
    }
}
