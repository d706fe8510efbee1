import Experiments
import Files
import Foundation
import Testing
import Workload

@Suite struct ResultWriterTests {
    private static let files = [
        "applications.csv", "experiment.yaml", "functions.csv", "manifest.json", "results.csv",
        "results.json",
        "timeline.csv",
    ]

    private func results(seed: Int = 1) throws -> ResultWriter {
        var experiment = try read(
            smallExperiment + "\nseed: \(seed)\npolicies: {\"a,b\": {idle: none}, c: {}}")
        let workload = try experiment.loadWorkload()
        let runs = try experiment.variants.map { try experiment.run($0, on: workload) }
        return ResultWriter(experiment: experiment, workload: workload, runs: runs, arguments: ["simulate"])
    }

    private func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }

    @Test func allFilesAreThereAndOnlyTheManifestDiffersBetweenRuns() throws {
        try withTemporaryDirectory { directory in
            for name in ["one", "two"] {
                try results().write(to: try ResultDirectory(at: "\(directory)/\(name)", force: false))
            }
            #expect(try names(in: directory) == ["one", "two"])
            #expect(try names(in: "\(directory)/one") == Self.files)
            for file in Self.files where file != "manifest.json" {
                let one = FileManager.default.contents(atPath: "\(directory)/one/\(file)")
                #expect(
                    one != nil && one == FileManager.default.contents(atPath: "\(directory)/two/\(file)"),
                    "\(file)")
            }
        }
    }

    @Test func tablesHaveARowForEachThingAndJSONIsSound() throws {
        try withTemporaryDirectory { directory in
            let results = try results()
            try results.write(to: try ResultDirectory(at: "\(directory)/r/", force: false))
            func lines(_ file: String) throws -> [String] {
                try String(contentsOfFile: "\(directory)/r/\(file)", encoding: .utf8)
                    .split(separator: "\n").map(String.init)
            }
            #expect(try lines("results.csv").count == 3)
            #expect(try lines("results.csv")[1].hasPrefix("\"a,b\",1,"))
            #expect(try lines("functions.csv").count == 1 + 2 * 20)
            #expect(try lines("applications.csv").count == 1 + 2 * 20)
            let points = results.runs.map(\.record.timeline.count)
            #expect(try lines("timeline.csv").count == 1 + points[0] + points[1])

            let data = try #require(FileManager.default.contents(atPath: "\(directory)/r/results.json"))
            let json = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            let variants = try #require(json["variants"] as? [[String: Any]])
            let metrics = try #require(variants[0]["metrics"] as? [String: Any])
            #expect(metrics.count == Metric.all.count)
            #expect(metrics["cold_share"] as? Double == 1)
            #expect(metrics["arrived"] as? UInt64 == results.runs[0].record.invocations.arrived)
            let manifest = try #require(FileManager.default.contents(atPath: "\(directory)/r/manifest.json"))
            #expect(try JSONSerialization.jsonObject(with: manifest) is [String: Any])
        }
    }

    @Test func metricsHaveNamesOfTheirOwn() {
        #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
    }

    @Test func resultsThatAreNotFinishedLeaveNothing() throws {
        try withTemporaryDirectory { directory in
            do {
                let unfinished = try ResultDirectory(at: "\(directory)/r", force: false)
                try unfinished.write("results.csv", "half")
                #expect(try names(in: directory).count == 1)
                #expect(!FileManager.default.fileExists(atPath: "\(directory)/r"))
            }
            #expect(try names(in: directory).isEmpty)
        }
    }

    @Test func whatIsThereIsReplacedOnlyByForceAndOnlyIfItIsResults() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/r"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            try results().write(to: try ResultDirectory(at: path, force: false))
            let old = FileManager.default.contents(atPath: "\(path)/results.csv")
            #expect(throws: InputError.self) { _ = try ResultDirectory(at: path, force: false) }
            try results(seed: 2).write(to: try ResultDirectory(at: path, force: true))
            #expect(FileManager.default.contents(atPath: "\(path)/results.csv") != old)
            #expect(try names(in: directory) == ["r"])

            try FileManager.default.removeItem(atPath: "\(path)/manifest.json")
            #expect(throws: InputError.self) { _ = try ResultDirectory(at: path, force: true) }
            #expect(throws: InputError.self) {
                _ = try ResultDirectory(at: "\(path)/results.csv", force: true)
            }
            #expect(throws: InputError.self) {
                _ = try ResultDirectory(at: "\(path)/results.csv/no/such", force: true)
            }
            #expect(try names(in: directory) == ["r"])
        }
    }
}

@Suite struct ComparisonTableTests {
    private func runs(_ count: Int) throws -> [VariantRun] {
        let variants = (0..<count).map { "variant\($0): {idle: {keep-alive: \($0 + 1) min}}" }.joined(
            separator: ", ")
        var experiment = try read(smallExperiment + "\npolicies: {\(variants)}")
        let workload = try experiment.loadWorkload()
        return try experiment.variants.map { try experiment.run($0, on: workload) }
    }

    @Test func columnsAreAlignedAndWideTablesAreBroken() throws {
        let text = ComparisonTable(try runs(9)).text(width: 80)
        let blocks = text.split(separator: "\n\n").map { $0.split(separator: "\n") }
        #expect(blocks.count > 1)
        for block in blocks {
            #expect(Set(block.map(\.count)).count == 1)
            #expect(block.allSatisfy { $0.count <= 80 })
        }
        for variant in 0..<9 { #expect(text.contains("variant\(variant)")) }
    }

    @Test func markdownHasAColumnForEachVariant() throws {
        let lines = ComparisonTable(try runs(2)).markdown.split(separator: "\n")
        #expect(lines[0] == "| | variant0 | variant1 |")
        #expect(lines.allSatisfy { $0.count { $0 == "|" } == 4 })
    }
}
