import EventKernel
import Files
import Testing
import Workload

func eventList(_ workload: Workload) -> [EventList.Event] {
    guard case .events(let events) = workload.calls else { return [] }
    return (0..<events.count).map { events[$0] }
}

@Suite struct AzureFunctions2021Tests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func read(_ rows: String, strict: Bool = false) throws -> Workload {
        let path = try directory.write("a.csv", "app,func,end_timestamp,duration\n" + rows)
        return try AzureFunctions2021Reader(path: path, strict: strict).read()
    }

    @Test func callsStartTheirDurationBeforeTheirEnd() throws {
        let workload = try read("a,f,10.5,0.5\nb,f,3,1\na,g,2.25,0\n")
        #expect(eventList(workload).map(\.time.seconds) == [2, 2.25, 10])
        #expect(eventList(workload).map(\.duration.seconds) == [1, 0, 0.5])
        #expect(workload.functions.map(\.name) == ["f", "f", "g"])
        #expect(workload.applications.map(\.name) == ["a", "b"])
        #expect(workload.functions.map(\.memory) == [.mebibytes(85), .mebibytes(170), .mebibytes(85)])
        #expect(workload.functions.allSatisfy { $0.trigger == .unknown && $0.executionTime == .perCall })
        #expect(workload.horizon == .minutes(1))
        #expect(workload.provenance.warnings.isEmpty)
        #expect(workload.firstFault() == nil)
    }

    @Test func startsBeforeTimeZeroAreMovedAndCounted() throws {
        let workload = try read("a,f,1,1.5\na,f,2,1\n")
        #expect(eventList(workload).map(\.time.seconds) == [0, 1])
        #expect(workload.provenance.warnings.map(\.count) == [1])
        #expect(
            inputError { try read("a,f,1,1.5\n", strict: true) }.contains("a.csv:2: calls that start before"))
    }

    @Test(arguments: [
        ("a,f,nan,1\n", ":2: end_timestamp is `nan`"), ("a,f,5,-1\n", ":2: duration is -1"),
        ("a,f,5,1\na,f,x,1\n", ":3: end_timestamp is `x`"), ("a,f,1e300,1\n", "outside"),
        ("a,f,5\n", "3 fields"),
        ("", "has no calls"), (",f,1,1\n", "has no name"), ("a,f,5,inf\n", "not a number"),
    ])
    func unusableRowsAreRefused(rows: String, part: String) {
        let message = inputError { try read(rows) }
        #expect(message.contains(part), "\(message)")
    }
}

@Suite struct EventListReaderTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func read(_ text: String, strict: Bool = false) throws -> Workload {
        try EventListReader(path: try directory.write("e.csv", text), strict: strict).read()
    }

    @Test func threeColumnsAreEnough() throws {
        let workload = try read("time,function,duration\n0,f,1\n0.5,g,2\n61,f,0\n")
        #expect(eventList(workload).map(\.time.seconds) == [0, 0.5, 61])
        #expect(eventList(workload).map(\.duration.seconds) == [1, 2, 0])
        #expect(workload.functions.map(\.memory) == [.mebibytes(170), .mebibytes(170)])
        #expect(workload.applications.map(\.name) == ["f", "g"])
        #expect(workload.horizon == .minutes(2))
        #expect(workload.firstFault() == nil)
    }

    @Test func allColumnsAndUnitsAreUnderstood() throws {
        let workload = try read(
            """
            memory_mib,runtime,input_size,duration_ms,time_us,trigger,application,function,owner
            100,python,3,1500,250,http,a,f,me
            50.5,node,,2,1000,timer,a,g,me
            100,python,4,1,2000,http,a,f,me
            """)
        #expect(eventList(workload).map(\.time.nanoseconds) == [250_000, 1_000_000, 2_000_000])
        #expect(eventList(workload).map(\.duration.nanoseconds) == [1_500_000_000, 2_000_000, 1_000_000])
        #expect(eventList(workload).map(\.inputSize) == [3, 0, 4])
        #expect(workload.functions.map(\.trigger) == [.http, .timer])
        #expect(workload.functions.map(\.runtime) == ["python", "node"])
        #expect(
            workload.applications == [Application(name: "a", owner: "me", memory: Bytes(150 << 20 + 1 << 19))]
        )
    }

    @Test(
        arguments: [
            ("memory_bytes", 5), ("memory_kib", 5 << 10), ("memory_mb", 5_000_000), ("memory", 5 << 20),
            ("memory_gb", 5_000_000_000), ("memory_gib", 5 << 30),
        ] as [(String, UInt64)])
    func unitsOfMemoryAreNamedByTheColumn(column: String, bytes: UInt64) throws {
        let workload = try read("time,function,duration,\(column)\n0,f,1,5\n")
        #expect(workload.functions[0].memory == Bytes(bytes))
    }

    @Test(
        arguments: [
            ("time_ns", 7), ("time_us", 7_000), ("time_ms", 7_000_000), ("time_s", 7_000_000_000),
            ("time_min", 420_000_000_000), ("time_h", 25_200_000_000_000),
        ] as [(String, UInt64)])
    func unitsOfTimeAreNamedByTheColumn(column: String, nanoseconds: UInt64) throws {
        let workload = try read("\(column),function,duration\n7,f,1\n")
        #expect(eventList(workload)[0].time.nanoseconds == nanoseconds)
    }

    @Test func callsOutOfOrderAreSortedCountedAndTiesKeepTheirOrder() throws {
        let workload = try read("time,function,duration\n5,f,1\n3,g,1\n5,g,1\n3,f,1\n1,h,1\n")
        #expect(eventList(workload).map(\.time.seconds) == [1, 3, 3, 5, 5])
        #expect(eventList(workload).map(\.function.raw) == [2, 1, 0, 0, 1])
        #expect(workload.provenance.warnings.map(\.count) == [3])
        #expect(
            inputError { try read("time,function,duration\n5,f,1\n3,g,1\n", strict: true) }.contains(
                "out of order"))
    }

    @Test(arguments: [
        ("time,function,duration\n-1,f,1\n", "e.csv:2: time is -1, which is outside"),
        ("time,function,duration\n0,f,nan\n", "e.csv:2: duration is `nan`"),
        ("time,function,duration\n0,f,1\n\n1,f,4e9\n", "e.csv:4: duration is 4e9, which is outside"),
        ("time_ms,function,duration\n4e12,f,1\n", "e.csv:2: time is 4e12, which is outside"),
        ("time,function,duration,memory\n0,f,1,-3\n", "memory is -3"),
        ("time,function,duration,memory\n0,f,1,1e14\n", "memory is 1e14, which is outside"),
        ("time,function,duration,memory_bytes\n0,f,1,1.2e18\n", "outside"),
        ("time,function,duration,input_size\n0,f,1,5000000000\n", "input_size is `5000000000`"),
        ("time,function,duration\n", "has no calls"),
        ("", "is empty"),
        ("time,function\n0,f\n", "column `duration` is missing"),
        ("tiem,function,duration\n0,f,1\n", "is `tiem` meant?"),
        ("time,time_ms,function,duration\n0,0,f,1\n", "say the same"),
        ("time,function,duration\n0,f,1,2\n", "has 4 fields and the header 3"),
        ("time,function,duration\n0,,1\n", "the function has no name"),
        ("time,function,duration,application\n0,f,1,\n", "the application has no name"),
        ("function,time,duration\n0,f,1\n", "time is `f`, which is not a number"),
    ])
    func unusableListsAreRefused(text: String, part: String) {
        let message = inputError { try read(text) }
        #expect(message.contains(part), "\(message)")
    }

    @Test func theMemoryOfAnApplicationCannotOverflow() {
        var text = "time,function,duration,application,memory_bytes\n"
        for id in 0..<20 { text += "0,f\(id),1,a,1e18\n" }
        #expect(inputError { try read(text) }.contains("more than 1 EiB"))
    }

    @Test func columnsThatAreNotUnderstoodAreCounted() throws {
        let workload = try read("time,function,duration,colour,size\n0,f,1,red,2\n")
        #expect(workload.provenance.warnings.map(\.count) == [2])
    }

    @Test func damagedListsNeverCrashTheReader() throws {
        let text = Array(
            "time,function,duration,memory,trigger\n0.5,f,1,10,http\n1.5,g,2e0,20,timer\n2,f,3,10,http\n".utf8
        )
        for seed in 1...1_000 as ClosedRange<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .test)
            var damaged = text
            for _ in 0...stream.below(4) {
                let alphabet = Array(",\n\"-.e0193x\r\0".utf8)
                let byte = alphabet[Int(stream.below(UInt64(alphabet.count)))]
                damaged[Int(stream.below(UInt64(text.count)))] = byte
            }
            do {
                #expect(try read(String(decoding: damaged, as: UTF8.self)).firstFault() == nil)
            } catch { #expect(error is InputError) }
        }
    }

    @Test func arrivalsOfAListAreItsCalls() throws {
        let workload = try read("time,function,duration,input_size\n0,f,1,9\n0.5,g,2,0\n61,f,0,1\n")
        for size in [1, 2, 100] {
            let arrivals = allArrivals(workload, batchSize: size)
            #expect(arrivals.map(\.time.seconds) == [0, 0.5, 61])
            #expect(arrivals.map(\.execution.seconds) == [1, 2, 0])
            #expect(arrivals.map(\.function.raw) == [0, 1, 0])
            #expect(arrivals.map(\.inputSize) == [9, 0, 1])
        }
        var drawn = workload
        drawn.functions[0].executionTime = .constant(.milliseconds(5))
        drawn.horizon = .seconds(61)
        #expect(allArrivals(drawn).map(\.execution.seconds) == [0.005, 2])
    }
}
