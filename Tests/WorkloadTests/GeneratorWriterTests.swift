import EventKernel
import Files
import Foundation
import Testing

@testable import Workload

@Suite struct GeneratorWriterTests {
    @Test func writtenFilesHoldTheWorkload() throws {
        let workload = try AzureLikeGenerator(size: .applications(60), days: 1.5, seed: 12).generate()
        let counts = try #require(minuteCounts(workload))
        let directory = FileManager.default.temporaryDirectory.appending(path: "pagefold-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }

        let paths = try AzureFunctions2019Writer(workload).write(to: directory)
        #expect(paths.count == 6)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).count == 6)
        var total: UInt64 = 0
        for (day, minutes) in [(1, 1_440), (2, 720)] {
            let invocations = try rows("\(directory)/invocations_per_function_md.anon.d0\(day).csv")
            #expect(invocations[0].count == 4 + minutes)
            #expect(invocations.allSatisfy { $0.count == 4 + minutes })
            var called: Set<String> = []
            for row in invocations.dropFirst() {
                let id = try #require(workload.functions.firstIndex { $0.name == row[2] })
                #expect(workload.applications[workload.functions[id].application.index].name == row[1])
                #expect("\(workload.functions[id].trigger)" == row[3])
                total += row[4...].reduce(0) { $0 + (UInt64($1) ?? 0) }
                called.insert(row[1])
                for (offset, text) in row[4...].enumerated() where text != "0" {
                    let cell = counts.cells(inMinute: (day - 1) * 1_440 + offset).first {
                        $0.function.index == id
                    }
                    #expect(UInt32(text) == cell?.count)
                }
            }
            let durations = try rows("\(directory)/function_durations_percentiles.anon.d0\(day).csv")
            #expect(durations.dropFirst().map { $0[2] } == invocations.dropFirst().map { $0[2] })
            for row in durations.dropFirst() {
                let values = row[7...].compactMap { Double($0) }
                #expect(values.count == 7 && values == values.sorted())
            }
            let memory = try rows("\(directory)/app_memory_percentiles.anon.d0\(day).csv")
            #expect(Set(memory.dropFirst().map { $0[1] }) == called)
            #expect(memory.allSatisfy { $0.count == 12 })
        }
        #expect(total == counts.totalCalls)
    }

    @Test func theReaderReadsBackWhatWasWritten() throws {
        let workload = try AzureLikeGenerator(size: .applications(200), days: 2, seed: 3).generate()
        let directory = FileManager.default.temporaryDirectory.appending(path: "pagefold-\(UUID())").path()
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let paths = try AzureFunctions2019Writer(workload).write(to: directory)
        func files(_ kind: String) -> [String] { paths.filter { $0.contains(kind) } }
        var options = AzureFunctions2019Reader.Options()
        options.executionTime = .average
        options.strict = true
        let read = try AzureFunctions2019Reader(
            invocations: files("invocations"), durations: files("durations"), memory: files("memory"),
            options: options
        ).read()

        let written = try #require(minuteCounts(workload)).callsByFunction()
        let again = try #require(minuteCounts(read)).callsByFunction()
        let means = workload.meanExecutionMilliseconds
        let meansAgain = read.meanExecutionMilliseconds
        #expect(again.count == written.count { $0 > 0 })
        for (id, function) in read.functions.enumerated() {
            let original = try #require(workload.functions.firstIndex { $0.name == function.name })
            #expect(again[id] == written[original])
            #expect((meansAgain[id] - means[original]).magnitude < 0.001)
            #expect(function.trigger == workload.functions[original].trigger)
            let memory = workload.applications[workload.functions[original].application.index].memory
            let memoryAgain = read.applications[function.application.index].memory
            #expect((memory.mebibytes - memoryAgain.mebibytes).magnitude < 0.001)
        }
        let counts = try #require(minuteCounts(read))
        let original = try #require(minuteCounts(workload))
        for minute in 0..<2_880 {
            #expect(counts.calls(inMinute: minute) == original.calls(inMinute: minute))
        }
    }

    @Test func aDirectoryThatIsNotThereIsNamed() throws {
        let workload = try AzureLikeGenerator(size: .applications(2), seed: 1).generate()
        let directory = try TemporaryDirectory()
        let error = try #require(throws: InputError.self) {
            try AzureFunctions2019Writer(workload).write(to: "\(directory.path)/at/all")
        }
        #expect(error.file == "\(directory.path)/at/all")
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path).isEmpty)
    }

    @Test func aWorkloadWithoutCountsIsRefused() throws {
        var workload = try AzureLikeGenerator(size: .applications(2), seed: 1).generate()
        workload.calls = .poisson(PoissonCalls(rate: 1, weights: [1]))
        #expect(throws: InputError.self) { try AzureFunctions2019Writer(workload) }
    }

    private func rows(_ path: String) throws -> [[String]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }
}
