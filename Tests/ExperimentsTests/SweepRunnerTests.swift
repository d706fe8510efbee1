import Foundation
import Simulator
import Testing

@testable import Experiments

/// A sweep of two policies at two points that takes milliseconds.
let smallSweep =
    smallExperiment + """

        policies: {short: {idle: {keep-alive: 1 min}}, long: {idle: {keep-alive: 9 min}}}
        sweep: {grid: {cluster.nodes.0.memory: [1 GiB, 2 GiB]}}
        replicates: 3
        """

/// The text of everything in a store.
func exported(_ path: String, _ format: StoreExport.Format = .csv) throws -> String {
    var text = ""
    try StoreExport(ResultStore(reading: path), format: format).write { text += $0 }
    return text
}

/// Runs a sweep into a store.
@discardableResult
func sweep(
    _ text: String, into path: String, workers: Int = 2,
    observe: @escaping (SweepProgress) -> Bool = { _ in true }
) throws -> SweepRunner.Outcome {
    var runner = SweepRunner(try SweepPlan(read(text)), workers: workers)
    runner.observe = observe
    return try runner.run(intoStoreAt: path)
}

@Suite struct SweepRunnerTests {
    @Test func aRunOfASweepIsTheRunOfItsSettings() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/s.sqlite"
            let outcome = try sweep(smallSweep, into: path)
            #expect(outcome.finished == 12 && outcome.found == 0 && outcome.missing == 0)
            let results = try ResultStore(reading: path).results(metrics: ["cold_share", "memory_mean_bytes"])
            #expect(results.seeds == [1, 2, 3])
            for replicate in 0..<3 {
                var alone = try read(
                    smallSweep,
                    set: [
                        "seed=\(1 + replicate)", "workload.poisson.seed=\(1 + replicate)",
                        "cluster.nodes.0.memory=2 GiB",
                    ])
                let workload = try alone.loadWorkload()
                let run = try alone.run(alone.variants[1], on: workload)
                #expect(results.tables[0][1, 1, replicate] == run.record.coldShare.overall)
                #expect(results.tables[1][1, 1, replicate] == run.record.memory.total.mean)
            }
        }
    }

    @Test func policiesMeetTheSameCallsAndReplicatesOthers() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/s.sqlite"
            try sweep(smallSweep, into: path)
            let arrived = try ResultStore(reading: path).results(metrics: ["arrived"]).tables[0]
            for replicate in 0..<3 {
                for (point, policy) in [(0, 1), (1, 0), (1, 1)] {
                    #expect(arrived[point, policy, replicate] == arrived[0, 0, replicate])
                }
            }
            #expect(Set(arrived[0, 0]).count > 1)
        }
    }

    @Test(arguments: StoreExport.Format.allCases)
    func theStoreDependsNeitherOnWorkersNorOnInterruptions(_ format: StoreExport.Format) throws {
        try withTemporaryDirectory { directory in
            // Runs of some tens of milliseconds, so that a stop comes before the last.
            let smallSweep = smallSweep.replacing("rate: 5 /s", with: "rate: 100 /s")
            try sweep(smallSweep, into: "\(directory)/one.sqlite", workers: 1)
            let whole = try exported("\(directory)/one.sqlite", format)
            #expect(whole.split(separator: "\n").count == (format == .csv ? 13 : 12))
            try sweep(smallSweep, into: "\(directory)/many.sqlite", workers: 5)
            #expect(try exported("\(directory)/many.sqlite", format) == whole)

            let path = "\(directory)/stopped.sqlite"
            var sessions = 0
            var finished = 0
            while sessions < 100 {
                sessions += 1
                let outcome = try sweep(smallSweep, into: path, workers: 2) { $0.now < 2 }
                finished += outcome.finished
                #expect(outcome.found + outcome.finished + outcome.missing == 12)
                if outcome.missing == 0 { break }
            }
            #expect(sessions > 1)
            #expect(finished == 12, "nothing is computed twice")
            #expect(try exported(path, format) == whole)
        }
    }

    @Test func aSecondSweepFindsEverything() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/s.sqlite"
            try sweep(smallSweep, into: path)
            let again = try sweep(smallSweep, into: path)
            #expect(again.finished == 0 && again.found == 12 && again.missing == 0)
        }
    }

    @Test func moreReplicatesAddToWhatIsThere() throws {
        try withTemporaryDirectory { directory in
            let more = smallSweep.replacing("replicates: 3", with: "replicates: 5")
            try sweep(smallSweep, into: "\(directory)/grown.sqlite")
            #expect(try sweep(more, into: "\(directory)/grown.sqlite").finished == 8)
            try sweep(more, into: "\(directory)/fresh.sqlite")
            #expect(try exported("\(directory)/grown.sqlite") == exported("\(directory)/fresh.sqlite"))
        }
    }

    @Test func placesWithTheSameScenarioShareARun() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/s.sqlite"
            let text = smallSweep.replacing(
                "cluster.nodes.0.memory: [1 GiB, 2 GiB]",
                with: "policies.short.idle.keep-alive: [1 min, 2 min, 3 min]")
            #expect(try sweep(text, into: path).finished == 12)
            let shares = try ResultStore(reading: path).results(metrics: ["cold_share"]).tables[0]
            #expect(shares[0, 1] == shares[2, 1])
            #expect(!shares[2, 0].contains { $0.isNaN })
            #expect(try exported(path).split(separator: "\n").count == 19)
        }
    }

    @Test func aSweepGoesOnUntilItKnowsEnough() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/s.sqlite"
            let text = smallSweep.replacing(
                "replicates: 3", with: "replicates: {count: 3, until: cold_share ±5 %, at-most: 400}")
            let outcome = try sweep(text, into: path, workers: 3)
            #expect(outcome.unmet.isEmpty)
            #expect(outcome.replicates > 10)
            let table = try ResultStore(reading: path).results(metrics: ["cold_share"]).tables[0]
            for point in 0..<2 {
                for policy in 0..<2 {
                    let values = table[point, policy].filter { !$0.isNaN }
                    let mean = values.reduce(0, +) / Double(values.count)
                    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
                    let error = (squares / Double(values.count - 1) / Double(values.count)).squareRoot()
                    #expect(1.96 * error <= 0.05 * mean)
                }
            }
            let again = "\(directory)/again.sqlite"
            try sweep(text, into: again, workers: 1)
            #expect(try exported(again) == exported(path))

            let hopeless = text.replacing("±5 %", with: "±0.0001 %").replacing(
                "at-most: 400", with: "at-most: 12")
            let stopped = try sweep(hopeless, into: "\(directory)/hopeless.sqlite")
            #expect(stopped.replicates == 12)
            #expect(stopped.unmet.count == 4)
        }
    }

    @Test func aRunThatCannotBeMadeLeavesTheOthersAlone() throws {
        try withTemporaryDirectory { directory in
            // The policy needs its bins to fit its range, which only a run finds out.
            let text = smallSweep.replacing(
                "short: {idle: {keep-alive: 1 min}}",
                with: "short: {idle: {policy: hybrid-histogram, bin: 5 h, range: 1 h}}")
            let outcome = try sweep(text, into: "\(directory)/s.sqlite")
            #expect(outcome.finished == 6 && outcome.missing == 6)
            #expect(!outcome.failures.isEmpty)
            #expect(outcome.failures.allSatisfy { $0.description.contains("short") })
        }
    }

    @Test func curvesAreKeptForTheFirstReplicate() throws {
        try withTemporaryDirectory { directory in
            try sweep(smallSweep, into: "\(directory)/s.sqlite")
            let counts = try ResultStore(reading: "\(directory)/s.sqlite").read { database in
                try (
                    Int.fetchOne(database, sql: "SELECT count(*) FROM series"),
                    Int.fetchOne(database, sql: "SELECT length(data) / 8 FROM series WHERE name = 'memory'"),
                    Int.fetchOne(
                        database, sql: "SELECT count(*) FROM series JOIN cell USING (run) WHERE replicate > 0"
                    )
                )
            }
            #expect(counts.0 == 8)
            #expect(counts.1 == 21 * 4)
            #expect(counts.2 == 0)
        }
    }
}
