import Files
import Testing
import Workload

@testable import Experiments

@Suite struct ComparisonTests {
    /// Three policies, four replicates; `twin` has the values of `fixed`.
    private static let small = sweep(
        [
            (
                "cold_share", .lower,
                [[[0.20, 0.22, 0.21, 0.25], [0.10, 0.12, 0.12, 0.13], [0.20, 0.22, 0.21, 0.25]]]
            ),
            (
                "memory_mean_bytes", .lower,
                [[[2e9, 2.1e9, 2.2e9, 2.3e9], [1.9e9, 2.3e9, 2.1e9, 2.2e9], [2e9, 2.1e9, 2.2e9, 2.3e9]]]
            ),
            ("arrived", .none, [[[60, 60, 60, 60], [60, 60, 60, 60], [60, 60, 60, 60]]]),
        ], policies: ["fixed", "hybrid", "twin"])

    @Test func aSmallComparisonReadsLikeThis() throws {
        let text = try Comparison(Self.small).text(width: 110)
        #expect(
            text == """
                example: which is better?
                4 replicates; mean ± half the width of its 95 % interval (Student).

                Means
                                                   fixed           hybrid             twin
                cold_share (%)            22.00 ± 3.44     11.75 ± 2.00 *   22.00 ± 3.44
                memory_mean_bytes (GiB)  2.002 ± 0.191 ~  1.979 ± 0.253 *  2.002 ± 0.191 ~
                arrived                         60 ± 0           60 ± 0           60 ± 0

                Difference to fixed, paired by replicate
                metric             policy    difference           interval  relative         interval      p  verdict
                cold_share         hybrid  -10.3 points      [-12.3, -8.2]   -46.6 %   [-51.3, -41.7]  0.003  better
                cold_share         twin               0                                                       same
                memory_mean_bytes  hybrid    -0.023 GiB   [-0.246, +0.199]    -1.2 %   [-12.0, +10.2]  1.000  n.s.
                memory_mean_bytes  twin               0                                                       same
                arrived            hybrid             0                                                       same
                arrived            twin               0                                                       same

                * best; ~ its difference to the best may be chance: paired by replicate, at 5.0 %, adjusted after Holm over
                the policies of a row.
                n.s.: not significant. Verdicts are adjusted after Holm over the table; intervals are not. A relative
                difference is one of means (Fieller's interval).

                """)
    }

    @Test func theBestIsMarkedAndSoIsWhatCannotBeToldFromIt() throws {
        let rows = try Comparison(Self.small).cells.map { $0[0].map(\.standing) }
        #expect(rows[0] == [.behind, .best, .behind])
        #expect(rows[1] == [.notToldApart, .best, .notToldApart])
        #expect(rows[2] == [.none, .none, .none])
    }

    @Test func policiesWithTheSameValuesAreBestTogether() throws {
        let values = [[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.1, 0.2, 0.3]]
        let results = sweep([("cold_share", .lower, [values])], policies: ["a", "b", "c"])
        let cells = try Comparison(results).cells[0][0]
        #expect(cells.map(\.standing) == [.best, .behind, .best])
        #expect(cells[2].change?.verdict == .same)
    }

    @Test func differencesToTheReferenceArePairedByReplicate() throws {
        let change = try #require(try Comparison(Self.small).cells[0][0][1].change)
        // Differences -0.10, -0.10, -0.09, -0.12: mean -0.1025, deviation 0.012583, t(0.975, 3) = 3.182446.
        #expect((change.difference + 0.1025).magnitude < 1e-12)
        let interval = try #require(change.interval)
        let reach = 3.182446305284263 * 0.012583057392117917 / 2
        #expect((interval.upperBound - (-0.1025 + reach)).magnitude < 1e-9)
        #expect((try #require(change.relative) + 0.1025 / 0.22).magnitude < 1e-12)
        // Holm over the table: 0.0005 times six differences; four of them are none at all.
        let p = try #require(change.p)
        #expect(change.adjustedP == min(1, 6 * p))
        #expect(change.verdict == .better)
    }

    @Test func metricsThatAreBetterHigherAreJudgedTheOtherWay() throws {
        let values = [[1.0, 1.1, 1.2, 1.3], [2.0, 2.2, 2.2, 2.4]]
        let cells = try Comparison(sweep([("completed", .higher, [values])])).cells[0][0]
        #expect(cells[1].standing == .best && cells[1].change?.verdict == .better)
        let none = try Comparison(sweep([("arrived", .none, [values])])).cells[0][0]
        #expect(none[1].standing == .none && none[1].change?.verdict == .different)
    }

    @Test func oneReplicateIsCalledAnAnecdote() throws {
        let results = sweep([("cold_share", .lower, [[[0.2], [0.1]]])])
        let text = try Comparison(results).text(width: 300)
        #expect(text.contains("One replicate.") && text.contains(Comparison.anecdote))
        #expect(!text.contains("±") && !text.contains("significant"))
        let change = try #require(try Comparison(results).cells[0][0][1].change)
        #expect(change.p == nil && change.interval == nil && change.verdict == .unknown)
    }

    @Test func missingReplicatesAreSaid() throws {
        let results = sweep(
            [
                (
                    "cold_share", .lower,
                    [[[0.2, 0.3, .nan], [0.1, 0.1, 0.1]], [[.nan, .nan, .nan], [1, 2, 3]]]
                )
            ], points: memoryPoints("8 GiB", "16 GiB"))
        let comparison = try Comparison(results)
        #expect(comparison.text().contains("(2 of 3)"))
        #expect(comparison.cells[0][1][0].mean == nil)
        #expect(comparison.cells[0][1][1].change == nil)
        #expect(comparison.cells[0][0][1].change?.count == 2)
        #expect(!comparison.csv.contains("nan") && !comparison.json.text.contains("nan"))
    }

    @Test func aSweepShowsATableForEachMetricAndOnePointShowsAllMetrics() throws {
        let values = [[[0.20, 0.22], [0.10, 0.12]], [[0.1, 0.1], [0.3, 0.4]]]
        let results = sweep(
            [("cold_share", .lower, values), ("startup_mean_s", .lower, values)],
            points: memoryPoints("8 GiB", "16 GiB"))
        let wide = try Comparison(results).text()
        #expect(wide.contains("Best: fixed at 1 of 2 points"))
        #expect(wide.split(separator: "\n").contains { $0.hasPrefix("16 GiB  ") })
        let one = try Comparison(results, points: results.points(selectedBy: ["memory=16 GiB"]))
        #expect(one.isByPoint && one.points == [1])
        #expect(one.text().contains("Point 1: memory 16 GiB"))
        #expect(one.csv.split(separator: "\n")[1].hasPrefix("1,16 GiB,fixed,cold_share,2,"))
    }

    @Test func everyRowOfTheCSVHasAllColumns() throws {
        let lines = try Comparison(Self.small).csv.split(separator: "\n")
        #expect(lines.count == 1 + 3 * 3)
        for line in lines { #expect(line.count { $0 == "," } == 19) }
    }

    @Test func theOrderOfReplicatesAndTheUnitDoNotMatter() throws {
        for seed in 0..<50 as Range<UInt64> {
            var noise = Noise(seed)
            let values = (0..<3).map { policy in
                (0..<6).map { _ in 10 + noise.next() + (policy == 2 ? 1 : 0) }
            }
            func verdicts(_ change: (Double) -> Double, _ order: [Int]) throws -> [Change.Verdict?] {
                let cells = values.map { row in order.map { change(row[$0]) } }
                let results = sweep([("cold_share", .lower, [cells])], policies: ["a", "b", "c"])
                return try Comparison(results).cells[0][0].map { $0.change?.verdict }
            }
            let plain = try verdicts({ $0 }, [0, 1, 2, 3, 4, 5])
            #expect(try verdicts({ $0 * 1024 }, [0, 1, 2, 3, 4, 5]) == plain)
            #expect(try verdicts({ $0 }, [5, 3, 1, 0, 2, 4]) == plain)
        }
    }

    @Test func impossibleLevelsAndEmptyResultsAreRefused() throws {
        #expect(throws: InputError.self) { try Comparison(Self.small, level: 1) }
        #expect(throws: InputError.self) { try Comparison(Self.small, level: .nan) }
        #expect(throws: InputError.self) { try Comparison(Self.small, points: []) }
    }
}

@Suite struct ComparisonMetricTests {
    @Test func memorySavedIsPairedWithTheReference() throws {
        let stored = sweep(
            [
                (
                    "memory_mean_bytes", .lower,
                    [[[100, 200, .nan, 0], [50, 150, 70, 3], [100, 100, 10, 10]]]
                )
            ],
            policies: ["fixed", "hybrid", "other"])
        let results = try MetricSelection(["memory_saved"]).applied(to: stored)
        let table = results.tables[0]
        #expect(Array(table[0, 0])[..<2] == [0, 0])
        #expect(Array(table[0, 1])[..<2] == [0.5, 0.25])
        #expect(table[0, 1, 2].isNaN && table[0, 1, 3].isNaN && table.direction == .higher)
        var other = stored
        other.reference = 2
        #expect(try MetricSelection(["memory_saved"]).applied(to: other).tables[0][0, 1, 0] == 0.5)
    }

    @Test func whatIsNeededFromTheStoreIsNamedOnce() throws {
        let selection = try MetricSelection(list: "memory_saved, cold_share,memory_mean_bytes,cold_share")
        #expect(selection.names == ["memory_saved", "cold_share", "memory_mean_bytes"])
        #expect(selection.stored == ["memory_mean_bytes", "cold_share"])
        #expect(
            MetricSelection.standard.stored.allSatisfy { name in Metric.all.contains { $0.name == name } })
    }

    @Test(arguments: [
        ("cold_shar", "did you mean 'cold_share'?"), ("memory_save", "did you mean 'memory_saved'?"),
        ("xyzzy", "pagefold metrics"), (",", "no metric is named"),
    ])
    func unknownMetricsAreRefusedWithASuggestion(_ name: String, _ says: String) {
        let error = #expect(throws: InputError.self) { try MetricSelection(list: name) }
        #expect(error?.description.contains(says) == true)
    }

    @Test(arguments: [
        (["2"], "there is no point 2"), (["memory=9 GiB"], "no point has"),
        (["memori=8 GiB"], "did you mean"),
        (["x"], "names no point"), ([","], "no point ','"),
    ])
    func pointsThatDoNotExistAreRefused(_ selectors: [String], _ says: String) {
        let results = sweep(
            [("cold_share", .lower, [[[1], [2]], [[1], [2]]])], points: memoryPoints("8 GiB", "16 GiB"))
        let error = #expect(throws: InputError.self) { try results.points(selectedBy: selectors) }
        #expect(error?.description.contains(says) == true, "\(String(describing: error))")
        #expect((try? results.points(selectedBy: ["1", "memory=8 GiB"])) == [0, 1])
    }

    /// A metric, values of it, and how they are shown.
    struct Shown: Sendable {
        var metric: String
        var values: [Double]
        var texts: [String]
        var symbol: String
    }

    @Test(arguments: [
        Shown(
            metric: "memory_mean_bytes", values: [0x3p30, 0x1p28], texts: ["3.000", "0.250"], symbol: "GiB"),
        Shown(metric: "startup_p99_s", values: [0.0123], texts: ["12.30"], symbol: "ms"),
        Shown(metric: "cold_share", values: [0.5], texts: ["50.00"], symbol: "%"),
        Shown(metric: "arrived", values: [1_234_567], texts: ["1,234,567"], symbol: ""),
        Shown(metric: "wasted_byte_s", values: [7_200 * 0x1p30], texts: ["2.000"], symbol: "GiB h"),
        Shown(metric: "slowdown_mean_ratio", values: [1.5], texts: ["1.500"], symbol: ""),
        Shown(metric: "memory_mean_bytes", values: [0], texts: ["0"], symbol: "B"),
    ])
    func numbersAreShownInUnitsForPeople(_ shown: Shown) {
        let style = NumberStyle(MetricUnit(metric: shown.metric), values: shown.values)
        #expect(shown.values.map { style.text($0) } == shown.texts && style.scale.symbol == shown.symbol)
    }
}

@Suite struct ComparisonParetoTests {
    @Test func theFrontIsWhatNothingDominates() throws {
        for seed in 0..<60 as Range<UInt64> {
            var noise = Noise(seed)
            let points = 1 + noise.whole(below: 8)
            func values() -> [[[Double]]] {
                (0..<points).map { _ in
                    (0..<3).map { _ in
                        let mean = Double(noise.whole(below: 6))
                        return [mean, mean]
                    }
                }
            }
            let labels = (0..<points).map { SweepPoint([.init(path: "a.b", value: "\($0)")]) }
            let results = sweep(
                [("cold_share", .lower, values()), ("completed", .higher, values())],
                policies: ["a", "b", "c"], points: labels)
            let entries = try ParetoFront(results, "cold_share", "completed").entries
            func dominates(_ a: ParetoFront.Entry, _ b: ParetoFront.Entry) -> Bool {
                a.x <= b.x && a.y >= b.y && (a.x < b.x || a.y > b.y)
            }
            for entry in entries {
                #expect((entry.dominator != nil) == entries.contains { dominates($0, entry) })
                if let dominator = entry.dominator {
                    #expect(dominates(entries[dominator], entry) && entries[dominator].dominator == nil)
                    #expect(entry.isClear, "nothing varies, so any difference is clear")
                }
            }
        }
    }

    @Test func dominationByChanceIsNotClear() throws {
        let results = sweep([
            ("cold_share", .lower, [[[0.20, 0.22, 0.21, 0.25], [0.21, 0.20, 0.21, 0.25]]]),
            ("memory_mean_bytes", .lower, [[[5, 6, 7, 8], [5, 6, 6, 9]]]),
        ])
        let front = try ParetoFront(results, "cold_share", "memory_mean_bytes")
        #expect(front.entries[1].dominator == nil)
        #expect(front.entries[0].dominator == 1 && !front.entries[0].isClear)
        #expect(front.text().contains("may be chance"))
        #expect(front.csv.split(separator: "\n")[1].hasSuffix(",false,0,hybrid,false"))
    }

    @Test func aFrontNeedsTwoMetricsWithADirection() throws {
        let cells = [[[1.0, 2], [3, 4]]]
        let results = sweep([("cold_share", .lower, cells), ("arrived", .none, cells)])
        for (x, y) in [("cold_share", "cold_share"), ("cold_share", "arrived"), ("cold", "arrived")] {
            #expect(throws: InputError.self) { try ParetoFront(results, x, y) }
        }
    }
}
