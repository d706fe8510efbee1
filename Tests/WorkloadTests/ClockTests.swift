import EventKernel
import Files
import Testing
import Workload

@Suite struct CalendarTimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", UInt64(0)), ("2000-02-29T00:00:00Z", 951_782_400),
        ("2021-01-31T00:00:00Z", 1_612_051_200), ("2021-01-31 00:00:00", 1_612_051_200),
        ("2021-01-31", 1_612_051_200), ("2021-01-31T01:00:00+01:00", 1_612_051_200),
        ("2021-01-30T19:00-0500", 1_612_051_200), ("2021-01-31 00:00:00 UTC", 1_612_051_200),
        ("2023-11-14t22:13:20z", 1_700_000_000), ("2069-12-31T23:59:59Z", 3_155_759_999),
    ])
    func datesCountSecondsFrom1970(text: String, seconds: UInt64) {
        #expect(CalendarTime.read(text)?.nanoseconds == seconds * 1_000_000_000)
    }

    @Test func fractionsAreExactToTheNanosecond() {
        #expect(CalendarTime.read("1970-01-01T00:00:01.25Z")?.nanoseconds == 1_250_000_000)
        #expect(CalendarTime.read("1970-01-01T00:00:00.123456789999Z")?.nanoseconds == 123_456_789)
    }

    @Test(arguments: [
        "", "2021", "2021-01", "2021-02-29T00:00:00Z", "2021-13-01", "2021-00-10", "2021-01-32",
        "1969-12-31T00:00:00Z", "2070-01-01", "2021-01-31T", "2021-01-31T24:00:00Z", "2021-01-31T00:60:00Z",
        "2021-01-31T00:00:00.Z", "2021-01-31T00:00:00Zx", "2021-01-31T00:00:00+1",
        "1970-01-01T00:00:00+01:00",
        "31/01/2021", "12:30:00", "2021-1-31", "２０21-01-31",
    ])
    func whatIsNoDateIsRefused(text: String) {
        #expect(CalendarTime.read(text) == nil)
    }

    @Test func everyDayReadsBackFromItsText() {
        for day in 0..<UInt64(36_524) {
            let time = SimTime(nanoseconds: (day * 86_400 + day % 86_400) * 1_000_000_000)
            #expect(CalendarTime.read(CalendarTime.text(time)) == time)
        }
    }
}

@Suite struct TimeZeroTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func read(
        _ rows: String, header: String = "time,function,duration", zero: TimeZero? = nil, strict: Bool = false
    ) throws -> Workload {
        let path = try directory.write("e.csv", header + "\n" + rows)
        return try EventListReader(path: path, timeZero: zero, strict: strict).read()
    }

    private func read2021(_ rows: String, zero: TimeZero? = nil) throws -> Workload {
        let path = try directory.write("a.csv", "app,func,end_timestamp,duration\n" + rows)
        return try AzureFunctions2021Reader(path: path, timeZero: zero).read()
    }

    private static let epoch = "1700000000.5,f,1\n1700000030,g,1\n1700000100.25,f,1\n"

    @Test func aClockThatCountsFrom1970IsRefusedWithItsDateAndTheRemedy() {
        for message in [
            inputError { try read(Self.epoch) }, inputError { try read2021("a,f,1700000000,1\n") },
            inputError { try read("2023-11-14T22:13:20Z,f,1\n") },
            inputError { try read(Self.epoch, zero: .at(.zero)) },
            inputError { try read("472222,f,1\n", header: "time_h,function,duration") },
        ] {
            #expect(message.contains("54 years after time 0"), "\(message)")
            #expect(message.contains("2023-11-14T2"), "\(message)")
            #expect(message.contains("time-zero: first-call"), "\(message)")
        }
    }

    @Test func callsThatLieDecadesApartAreOfTwoClocks() throws {
        for message in [
            inputError { try read("0,a,1\n1700000000,b,1\n") },
            inputError { try read("0,a,1\n1700000000,b,1\n", zero: .firstCall) },
            inputError { try read2021("a,f,10,1\na,f,1700000000,1\n") },
        ] {
            #expect(message.contains("54 years after the first"), "\(message)")
        }
        // Nine years are a long trace, and one.
        #expect(try read("0,a,1\n283824000,b,1\n").horizon > .hours(9 * 365 * 24 - 24))
    }

    @Test func theRemedyIsOneThatTheFormatTakes() {
        let message = inputError { try read2021("a,f,1700000000000,1\n") }
        #expect(message.contains("this format has seconds"), "\(message)")
        #expect(!message.contains("end_timestamp_ms"), "\(message)")
        #expect(inputError { try read("1700000000000,f,1\n") }.contains("call the column time_ms"))
    }

    @Test(arguments: ["[{\"time\": 0}]", "{\"time\": 0, \"function\": \"f\"}\n", "\n {\"calls\": []}"])
    func jsonIsNamed(text: String) throws {
        let path = try directory.write("j.csv", text)
        #expect(inputError { try EventListReader(path: path).read() }.contains("is JSON, not CSV"))
    }

    @Test func theFirstCallCanBeTimeZero() throws {
        let workload = try read(Self.epoch, zero: .firstCall)
        #expect(eventList(workload).map(\.time.seconds) == [0, 29.5, 99.75])
        #expect(workload.horizon == .minutes(2))
        #expect(workload.firstFault() == nil)
        #expect(workload.provenance.warnings.isEmpty)
        #expect(workload.provenance.title.hasSuffix("time 0 is 2023-11-14T22:13:20Z"))
        // Out of order: the first call is the earliest, not the first row.
        let mixed = try read("50,f,1\n20,f,1\n", zero: .firstCall)
        #expect(eventList(mixed).map(\.time.seconds) == [0, 30])
    }

    @Test func aTimeOfTheClockCanBeTimeZero() throws {
        let zero = SimTime(nanoseconds: 1_700_000_000_000_000_000)
        #expect(eventList(try read(Self.epoch, zero: .at(zero))).map(\.time.seconds) == [0.5, 30, 100.25])
        let late = SimTime(nanoseconds: 1_700_000_001_000_000_000)
        #expect(
            inputError { try read(Self.epoch, zero: .at(late)) }.contains(
                "e.csv:2: the call comes before time-zero"))
    }

    @Test func callsOf2021StartTheirDurationBeforeTheirEndOnAnyClock() throws {
        let rows = "a,f,1700000010,4\na,f,1700000005,2\n"
        #expect(eventList(try read2021(rows, zero: .firstCall)).map(\.time.seconds) == [0, 3])
        let zero = TimeZero.at(SimTime(nanoseconds: 1_700_000_004_000_000_000))
        let clipped = try read2021(rows, zero: zero)
        #expect(eventList(clipped).map(\.time.seconds) == [0, 2])
        #expect(clipped.provenance.warnings.map(\.count) == [1])
        let dates = "a,f,2021-01-31T00:00:10Z,4\na,f,2021-01-31 00:00:05,2\n"
        #expect(eventList(try read2021(dates, zero: .firstCall)).map(\.time.seconds) == [0, 3])
    }

    @Test func datesAndNumbersDoNotMix() throws {
        let dates = "2021-01-31T00:00:00Z,f,1\n2021-01-31 01:00:00.5+00:30,f,1\n"
        #expect(eventList(try read(dates, zero: .firstCall)).map(\.time.seconds) == [0, 1_800.5])
        #expect(inputError { try read(dates + "3,f,1\n", zero: .firstCall) }.contains(":4: time is `3`"))
        #expect(
            inputError { try read("3,f,1\n2021-01-31T00:00:00Z,f,1\n") }.contains("which is not a number"))
        #expect(
            inputError { try read("31/01/2021 00:00,f,1\n") }.contains(
                "dates are read as in 2021-01-31T00:00:00Z"))
    }

    @Test(arguments: [
        ("1700000000000", "milliseconds", "time_ms"), ("1700000000000000", "microseconds", "time_us"),
        ("1700000000000000000", "nanoseconds", "time_ns"),
    ])
    func aTimeSince1970InAnotherUnitIsNamed(time: String, unit: String, column: String) {
        for message in [
            inputError { try read("\(time),f,250\n") },
            inputError { try read("\(time),f,250\n", zero: .firstCall) },
        ] {
            #expect(message.contains("as \(unit) since 1970 it is 2023-11-14T22:13:20Z"), "\(message)")
            #expect(message.contains("_\(column.dropFirst(5))"), "\(message)")
        }
    }

    @Test func milliseconds1970WithTheirUnitAreRead() throws {
        let workload = try read(
            "1700000000000,f,250\n1700000005000,f,250\n", header: "time_ms,function,duration_ms",
            zero: .firstCall)
        #expect(eventList(workload).map(\.time.seconds) == [0, 5])
        #expect(eventList(workload).map(\.duration.seconds) == [0.25, 0.25])
    }

    @Test(arguments: [
        ("0,f,1\n5,f,1\n", false), ("59,f,1\n", false), ("60,f,1\n", false), ("61,f,1\n", true),
        ("100,f,1\n200,f,1\n", false), ("100,f,1\n199,f,1\n", true), ("90000,f,1\n90060,f,1\n", true),
    ])
    func aRunThatIsMostlyEmptyBeforeItsFirstCallIsWarnedOf(rows: String, warns: Bool) throws {
        let workload = try read(rows)
        #expect(
            workload.provenance.warnings.contains { $0.message.contains("the run is empty for") } == warns)
        // Chosen, it is meant.
        #expect(try read(rows, zero: .at(.zero)).provenance.warnings.isEmpty)
        #expect(eventList(try read(rows, zero: .at(.zero))) == eventList(workload))
        if warns { #expect(inputError { try read(rows, strict: true) }.contains("the run is empty for")) }
    }

    @Test func storedTracesAreLookedAtAndCanBeMoved() throws {
        var workload = try read(Self.epoch, zero: .firstCall)
        let moved = (0..<3).map { index in
            var event = eventList(workload)[index]
            event.time = event.time + .seconds(1_700_000_000)
            return event
        }
        workload.calls = .events(EventList(moved))
        workload.horizon = .minutes(1_700_000_160 / 60)
        let path = directory.path + "/t.pftrace"
        try TraceFile.write(workload, to: path)
        var stored = try TraceFile.open(path)
        #expect(inputError { try stored.checkClock(file: path) }.contains("54 years after time 0"))
        let back = try stored.starting(at: .firstCall, file: path)
        #expect(eventList(back).map(\.time.seconds) == [0, 29.5, 99.75])
        #expect(back.horizon == .minutes(2))
        #expect(back.firstFault() == nil)
        #expect(inputError { try stored.starting(at: .at(.never), file: path) }.contains("before time-zero"))
    }

    @Test func countsByMinuteHaveNoClock() throws {
        let files = AzureFiles(directory: directory)
        #expect(inputError { try files.read().starting(at: .firstCall, file: "d") }.contains("leave it out"))
    }
}
