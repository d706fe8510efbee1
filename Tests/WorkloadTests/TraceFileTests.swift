import EventKernel
import Files
import Testing
import Workload

@Suite struct TraceFileTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A workload with everything that a trace file can hold.
    static func rich(_ calls: Calls, functions count: Int, horizon: SimDuration) -> Workload {
        let times: [ExecutionTime] = [
            .constant(.milliseconds(3)), .shaped(shape: 1, scale: 2.5), .shaped(shape: 0, scale: 1),
            .percentiles(.init(p0: 0, p1: 1, p25: 2, p50: 3.5, p75: 4, p99: 5, p100: 600_000)),
        ]
        let applications: [Application] = [
            Application(name: "eins", owner: "wir", memory: .mebibytes(300)),
            Application(name: "zwei é", memory: .mebibytes(200)),
        ]
        var functions: [Function] = []
        for index in 0..<count {
            let function = Function(
                name: "f\(index)", application: ApplicationID(UInt32(index % 2)),
                trigger: Trigger.allCases[index % 8], memory: Bytes(UInt64(index) * 77),
                executionTime: times[index % 4], runtime: index % 3 == 0 ? "python" : "")
            functions.append(function)
        }
        let shapes: [Distribution] = [
            .constant(1), .logNormal(mu: -0.4, sigma: 0.5), .uniform(low: 0, high: 2), .exponential(mean: 1),
            .weibull(shape: 0.5, scale: 1), .burr(c: 11, k: 0.2, scale: 1),
            .quantiles([.init(0, 1), .init(0.5, 2), .init(1, 9)]),
        ]
        let provenance = Provenance(
            title: "test", inputs: [.init(path: "a.csv", digest: "0123456789abcdef")],
            warnings: [.init("mended", count: 3)])
        return Workload(
            applications: applications, functions: functions, shapes: shapes, calls: calls, horizon: horizon,
            provenance: provenance)
    }

    static func samples() -> [Workload] {
        let (counts, _) = randomCounts(seed: 1, functions: 5, minutes: 3, adds: 12)
        var stream = RandomStream(seed: 2, purpose: .test)
        func events(sized: Bool) -> EventList {
            EventList(
                (0..<9).map { _ in
                    EventList.Event(
                        time: SimTime(nanoseconds: stream.below(1 << 30)),
                        duration: SimDuration(nanoseconds: stream.below(1 << 40)),
                        function: FunctionID(UInt32(stream.below(5))), inputSize: sized ? 7 : 0)
                })
        }
        return [
            rich(.minuteCounts(counts), functions: 5, horizon: .minutes(3)),
            rich(.events(events(sized: false)), functions: 5, horizon: .seconds(2)),
            rich(.events(events(sized: true)), functions: 5, horizon: .seconds(2)),
            rich(
                .poisson(PoissonCalls(rate: 3, weights: [1, 2, 0, 4, 0.5])), functions: 5,
                horizon: .minutes(1)),
            rich(
                .poisson(PoissonCalls(rate: 3, weights: [1, 2, 0, 4, 0.5], seed: 77)), functions: 5,
                horizon: .minutes(1)),
        ]
    }

    @Test func everyKindOfWorkloadComesBackWhole() throws {
        for (index, workload) in Self.samples().enumerated() {
            let path = "\(directory.path)/\(index).pftrace"
            try TraceFile.write(workload, to: path)
            let opened = try TraceFile.open(path)
            #expect(isSame(opened, workload))
            #expect(allArrivals(opened).map(ArrivalKey.init) == allArrivals(workload).map(ArrivalKey.init))
        }
        #expect(
            directory.names == ["0.pftrace", "1.pftrace", "2.pftrace", "3.pftrace", "4.pftrace"],
            "temporary files stay behind")
    }

    @Test func aFileInUseMayBeReplaced() throws {
        let samples = Self.samples()
        let path = "\(directory.path)/a.pftrace"
        try TraceFile.write(samples[0], to: path)
        let opened = try TraceFile.open(path)
        try TraceFile.write(samples[1], to: path)
        #expect(isSame(opened, samples[0]))
        #expect(isSame(try TraceFile.open(path), samples[1]))
    }

    @Test func aFileCutOffAnywhereIsRefused() throws {
        for workload in Self.samples() {
            try TraceFile.write(workload, to: "\(directory.path)/a.pftrace")
            let bytes = try directory.bytes("a.pftrace")
            for length in 0..<bytes.count {
                #expect(inputError { try open(Array(bytes[..<length])) }.hasPrefix("x.pftrace"))
            }
            let path = try directory.write("cut.pftrace", Array(bytes.dropLast()))
            _ = inputError { try TraceFile.open(path) }
            _ = inputError { try open(bytes + [0]) }
        }
    }

    @Test func aChangedByteIsNoticedWhereverItIs() throws {
        for workload in Self.samples() {
            try TraceFile.write(workload, to: "\(directory.path)/a.pftrace")
            let bytes = try directory.bytes("a.pftrace")
            for index in bytes.indices {
                var damaged = bytes
                damaged[index] ^= [1, 0x80, 0xFF][index % 3]
                _ = inputError { try open(damaged) }
            }
        }
    }

    /// Damage behind a right checksum: the content itself is checked too.
    @Test func whatASealedFileSaysIsStillChecked() throws {
        var opened = 0
        for (number, workload) in Self.samples().enumerated() {
            try TraceFile.write(workload, to: "\(directory.path)/a.pftrace")
            let bytes = try directory.bytes("a.pftrace")
            var stream = RandomStream(seed: UInt64(number), purpose: .test)
            for round in 0..<(3 * bytes.count) {
                var damaged = bytes
                let first = 64 + round % (bytes.count - 64)
                damaged[first] = UInt8(truncatingIfNeeded: stream.next())
                if round > bytes.count {
                    damaged[64 + Int(stream.below(UInt64(bytes.count - 64)))] =
                        [0, 0xFF, 0x7F, 0x80][round % 4]
                }
                do {
                    let workload = try open(sealed(damaged))
                    opened += 1
                    #expect(workload.firstFault() == nil)
                    // Tabulating the shapes takes milliseconds.
                    if opened % 10 != 1 { continue }
                    let source = workload.arrivals(seed: 1, layout: .even)
                    var batch = [Arrival](
                        repeating: Arrival(time: .zero, execution: .zero, function: FunctionID(0)), count: 64)
                    for _ in 0..<4 {
                        let many = batch.withUnsafeMutableBufferPointer { source.next(into: $0) }
                        for arrival in batch[..<many] {
                            #expect(arrival.function.index < workload.functions.count)
                        }
                    }
                } catch { #expect(error is InputError) }
            }
        }
        #expect(opened > 0, "some damage, such as to a name, leaves a sound file")
    }

    @Test func filesOfNewerVersionsAreNamedSo() throws {
        try TraceFile.write(Self.samples()[0], to: "\(directory.path)/a.pftrace")
        var bytes = try directory.bytes("a.pftrace")
        bytes[8] = UInt8(TraceFile.version + 1)
        let path = try directory.write("new.pftrace", sealed(bytes))
        #expect(inputError { try TraceFile.open(path) }.contains("made by a newer version"))
    }

    @Test func otherFilesAreNamedSo() throws {
        let text = try directory.write("x.pftrace", "time,function\n")
        #expect(inputError { try TraceFile.open(text) }.contains("is not a Pagefold trace"))
        let empty = try directory.write("empty.pftrace", [UInt8]())
        #expect(inputError { try TraceFile.open(empty) }.contains("is not a Pagefold trace"))
        #expect(inputError { try TraceFile.open("\(directory.path)/none") }.contains("cannot be opened"))
        #expect(inputError { try TraceFile.open(directory.path) }.contains("is not a regular file"))
    }

    @Test func aWorkloadThatCannotRunIsNotWritten() throws {
        var workload = Self.samples()[0]
        workload.functions[1].application = ApplicationID(9)
        let path = "\(directory.path)/bad.pftrace"
        #expect(inputError { try TraceFile.write(workload, to: path) }.contains("belongs to no application"))
        #expect(
            inputError { try TraceFile.write(Self.samples()[0], to: "/proc/nowhere/x") }.contains(
                "cannot be written"))
        #expect(directory.names.isEmpty)
    }

    private func open(_ bytes: [UInt8]) throws -> Workload {
        try TraceFile.open(ByteStorage(copying: bytes), path: "x.pftrace")
    }

    private func sealed(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        func word(_ index: Int) -> UInt64 { (0..<8).reduce(0) { $0 | UInt64(bytes[index + $1]) << (8 * $1) } }
        func digest(_ range: Range<Int>) -> UInt64 {
            var digest = Digest()
            bytes[range].withUnsafeBytes { digest.update($0) }
            return digest.value
        }
        func store(_ value: UInt64, _ index: Int) {
            for k in 0..<8 { bytes[index + k] = UInt8(truncatingIfNeeded: value >> (8 * k)) }
        }
        let split = 64 + Int(word(16))
        store(digest(64..<split), 32)
        store(digest(split..<bytes.count), 40)
        store(digest(0..<56), 56)
        return bytes
    }
}

/// Whether two workloads are the same in all parts.
func isSame(_ a: Workload, _ b: Workload) -> Bool {
    let tables =
        a.applications == b.applications && a.functions == b.functions && a.shapes == b.shapes
        && a.horizon == b.horizon && a.provenance == b.provenance
    switch (a.calls, b.calls) {
    case (.minuteCounts(let x), .minuteCounts(let y)): return tables && x == y
    case (.events(let x), .events(let y)): return tables && x == y
    case (.poisson(let x), .poisson(let y)):
        return tables && x.rate == y.rate && x.weights == y.weights && x.seed == y.seed
    default: return false
    }
}
