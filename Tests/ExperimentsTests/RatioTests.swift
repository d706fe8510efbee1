import Files
import Statistics
import Testing
import Workload

@testable import Experiments

/// What is saved beside the reference, what has no ends, and what replicates cover.
@Suite struct RatioTests {
    /// Two policies whose memory moves oppositely in a small and a large draw.
    private static func saved(_ fixed: [Double], _ other: [Double]) throws -> SweepResults {
        try MetricSelection(["memory_saved", "memory_mean_bytes"]).applied(
            to: sweep([("memory_mean_bytes", .lower, [[fixed, other]])], policies: ["fixed", "other"]))
    }

    @Test func memorySavedIsTheRatioOfTheTotalsEverywhere() throws {
        // The mean of the runs' ratios is -0.95 + ... : a loss; in total nine tenths are saved.
        let results = try Self.saved([1, 100, 1, 100], [3, 8, 3.2, 8.5])
        let comparison = try Comparison(results)
        let cell = comparison.cells[0][0][1]
        #expect((try #require(cell.mean) - (1 - 22.7 / 202)).magnitude < 1e-12)
        let change = try #require(comparison.cells[1][0][1].change)
        #expect((try #require(change.relative) + (try #require(cell.mean))).magnitude < 1e-12)
        // p and verdict are those of the memory itself.
        let same = try #require(cell.change)
        #expect((try #require(same.p) - (try #require(change.p))).magnitude < 1e-12)
        let front = try ParetoFront(results, "memory_saved", "memory_mean_bytes")
        #expect(front.entries[1].x == cell.mean)
        let line = try Baseline(results).fileText()
        #expect(
            line.contains("memory_saved: {mean: \(try #require(cell.mean)),")
                && line.contains("of: [1, 100, 1, 100]"))
    }

    @Test func aRelativeDifferenceNeverFallsBelowAll() throws {
        let fixed = [10.0, 11, 12.5], other = [0.1, 4, 0.2]
        let comparison = try Comparison(sweep([("cold_share", .lower, [[fixed, other]])]))
        let interval = try #require(comparison.cells[0][0][1].change?.relativeInterval)
        #expect(interval.lowerBound == -1)
        let saved = try Comparison(Self.saved(fixed, other))
        #expect(try #require(saved.cells[0][0][1].interval).upperBound == 1)
    }

    @Test func anIntervalWithoutEndsIsSaidInWords() throws {
        let comparison = try Comparison(
            sweep([("cold_share", .lower, [[[0.001, 0.9, 0.002], [0.3, 0.1, 0.2]]])]))
        let change = try #require(comparison.cells[0][0][1].change)
        #expect(change.relative != nil && change.relativeInterval == nil)
        #expect(comparison.text(width: 300).contains("[unbounded]"))
        #expect(comparison.text(width: 300).contains("unbounded: the replicates do not limit the value"))
        #expect(comparison.markdown.contains("[unbounded]"))
        #expect(comparison.json.text.contains("\"relative_unbounded\": true"))
        let lines = comparison.csv.split(separator: "\n")
        #expect(lines[0].hasSuffix("unbounded,difference_unbounded,relative_unbounded"))
        #expect(lines[2].hasSuffix("false,false,true"))
        let page = Report(ReportInput(comparison: comparison, definition: "name: a\n", version: "1")).html
        #expect(page.contains("[unbounded]"))
        // One value of three replicates limits nothing.
        let gap = try Comparison(
            sweep([("cold_share", .lower, [[[0.1, .nan, .nan], [0.3, 0.1, 0.2]]])])
        ).text(width: 300)
        #expect(gap.contains("± unbounded (1 of 3)"))
    }

    @Test func replicatesThatAreOneRunHaveNoIntervalsAndNoProbabilities() throws {
        var results = try Self.saved([100, 100, 100], [40, 40, 40])
        results.replication = .oneRun(count: 3)
        let comparison = try Comparison(results)
        for cell in comparison.cells.joined().joined() {
            #expect(cell.interval == nil && cell.change?.p == nil && cell.change?.adjustedP == nil)
        }
        #expect(comparison.cells[1][0][0].standing == .behind)
        let text = comparison.text(width: 300)
        #expect(text.contains("3 replicates are one run") && text.contains("sample:"))
        #expect(!text.contains("±") && !text.contains("[") && !text.contains("anecdote"))
        let page = Report(ReportInput(comparison: comparison, definition: "name: a\n", version: "1")).html
        #expect(page.contains("3 replicates are one run") && !page.contains("±"))
    }

    @Test func whatIntervalsCoverIsSaidWhenOnlyRunsDraw() throws {
        try withTemporaryDirectory { directory in
            for (hold, replication) in [
                ("", Replication.drawn), ("hold: workload", .sameWorkload(isHeld: true)),
                ("hold: runs", .drawn),
            ] {
                let path = "\(directory)/\(hold.suffix(4)).sqlite"
                try sweep(smallSweep + "\n\(hold)\n", into: path)
                let results = try ResultStore(reading: path).results(metrics: ["cold_share"])
                #expect(results.replication == replication && results.seeds == [1, 2, 3])
                #expect(results.wanted == 3 && results.runs == [[3, 3], [3, 3]])
                let text = try Comparison(results).text(width: 300)
                #expect(text.contains("intervals cover what runs draw") == (hold == "hold: workload"))
            }
        }
    }

    @Test func placesWithoutARunAreRefused() throws {
        var results = sweep(
            [("cold_share", .lower, [[[0.1, 0.2], [0.3, 0.1]], [[0.1, 0.2], [.nan, .nan]]])],
            points: memoryPoints("1 GiB", "2 GiB"))
        results.runs = [[2, 2], [2, 0]]
        let error = #expect(throws: InputError.self) { try results.refuseEmptyPlaces() }
        #expect(error?.problem.contains("hybrid at memory 2 GiB has no run") == true)
        try results.refuseEmptyPlaces(points: [0])
        #expect(throws: InputError.self) { try Baseline(results) }
        results.runs = [[2, 2], [2, 2]]
        results.wanted = 2
        try results.refuseUnfinished()
        results.wanted = 5
        let few = #expect(throws: InputError.self) { try results.refuseUnfinished() }
        #expect(
            few?.problem.contains("5 replicates") == true && few?.problem.contains("3 other places") == true)
    }

    @Test func sharesInPerCentAreRecognised() {
        let error = #expect(throws: InputError.self) { try Confidence.check(95) }
        #expect(error?.remedy.contains("did you mean 0.95?") == true)
        #expect(Share.suggestion(for: 0.5, below: 1) == nil && Share.suggestion(for: 400, below: 1) == nil)
        #expect(Share.suggestion(for: 5, below: 0.5) == "it is a share of one: did you mean 0.05?")
    }

    @Test func aSweepGoesOnUntilARatioOfTotalsIsKnown() throws {
        try withTemporaryDirectory { directory in
            let text = smallSweep.replacing(
                "replicates: 3", with: "replicates: {count: 3, until: memory_saved ±0.02, at-most: 12}")
            try sweep(text, into: "\(directory)/s.sqlite")
            let stored = try ResultStore(reading: "\(directory)/s.sqlite")
            #expect(try stored.replicates().count >= 10)
            #expect(stored.definition.contains("memory_saved"))
        }
    }

    @Test func everyQuantileSaysOfWhat() {
        for metric in Metric.all where metric.name.contains(/_p[0-9]/) {
            #expect(metric.meaning.contains(" over "), "\(metric.name): \(metric.meaning)")
            #expect(metric.meaning.contains(/median|[0-9]th percentile/), "\(metric.name): \(metric.meaning)")
        }
    }

    @Test func findingsNameLossesAndAllSeeds() throws {
        let comparison = try Comparison(
            sweep(
                [
                    ("cold_share", .lower, [[[0.1, 0.11, 0.12], [0.2, 0.21, 0.22]]]),
                    ("completed", .higher, [[[10, 11, 12], [20, 21, 22]]]),
                ], seeds: [1, 2, 7]))
        let page = Report(ReportInput(comparison: comparison, definition: "name: a\n", version: "1")).html
        #expect(page.contains("Worse than fixed, beyond chance:"))
        #expect(page.contains("cold_share (+90.9"))
        #expect(page.contains("same for all policies and points: 1, 2, 7."))
        #expect(Report.runs(of: (1...40).map { $0 }) == "1 to 40")
        #expect(Report.runs(of: [.max, 0, 1, 2, 9]) == "18446744073709551615, 0 to 2, 9")
    }

    @Test func aBaselineOfMeansOfRatiosIsRefusedAndWrittenAnew() throws {
        let results = try Self.saved([10, 100, 12, 90], [8, 70, 9, 80])
        var old = try Baseline(results)
        old.points[0].policies = old.points[0].policies.map {
            Baseline.Policy(name: $0.name, values: $0.values)
        }
        let error = #expect(throws: InputError.self) { try Check(results, against: old) }
        #expect(error?.remedy.contains("--update") == true)
        let new = try Baseline(results, replacing: old)
        #expect(!BaselineChanges(from: old, to: new).isNothing)
        let again = try Baseline(text: new.fileText(), file: "b.yaml")
        #expect(again == new)
        let check = try Check(results, against: again)
        #expect(check.passed && check.items.allSatisfy { $0.verdict == .identical })
        // A hundredth more memory in one of the runs that matter is seen in the ratio.
        let worse = try Self.saved([10, 100, 12, 90], [8, 70, 9, 80].map { $0 * 1.05 })
        #expect(try Check(worse, against: again).items[2].verdict == .worse)
    }
}
