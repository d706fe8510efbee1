import EventKernel
import Foundation
import Testing
import Workload

/// Facts of published samples of real traces; the figures are recomputed from the data, apart from this code.
@Suite(.enabled(if: SharedData.traces != nil, "skipped: no shared traces"))
struct SharedTraceTests {
    private func path(_ name: String) -> String { (SharedData.traces ?? "") + "/" + name }

    @Test(arguments: [("joint_100", 100, 10.7), ("joint_250", 250, 14.3)])
    func theJointSamplesOfAzure2019AreWholeAndBusyAsPublished(name: String, functions: Int, cores: Double)
        throws
    {
        var options = AzureFunctions2019Reader.Options()
        options.strict = true
        options.executionTime = .average
        let workload = try AzureFunctions2019Reader(directory: path("azure2019/\(name)"), options: options)
            .read()
        let summary = workload.summary()
        #expect(summary.functions == functions)
        #expect(summary.calledFunctions == functions)
        #expect(workload.horizon == .minutes(480))
        #expect((summary.offeredLoad - cores).magnitude < 0.05)
        #expect(workload.firstFault() == nil)
        #expect(workload.provenance.warnings.isEmpty)
        options.executionTime = .scaledPercentiles
        let scaled = try AzureFunctions2019Reader(directory: path("azure2019/\(name)"), options: options)
            .read()
        #expect((scaled.summary().offeredLoad - cores).magnitude < 0.05)
    }

    @Test func theSumOfMinutesIsWhatTheFileSays() throws {
        let workload = try AzureFunctions2019Reader(directory: path("azure2019/joint_100")).read()
        let text = try String(contentsOfFile: path("azure2019/joint_100/invocations.csv"), encoding: .utf8)
        let rows = text.split(whereSeparator: \.isNewline).dropFirst()
        let sums = rows.map { $0.split(separator: ",").dropFirst(4).reduce(0.0) { $0 + (Double($1) ?? 0) } }
        #expect(workload.callsByFunction() == sums)
        #expect(allArrivals(workload).count == Int(sums.reduce(0, +)))
    }

    @Test func theSmallerJointSampleIsPartOfTheLarger() throws {
        let small = try AzureFunctions2019Reader(directory: path("azure2019/joint_100")).read()
        let large = try AzureFunctions2019Reader(directory: path("azure2019/joint_250")).read()
        let calls = Dictionary(
            uniqueKeysWithValues: zip(large.functions.map(\.name), large.callsByFunction()))
        for (function, count) in zip(small.functions, small.callsByFunction()) {
            #expect(calls[function.name] == count)
        }
    }

    @Test func theFirstRowsOf2021AreReadAsPublished() throws {
        let reader = AzureFunctions2021Reader(path: path("azure2021/first999_rows.csv"), strict: true)
        let workload = try reader.read()
        let events = eventList(workload)
        #expect(events.count == 998)
        #expect(workload.functions.count == 49)
        #expect(workload.applications.count == 21)
        #expect(events.count { $0.duration == .zero } == 43)
        #expect((events[0].time.seconds - 0.0015).magnitude < 0.0001)
        #expect(workload.firstFault() == nil)
        let ends = events.map { ($0.time + $0.duration).seconds }
        #expect(((ends.max() ?? 0) - 6_485.5).magnitude < 0.1)
    }

    @Test func realTracesComeBackFromTraceFiles() throws {
        let directory = try TemporaryDirectory()
        let workloads = [
            try AzureFunctions2019Reader(directory: path("azure2019/joint_250")).read(),
            try AzureFunctions2021Reader(path: path("azure2021/first999_rows.csv")).read(),
        ]
        for workload in workloads {
            let file = directory.path + "/real.pftrace"
            try TraceFile.write(workload, to: file)
            #expect(isSame(try TraceFile.open(file), workload))
        }
    }
}
