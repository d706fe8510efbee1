import EventKernel
import Files
import Testing
import Workload

/// Small files in the manner of the Azure Functions 2019 release.
struct AzureFiles {
    let directory: TemporaryDirectory
    /// Percentiles as they stand, where a test asks for nothing else.
    var options = {
        var options = AzureFunctions2019Reader.Options()
        options.executionTime = .percentiles
        return options
    }()

    static let durationHeader =
        "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,"
        + [0, 1, 25, 50, 75, 99, 100].map { "percentile_Average_\($0)" }.joined(separator: ",")
    static let memoryHeader =
        "HashOwner,HashApp,SampleCount,AverageAllocatedMb,"
        + [1, 5, 25, 50, 75, 95, 99, 100].map { "AverageAllocatedMb_pct\($0)" }.joined(separator: ",")

    static let invocations =
        "HashOwner,HashApp,HashFunction,Trigger,1,2,3\no,a,f,http,1,0,2\no,a,g,timer,0,5,0\n"
    static let durations =
        durationHeader + "\no,a,f,10,99,1,60,2,3,4,5,6,7,50\no,a,g,20,99,1.5,8,1,2,3,4,5,6,7\n"
    static let memory = memoryHeader + "\no,a,9,300,1,5,25,50,75,95,99,100\n"

    func read(
        _ invocations: [String] = [Self.invocations], _ durations: [String] = [Self.durations],
        _ memory: [String] = [Self.memory]
    ) throws -> Workload {
        func write(_ kind: String, _ texts: [String]) throws -> [String] {
            try texts.enumerated().map { try directory.write("\(kind)\($0.offset).csv", $0.element) }
        }
        return try AzureFunctions2019Reader(
            invocations: write("invocations", invocations), durations: write("durations", durations),
            memory: write("memory", memory), options: options
        ).read()
    }
}

func counts(_ workload: Workload) -> [[UInt32]] {
    guard case .minuteCounts(let counts) = workload.calls else { return [] }
    return (0..<counts.minutes).map { minute in
        var row = [UInt32](repeating: 0, count: workload.functions.count)
        for cell in counts.cells(inMinute: minute) { row[cell.function.index] = cell.count }
        return row
    }
}

@Suite struct AzureFunctions2019Tests {
    var files: AzureFiles

    init() throws { files = AzureFiles(directory: try TemporaryDirectory()) }

    @Test func theThreeFilesAreJoined() throws {
        let workload = try files.read()
        #expect(workload.firstFault() == nil)
        #expect(workload.functions.map(\.name) == ["f", "g"])
        #expect(workload.functions.map(\.trigger) == [.http, .timer])
        #expect(workload.applications == [Application(name: "a", owner: "o", memory: .mebibytes(300))])
        #expect(workload.functions.map(\.memory) == [.mebibytes(150), .mebibytes(150)])
        #expect(
            workload.functions[0].executionTime
                == .percentiles(.init(p0: 1, p1: 3, p25: 4, p50: 5, p75: 6, p99: 7, p100: 60)))
        #expect(counts(workload) == [[1, 0], [0, 5], [2, 0]])
        #expect(workload.horizon == .minutes(3))
        #expect(workload.provenance.warnings.isEmpty)
        #expect(workload.provenance.inputs.count == 3)
    }

    @Test func columnsMayComeInAnyOrderAndMinutesInAnySpelling() throws {
        let plain = try files.read()
        let spellings = [
            "Trigger,HashFunction,HashOwner,HashApp,minute_1,minute_2,minute_3\n"
                + "http,f,o,a,1,0,2\ntimer,g,o,a,0,5,0\n",
            "3,2,1,HashOwner,HashApp,HashFunction,Trigger\r\n2,0,1,o,a,f,http\r\n0,5,0,o,a,g,timer",
            "HashOwner,HashApp,HashFunction,Trigger,480,481,482\n\n"
                + "o,a,f,http,1.0,0.0,2.0\n\no,a,g,timer,0,5.00,0\n",
            "\u{FEFF}\"HashOwner\",HashApp,HashFunction,Trigger,1,2,3\n"
                + "\"o\",a,f,http,1,0,2\no,a,g,timer,0,5,0\n",
        ]
        for spelling in spellings {
            let workload = try files.read([spelling])
            #expect(workload.functions == plain.functions)
            #expect(counts(workload) == counts(plain))
        }
        let shuffled =
            "percentile_Average_100,percentile_Average_99,percentile_Average_75,percentile_Average_50,"
            + "percentile_Average_25,percentile_Average_1,percentile_Average_0,Maximum,Minimum,Count,Average,"
            + "HashFunction,HashApp,HashOwner\n"
            + "7,6,5,4,3,2,1,8,1.5,99,20,g,a,o\n50,7,6,5,4,3,2,60,1,99,10,f,a,o\n"
        #expect(try files.read([AzureFiles.invocations], [shuffled]).functions == plain.functions)
    }

    @Test func theCountOfTheDurationFileIsNotTheNumberOfCalls() throws {
        let workload = try files.read()
        #expect(workload.callsByFunction() == [3, 5])
    }

    @Test func memoryPerFunctionAddsUpToTheApplication() throws {
        let memory =
            "HashFunction," + AzureFiles.memoryHeader + "\ng,o,a,9,200,1,5,25,50,75,95,99,100\n"
            + "f,o,a,9,100.5,1,5,25,50,75,95,99,110\n"
        let workload = try files.read([AzureFiles.invocations], [AzureFiles.durations], [memory])
        #expect(workload.functions.map(\.memory.mebibytes) == [100.5, 200])
        #expect(workload.applications[0].memory.mebibytes == 300.5)
    }

    @Test func anyColumnOfMemoryCanBeChosen() throws {
        var files = files
        for (choice, expected) in [(AzureFunctions2019Reader.Memory.p50, 50.0), (.max, 100), (.average, 300)]
        {
            files.options.memory = choice
            #expect(try files.read().applications[0].memory.mebibytes == expected)
        }
    }

    @Test func durationsCanBeTheAverageOrWindowPercentiles() throws {
        var files = files
        files.options.executionTime = .average
        #expect(
            try files.read().functions.map(\.executionTime) == [
                .constant(.milliseconds(10)), .constant(.milliseconds(20)),
            ])
        files.options.executionTime = .windowPercentiles
        #expect(
            try files.read().functions[0].executionTime
                == .percentiles(.init(p0: 2, p1: 3, p25: 4, p50: 5, p75: 6, p99: 7, p100: 50)))
    }

    @Test func scaledPercentilesKeepTheirShapeAndHaveTheAverage() throws {
        var files = files
        files.options.executionTime = .scaledPercentiles
        let workload = try files.read()
        for (function, average) in zip(workload.functions, [10.0, 20]) {
            guard case .percentiles(let points) = function.executionTime else {
                Issue.record("no percentiles")
                continue
            }
            #expect((points.mean - average).magnitude < 1e-4)
        }
        guard case .percentiles(let points) = workload.functions[0].executionTime else { return }
        #expect((points.p100 / points.p0 - 60).magnitude < 1e-3)
        #expect((points.p75 / points.p25 - 1.5).magnitude < 1e-5)
        let zeros = AzureFiles.durationHeader + "\no,a,f,2,9,0,0,0,0,0,0,0,0,0\no,a,g,0,9,1,1,1,1,1,1,1,1,1\n"
        let flat = try files.read([AzureFiles.invocations], [zeros])
        #expect(flat.functions[0].executionTime == .constant(.milliseconds(2)))
        #expect(flat.functions[1].executionTime.isPercentiles(from: 0))
    }

    @Test func theMeanIsTheAverageUnlessOtherwiseAsked() {
        #expect(AzureFunctions2019Reader.Options().executionTime == .scaledPercentiles)
    }

    @Test func percentilesThatDoNotRiseAreMendedAndCounted() throws {
        let durations =
            AzureFiles.durationHeader + "\no,a,f,10,99,5,9,2,3,8,7,12,6,50\no,a,g,0,9,0,0,0,0,0,0,0,0,0\n"
        let workload = try files.read([AzureFiles.invocations], [durations])
        #expect(
            workload.functions[0].executionTime
                == .percentiles(.init(p0: 5, p1: 5, p25: 8, p50: 8, p75: 9, p99: 9, p100: 9)))
        #expect(workload.provenance.warnings.map(\.count) == [1])
        #expect(
            workload.functions[1].executionTime
                == .percentiles(.init(p0: 0, p1: 0, p25: 0, p50: 0, p75: 0, p99: 0, p100: 0)))
    }

    @Test func aNegativeAverageCountsAsMissing() throws {
        let durations =
            AzureFiles.durationHeader + "\no,a,f,-1,9,-1,5,0,0,0,0,0,0,0\no,a,g,20,99,1.5,8,1,2,3,4,5,6,7\n"
        let workload = try files.read([AzureFiles.invocations], [durations])
        #expect(workload.functions[0].executionTime == workload.functions[1].executionTime)
        #expect(workload.provenance.warnings.map(\.message).contains { $0.contains("negative Average") })
        #expect(workload.provenance.warnings.map(\.message).contains { $0.contains("median function") })
    }

    @Test func severalRowsOfAFunctionInADayFollowTheOption() throws {
        let twice = AzureFiles.invocations + "o,a,f,http,10,0,0\n"
        #expect(counts(try files.read([twice])) == [[1, 0], [0, 5], [2, 0]])
        #expect(try files.read([twice]).provenance.warnings.map(\.count) == [1])
        var files = files
        files.options.duplicates = .sum
        #expect(counts(try files.read([twice])) == [[11, 0], [0, 5], [2, 0]])
        files.options.duplicates = .error
        #expect(
            inputError { try files.read([twice]) }.contains(
                "invocations0.csv:4: the function has a second row"))
    }

    @Test func addingUpEndlessRowsIsRefusedBeforeItOverflows() throws {
        var files = files
        files.options.duplicates = .sum
        let row = "o,a,f,http,100000000,0,0\n"
        let few = "HashOwner,HashApp,HashFunction,Trigger,1,2,3\n" + String(repeating: row, count: 40)
        #expect(counts(try files.read([few]))[0][0] == 4_000_000_000)
        #expect(inputError { try files.read([few + row]) }.contains("more than 40 rows"))
    }

    @Test func whatIsMissingIsFilledWithTheMedianOrDropped() throws {
        let invocations = AzureFiles.invocations + "o,b,h,queue,1,1,1\np,c,i,blob,2,0,0\n"
        let memory = AzureFiles.memory + "o,b,9,100,1,5,25,50,75,95,99,100\n"
        let durations = AzureFiles.durations + "o,b,h,15,9,15,15,15,15,15,15,15,15,15\n"
        let filled = try files.read([invocations], [durations], [memory])
        #expect(filled.functions[3].trigger == .others)
        // Means are about 5.2, 4 and 15 ms.
        #expect(filled.functions[3].executionTime == filled.functions[0].executionTime)
        #expect(filled.applications[2].memory == .mebibytes(100))
        #expect(filled.provenance.warnings.map(\.count) == [1, 1, 1])
        var files = files
        files.options.missing = .drop
        let dropped = try files.read([invocations], [durations], [memory])
        #expect(dropped.firstFault() == nil)
        #expect(dropped.functions.map(\.name) == ["f", "g", "h"])
        #expect(dropped.applications.map(\.name) == ["a", "b"])
        #expect(counts(dropped) == [[1, 0, 1], [0, 5, 1], [2, 0, 1]])
        #expect(inputError { try files.read([invocations], [], [memory]) }.contains("no function has both"))
    }

    @Test func withoutAnyMemoryFileAllTakeTheSizeSet() throws {
        let workload = try files.read([AzureFiles.invocations], [AzureFiles.durations], [])
        #expect(workload.applications[0].memory == .mebibytes(170))
        #expect(workload.functions[0].memory == .mebibytes(85))
        #expect(workload.provenance.warnings.count == 1)
        #expect(
            inputError { try files.read([AzureFiles.invocations], []) }.contains("no function has durations"))
    }

    @Test func memoryOfZeroCountsAsMissing() throws {
        let invocations = AzureFiles.invocations + "o,b,h,queue,1,1,1\n"
        let memory = AzureFiles.memory + "o,b,9,0,1,5,25,50,75,95,99,100\n"
        let workload = try files.read([invocations], [AzureFiles.durations], [memory])
        #expect(workload.applications[1].memory == .mebibytes(300))
    }

    @Test func daysFollowEachOtherAndFirstSightCounts() throws {
        let second = "HashOwner,HashApp,HashFunction,Trigger,1,2\no,a,h,queue,7,0\no,a,f,http,0,8\n"
        let later =
            AzureFiles.durationHeader
            + "\no,a,f,77,9,77,77,77,77,77,77,77,77,77\no,a,h,5,9,5,5,5,5,5,5,5,5,5\n"
        let memory = AzureFiles.memoryHeader + "\no,a,9,999,1,5,25,50,75,95,99,100\n"
        let workload = try files.read(
            [AzureFiles.invocations, second], [AzureFiles.durations, later], [AzureFiles.memory, memory])
        #expect(workload.functions.map(\.name) == ["f", "g", "h"])
        #expect(counts(workload) == [[1, 0, 0], [0, 5, 0], [2, 0, 0], [0, 0, 7], [8, 0, 0]])
        #expect(workload.horizon == .minutes(5))
        #expect(workload.functions[0].executionTime.isPercentiles(from: 1))
        #expect(workload.functions[2].executionTime.isPercentiles(from: 5))
        #expect(workload.applications[0].memory == .mebibytes(300))
        #expect(workload.provenance.warnings.isEmpty)
    }

    @Test func rowsOfFunctionsThatAreNotCalledAreLeftOut() throws {
        let workload = try files.read(
            [AzureFiles.invocations], [AzureFiles.durations + "o,a,x,1,9,1,1,1,1,1,1,1,1,1\n"],
            [AzureFiles.memory + "o,z,9,1,1,5,25,50,75,95,99,100\n"])
        #expect(workload.functions.count == 2)
        #expect(workload.provenance.warnings.map(\.count) == [1, 1])
    }

    @Test func twoOwnersMayUseOneName() throws {
        let text = "HashOwner,HashApp,HashFunction,Trigger,1\no,a,f,http,1\np,a,f,http,2\n"
        let workload = try files.read([text], [AzureFiles.durations])
        #expect(workload.applications.map(\.name) == ["a", "a@p"])
        #expect(workload.firstFault() == nil)
    }

    @Test func theStrictOptionTurnsAnyWarningIntoAnError() throws {
        var files = files
        files.options.strict = true
        #expect(try files.read().functions.count == 2)
        let faults: [() throws -> Workload] = [
            { try files.read([AzureFiles.invocations + "o,a,f,http,10,0,0\n"]) },
            { try files.read([AzureFiles.invocations + "o,b,h,http,10,0,0\n"]) },
            { try files.read([AzureFiles.invocations.replacing("timer", with: "clock")]) },
            { try files.read([AzureFiles.invocations.replacing(",5,", with: ",,")]) },
            {
                try files.read(
                    [AzureFiles.invocations], [AzureFiles.durations + "o,a,x,1,9,1,1,1,1,1,1,1,1,1\n"])
            },
            {
                try files.read(
                    [AzureFiles.invocations], [AzureFiles.durations.replacing("2,3,4", with: "2,4,3")])
            },
            { try files.read([AzureFiles.invocations], [AzureFiles.durations], []) },
        ]
        for fault in faults { #expect(inputError(fault).contains("read without the strict option")) }
        files.options.strict = false
        for fault in faults { #expect(try fault().provenance.warnings.count > 0) }
    }

    @Test func unusableFilesAreRefusedWithTheLine() throws {
        func refuse(_ part: String, _ read: @autoclosure () throws -> Workload) {
            let message = inputError(read)
            #expect(message.contains(part), "\(message)")
        }
        let i = AzureFiles.invocations
        let d = AzureFiles.durations
        refuse(
            "invocations0.csv:2: the row has 6 fields and the header 7",
            try files.read([i.replacing("1,0,2", with: "1,0")]))
        refuse(":3: a count is `x`", try files.read([i.replacing(",5,", with: ",x,")]))
        refuse(":3: a count is `-5`", try files.read([i.replacing(",5,", with: ",-5,")]))
        refuse(":3: a count is `nan`", try files.read([i.replacing(",5,", with: ",nan,")]))
        refuse(":3: a count is `1.5`", try files.read([i.replacing(",5,", with: ",1.5,")]))
        refuse("more than 100000000 calls", try files.read([i.replacing(",5,", with: ",100000001,")]))
        refuse("column `HashApp` is missing", try files.read([i.replacing("HashApp", with: "HashAp")]))
        refuse("is `HashAp` meant", try files.read([i.replacing("HashApp", with: "HashAp")]))
        refuse("no columns of minutes", try files.read([d]))
        refuse("column of minute 2 comes 4", try files.read([i.replacing("1,2,3", with: "1,2,4")]))
        refuse("is there twice", try files.read([i.replacing("1,2,3", with: "1,2,2")]))
        refuse("is empty", try files.read([""]))
        refuse("has no functions", try files.read(["HashOwner,HashApp,HashFunction,Trigger,1\n"]))
        refuse("has no name", try files.read([i.replacing("o,a,f", with: "o,a,")]))
        refuse(
            "durations0.csv:2: Average is `nan`",
            try files.read([i], [d.replacing(",10,99", with: ",nan,99")]))
        refuse("outside", try files.read([i], [d.replacing(",10,99", with: ",1e30,99")]))
        refuse("column `Average` is missing", try files.read([i], [i]))
        refuse("column `AverageAllocatedMb` is missing", try files.read([i], [d], [d]))
        refuse(
            "memory0.csv:2: AverageAllocatedMb is `inf`",
            try files.read([i], [d], [AzureFiles.memory.replacing("300", with: "inf")]))
        #expect(
            inputError { try AzureFunctions2019Reader(invocations: [], durations: [], memory: []).read() }
                != "")
    }

    @Test func aTraceCutOffAnywhereIsReadInPartOrRefused() throws {
        for length in 0..<AzureFiles.invocations.utf8.count {
            let cut = String(AzureFiles.invocations.prefix(length))
            do { #expect(try files.read([cut]).functions.count <= 2) } catch { #expect(error is InputError) }
        }
    }

    @Test func damagedFilesNeverCrashTheReader() throws {
        let bytes = [AzureFiles.invocations, AzureFiles.durations, AzureFiles.memory].map { Array($0.utf8) }
        for seed in 1...600 as ClosedRange<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .test)
            var damaged = bytes
            for _ in 0...stream.below(3) {
                let file = Int(stream.below(3))
                let place = Int(stream.below(UInt64(damaged[file].count)))
                let alphabet = Array(",\n\"-.e0193x\r\0".utf8)
                damaged[file][place] = alphabet[Int(stream.below(UInt64(alphabet.count)))]
            }
            let texts = damaged.map { String(decoding: $0, as: UTF8.self) }
            do {
                let workload = try files.read([texts[0]], [texts[1]], [texts[2]])
                #expect(workload.firstFault() == nil)
            } catch { #expect(error is InputError) }
        }
    }

    @Test func directoriesAreSearchedAsTheReleaseNamesFiles() throws {
        let directory = files.directory
        for day in ["01", "02", "13"] {
            try directory.write("invocations_per_function_md.anon.d\(day).csv", AzureFiles.invocations)
            try directory.write("function_durations_percentiles.anon.d\(day).csv", AzureFiles.durations)
            if day != "13" {
                try directory.write("app_memory_percentiles.anon.d\(day).csv", AzureFiles.memory)
            }
        }
        #expect(try AzureFunctions2019Reader(directory: directory.path).read().horizon == .minutes(9))
        #expect(
            try AzureFunctions2019Reader(directory: directory.path + "/", days: 1...2).read().horizon
                == .minutes(6))
        let last = try AzureFunctions2019Reader(directory: directory.path, days: 13...13).read()
        #expect(last.applications[0].memory == .mebibytes(170))
        #expect(
            inputError { try AzureFunctions2019Reader(directory: directory.path, days: 2...3) }.contains(
                "d03.csv: is missing"))
        #expect(
            inputError { try AzureFunctions2019Reader(directory: directory.path, days: 0...3) }.contains(
                "days go from 1"))
        #expect(
            inputError { try AzureFunctions2019Reader(directory: "/proc/nowhere") }.contains("holds no Azure")
        )
    }
}

extension ExecutionTime {
    func isPercentiles(from ms: Float) -> Bool {
        if case .percentiles(let points) = self { return points.p0 == ms }
        return false
    }
}
