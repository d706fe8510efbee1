import EventKernel
import Files
import Testing
import Workload

/// Rows of durations that contradict themselves or say nothing.
@Suite struct AzureDurationTests {
    var files: AzureFiles

    init() throws {
        files = AzureFiles(directory: try TemporaryDirectory())
        files.options.executionTime = .scaledPercentiles
    }

    private func read(_ row: String, header: String = AzureFiles.durationHeader) throws -> Workload {
        try files.read(
            [AzureFiles.invocations], ["\(header)\no,a,f,\(row)\no,a,g,20,99,1.5,8,1,2,3,4,5,6,7\n"])
    }

    private static let shape = ExecutionTime.percentiles(
        .init(p0: 0, p1: 0, p25: 100, p50: 200, p75: 400, p99: 900, p100: 3_000))

    @Test func anAverageOfZeroThatThePercentilesRuleOutIsNotTrusted() throws {
        let workload = try read("0,10,0,3000,0,0,100,200,400,900,1000")
        #expect(workload.functions[0].executionTime == Self.shape)
        #expect(workload.provenance.warnings.map(\.count) == [1])
        #expect(workload.provenance.warnings[0].message.contains("Average of 0"))
    }

    @Test(arguments: ["0,10,0,234,0,0,0,0,0,3,65", "0,9,1,1,1,1,1,1,1,1,1"])
    func anAverageThatIsRoundedToZeroIsKept(row: String) throws {
        let workload = try read(row)
        #expect(workload.functions[0].executionTime.isPercentiles(from: 0))
        #expect(workload.functions[0].executionTime.knownMeanForTest < 1e-6)
        #expect(workload.provenance.warnings.isEmpty)
    }

    @Test func withoutAverageThePercentilesCountAsTheyStand() throws {
        let workload = try read(",10,0,3000,0,0,100,200,400,900,1000")
        #expect(workload.functions[0].executionTime == Self.shape)
        #expect(workload.provenance.warnings.map(\.message).contains { $0.contains("without an Average") })
    }

    @Test(arguments: ["0", "-1"])
    func aGreatestThatThePercentilesRuleOutIsNotTrusted(greatest: String) throws {
        let workload = try read("0,10,0,\(greatest),0,0,100,200,400,900,3000")
        #expect(workload.functions[0].executionTime == Self.shape)
        let messages = workload.provenance.warnings.map(\.message)
        #expect(messages.contains { $0.contains("whose greatest is 0 or less") })
    }

    @Test(arguments: [",,,,,,,,,,", "NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN,NaN", "null,,NA,n/a,,,,,,,None"])
    func aRowWithoutValuesCountsAsMissing(row: String) throws {
        let workload = try read(row)
        #expect(workload.functions[0].executionTime == workload.functions[1].executionTime)
        let messages = workload.provenance.warnings.map(\.message)
        #expect(messages.contains { $0.contains("without values count as missing") })
        #expect(messages.contains { $0.contains("median function") })
    }

    @Test func withoutPercentilesAverageIsTheTimeOfEachCall() throws {
        let workload = try read("25,10,,,,,,,,,")
        #expect(workload.functions[0].executionTime == .constant(.milliseconds(25)))
        #expect(workload.provenance.warnings.map(\.count) == [1])
    }

    @Test func theAverageAloneIsMendedToo() throws {
        var copy = self
        copy.files.options.executionTime = .average
        let zero = try copy.read("0,10,0,3000,0,0,100,200,400,900,1000")
        guard case .constant(let mean) = zero.functions[0].executionTime else {
            Issue.record("no constant")
            return
        }
        // Means of the straight lines: 0.24 * 50 + 0.25 * 150 + 0.25 * 300 + 0.24 * 650 + 0.01 * 1950 ms.
        #expect((mean.seconds - 0.3).magnitude < 1e-6)
        #expect(try copy.read("7,10,,,,,,,,,").functions[0].executionTime == .constant(.milliseconds(7)))
    }

    @Test func columnsThatAreLeftOutAreNamedInEveryFile() throws {
        let workload = try files.read(
            [
                AzureFiles.invocations.replacing("Trigger,", with: "Trigger,Colour,").replacing(
                    "http,", with: "http,x,"
                )
                .replacing("timer,", with: "timer,x,")
            ],
            [AzureFiles.durations.replacing("Count", with: "Cuont")],
            [AzureFiles.memory.replacing("SampleCount", with: "Samples")])
        let messages = workload.provenance.warnings.map(\.message)
        #expect(messages.count == 3)
        for name in ["`Colour`", "`Cuont`", "`Samples`"] { #expect(messages.contains { $0.contains(name) }) }
    }

    @Test func memoryWithoutAValueCountsAsMissing() throws {
        for value in ["", "NaN"] {
            let invocations = AzureFiles.invocations + "o,b,h,queue,1,1,1\n"
            let memory = AzureFiles.memory + "o,b,9,\(value),1,5,25,50,75,95,99,100\n"
            let workload = try files.read([invocations], [AzureFiles.durations], [memory])
            #expect(workload.applications[1].memory == .mebibytes(300))
            #expect(
                workload.provenance.warnings.map(\.message).contains { $0.contains("rows without memory") })
        }
    }
}

extension ExecutionTime {
    fileprivate var knownMeanForTest: Double {
        if case .percentiles(let points) = self { return Double(points.mean) }
        return .nan
    }
}
