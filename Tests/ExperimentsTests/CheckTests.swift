import Files
import Testing
import Workload

@testable import Experiments

/// The baseline of `before`, and the check of `after` against it, with one tolerance for all metrics.
func check(
    _ before: SweepResults, _ after: SweepResults, tolerance: String = "1 %", level: Double? = nil
) throws -> Check {
    let options = try before.tables.map { try ToleranceOption("\($0.name)=\(tolerance)") }
    return try Check(after, against: try Baseline(before, tolerances: options), level: level)
}

/// Results of one metric of one policy.
private func one(
    _ values: [Double], seeds: [UInt64]? = nil, _ direction: Metric.Direction = .lower,
    metric: String = "cold_share"
) -> SweepResults {
    sweep([(metric, direction, [[values]])], policies: ["fixed"], seeds: seeds)
}

@Suite struct CheckTests {
    private static let base = [0.20, 0.22, 0.21, 0.25, 0.23, 0.19]
    private static let others: [UInt64] = [11, 12, 13, 14, 15, 16]

    private func verdict(
        _ after: [Double], seeds: [UInt64]? = nil, _ direction: Metric.Direction = .lower,
        tolerance: String = "1 %"
    ) throws -> Check.Verdict {
        let metric = direction == .none ? "arrived" : direction == .higher ? "completed" : "cold_share"
        return try check(
            one(Self.base, direction, metric: metric), one(after, seeds: seeds, direction, metric: metric),
            tolerance: tolerance
        ).items[0].verdict
    }

    @Test func theSameValuesAreIdentical() throws {
        let check = try check(one(Self.base), one(Self.base))
        #expect(check.passed && check.items[0].verdict == .identical)
        #expect(check.text().contains("PASSED") && check.text().contains("1 identical"))
    }

    @Test func sameSeedsArePairedSoThatSmallWorseningIsSeen() throws {
        let worse = Self.base.map { $0 * 1.02 }
        #expect(try verdict(worse) == .worse)
        #expect(try verdict(Self.base.map { $0 * 0.97 }) == .improved)
        #expect(try verdict(worse, tolerance: "3 %") == .within)
        // Other seeds: the draws differ far more than the policies do.
        #expect(try verdict(worse, seeds: Self.others) == .unclear)
        #expect(try verdict(Self.base.map { $0 * 3 }, seeds: Self.others) == .worse)
    }

    @Test func theDirectionDecidesWhatIsWorse() throws {
        let more = Self.base.map { $0 * 1.05 }
        #expect(try verdict(more, .higher) == .improved)
        #expect(try verdict(Self.base.map { $0 * 0.95 }, .higher) == .worse)
        #expect(try verdict(more, .none) == .changed)
        #expect(try verdict(Self.base.map { $0 * 0.95 }, .none) == .changed)
        #expect(try verdict(Self.base.map { $0 * 1.001 }, .none) == .within)
    }

    @Test func equalDifferencesAreComparedExactly() throws {
        let before = one([100, 200, 300], .lower, metric: "starts_cold")
        func verdict(_ values: [Double], _ tolerance: String) throws -> Check.Verdict {
            try check(before, one(values, .lower, metric: "starts_cold"), tolerance: tolerance).items[0]
                .verdict
        }
        #expect(try verdict([102, 202, 302], "2") == .within)
        #expect(try verdict([102, 202, 302], "1 %") == .within)
        #expect(try verdict([103, 203, 303], "2") == .worse)
        #expect(try verdict([103, 203, 303], "1 %") == .worse)
        #expect(try verdict([97, 197, 297], "2") == .improved)
        #expect(try verdict([101, 201, 301], "0") == .worse)
        // A difference that is the tolerance but for rounding is tolerated.
        let tenth = try check(one([0.1, 0.1]), one([0.101, 0.101]), tolerance: "1 %")
        #expect(tenth.items[0].verdict == .within)
    }

    @Test func oneReplicateIsComparedPlainlyAndSaidSo() throws {
        let worse = try check(one([0.2]), one([0.21]))
        #expect(!worse.passed && worse.items[0].verdict == .worse && worse.items[0].adjustedP == nil)
        #expect(worse.text().contains("differences may be chance"))
        #expect(try check(one([0.2]), one([0.2001])).items[0].verdict == .within)
        #expect(try check(one([0.2]), one([0.21], seeds: [9]), tolerance: "10 %").passed)
    }

    @Test func onlyCommonSeedsArePaired() throws {
        let after = one([9, 0.2, 0.22, 9], seeds: [7, 1, 2, 8])
        let check = try check(one(Self.base), after)
        #expect(check.items[0].verdict == .identical && check.items[0].evidence?.count == 2)
        let single = try Check(one([0.3, 0.4], seeds: [1, 9]), against: Baseline(one(Self.base)))
        #expect(single.items[0].evidence?.method == .independent)
    }

    @Test func whatTheStoreLacksFailsAndWhatIsNewIsNoted() throws {
        let values = [[[0.2, 0.3], [0.1, 0.2]], [[0.2, 0.3], [0.1, 0.2]]]
        let full = sweep([("cold_share", .lower, values)], points: memoryPoints("8 GiB", "16 GiB"))
        let part = sweep(
            [("cold_share", .lower, [[[0.2, 0.3]]])], policies: ["fixed"], points: memoryPoints("8 GiB"))
        let lacking = try Check(part, against: Baseline(full))
        #expect(!lacking.passed)
        #expect(lacking.missing == ["policy hybrid", "point memory 16 GiB"])
        #expect(lacking.items.count { $0.verdict == .missing } == 3)
        let more = try Check(full, against: Baseline(part))
        #expect(more.passed && more.notices.count == 2)
        #expect(more.text().contains("--update adds"))
        let empty = try check(one([0.2, 0.3]), one([.nan, .nan]))
        #expect(!empty.passed && empty.missing == ["cold_share of fixed"])
    }

    @Test func nothingOnBothSidesIsNotTakenForTheSame() throws {
        #expect(throws: InputError.self) { try check(one([.nan, .nan]), one([.nan, .nan])) }
        // Beside something that is compared it is said, and counts for nothing.
        func both(_ first: [Double]) -> SweepResults {
            sweep(
                [("cold_share", .lower, [[first]]), ("read_mean_s", .lower, [[[.nan, .nan]]])],
                policies: ["fixed"])
        }
        let same = try Check(both([0.2, 0.3]), against: Baseline(both([0.2, 0.3])))
        #expect(same.passed && same.items.map(\.verdict) == [.identical, .noValue])
        #expect(same.text().contains("1 of 2 lines have no value on either side"))
        // A new value where there was none is seen, and does not fail.
        let new = sweep(
            [("cold_share", .lower, [[[0.2, 0.3]]]), ("read_mean_s", .lower, [[[1, 1]]])], policies: ["fixed"]
        )
        #expect(try Check(new, against: Baseline(both([0.2, 0.3]))).items[1].verdict == .unclear)
    }

    @Test func replicatesOfTheBaselineThatTheStoreLacksFail() throws {
        let noise = (0..<150).map { 0.2 + 0.001 * Double($0 % 7) }
        let baseline = try Baseline(one(noise))
        let few = try Check(one(Array(noise.prefix(3))), against: baseline)
        #expect(!few.passed && few.missing == ["cold_share of fixed: 147 of 150 replicates"])
        // More than the baseline's is fine, and so are other seeds altogether.
        #expect(try Check(one(noise + [0.2]), against: baseline).passed)
        #expect(try Check(one(noise, seeds: (1_001...1_150).map { $0 }), against: baseline).passed)
        // A run that has lost its value is missing too.
        var lost = noise
        lost[4] = .nan
        #expect(
            try Check(one(lost), against: baseline).missing == ["cold_share of fixed: 1 of 150 replicates"])
    }

    @Test func unclearResultsSayHowManyReplicatesWouldTell() throws {
        let check = try check(one(Self.base), one(Self.base.reversed(), seeds: Self.others))
        let needed = try #require(check.items[0].evidence?.needed)
        #expect(check.items[0].verdict == .unclear && check.passed && needed > 500)
        #expect(check.text().contains("needs") && check.junit.contains("replicates would tell"))
    }

    @Test func asManyReplicatesAsAreSaidToBeNeededTellInFourOfFiveCases() throws {
        var noise = Noise(77)
        func draw(_ count: Int) -> [Double] { (0..<count).map { _ in 100 + noise.next() } }
        func evidence(_ count: Int) throws -> Evidence {
            let before = draw(count)
            let values = (
                before: before, after: zip(before, draw(count)).map { $0 + ($1 - 100) }, isPaired: true
            )
            return Evidence(
                values, direction: .lower, tolerance: Tolerance(isRelative: false, amount: 0.5), level: 0.05)
        }
        // The deviation is known from many pairs: 1. Theory: ((1.645 + 0.842) / 0.5)^2 and a little, 26.
        let needed = try #require(try evidence(100_000).needed)
        #expect((25...27).contains(needed))
        var told = 0
        for _ in 0..<1_000 { told += try evidence(needed).isWithin ? 1 : 0 }
        #expect((750...850).contains(told))
    }

    @Test func resultsOfAnotherExperimentAreRefused() throws {
        var other = one(Self.base)
        other.experiment = "other"
        let error = #expect(throws: InputError.self) { try Check(other, against: Baseline(one(Self.base))) }
        #expect(error?.description.contains("'example'") == true)
        #expect(throws: InputError.self) { try Baseline(other, replacing: Baseline(one(Self.base))) }
    }

    @Test func identicalLinesAreCountedNotListed() throws {
        let labels = (0..<200).map { SweepPoint([.init(path: "a", value: "\($0)")]) }
        let before = sweep(
            [("cold_share", .lower, (0..<200).map { _ in [[0.2, 0.3], [0.1, 0.2]] })], points: labels)
        var after = before
        for replicate in 0..<2 { after.tables[0][17, 1, replicate] *= 2 }
        let text = try Check(after, against: Baseline(before)).text()
        #expect(text.split(separator: "\n").count < 10 && text.contains("399 identical"))
    }
}

@Suite struct CheckChanceTests {
    /// Values by metric, policy and replicate: what the draw does to all policies, and what is left.
    private static func values(
        _ noise: inout Noise, common: Double, own: Double, factor: Double = 1, draws: [Double]? = nil
    ) -> [[[Double]]] {
        let shared = draws ?? (0..<20).map { _ in noise.next() }
        return (0..<5).map { _ in
            (0..<3).map { _ in shared.map { factor * (100 + 100 * (common * $0 + own * noise.next())) } }
        }
    }

    private static let names = [
        "cold_share", "startup_mean_s", "startup_p99_s", "memory_mean_bytes", "wasted_byte_s",
    ]

    private static func results(_ values: [[[Double]]], seeds: UInt64) -> SweepResults {
        sweep(
            zip(names, values).map { ($0, .lower, [$1]) }, policies: ["a", "b", "c"],
            seeds: (0..<20).map { seeds + $0 })
    }

    /// At most this many of 1,000 with chance 0.05 each, but for one case in a thousand.
    private static let most = 73

    @Test func freshSeedsRaiseNoMoreFalseAlarmsThanTheLevel() throws {
        var alarms = 0
        for seed in 0..<1_000 as Range<UInt64> {
            var noise = Noise(seed)
            let before = Self.results(Self.values(&noise, common: 0.1, own: 0.05), seeds: 0)
            let after = Self.results(Self.values(&noise, common: 0.1, own: 0.05), seeds: 100)
            // Nothing tolerated and nothing changed: the worst case of the hypothesis.
            if try !check(before, after, tolerance: "0").passed { alarms += 1 }
        }
        print("false alarms of 1,000 checks with fresh seeds, 15 comparisons each: \(alarms)")
        #expect(alarms <= Self.most)
    }

    @Test func pairedChecksOnTheEdgeOfTheToleranceKeepTheLevelToo() throws {
        var alarms = 0
        for seed in 0..<1_000 as Range<UInt64> {
            var noise = Noise(seed + 5_000)
            let draws = (0..<20).map { _ in noise.next() }
            let before = Self.results(Self.values(&noise, common: 0.1, own: 0.01, draws: draws), seeds: 0)
            let after = Self.results(
                Self.values(&noise, common: 0.1, own: 0.01, factor: 1.01, draws: draws), seeds: 0)
            if try !check(before, after, tolerance: "1 %").passed { alarms += 1 }
        }
        print("false alarms of 1,000 paired checks, worse by just the tolerance: \(alarms)")
        #expect(alarms <= Self.most && alarms > 5)
    }

    @Test func sameSeedsAreIdenticalAlways() throws {
        for seed in 0..<1_000 as Range<UInt64> {
            var noise = Noise(seed)
            let results = Self.results(Self.values(&noise, common: 0.1, own: 0.05), seeds: 0)
            let check = try check(results, results, tolerance: "0")
            #expect(check.passed && check.items.allSatisfy { $0.verdict == .identical })
        }
    }

    @Test func aPlantedWorseningByOneHundredthIsSeenWithTheSameSeeds() throws {
        var seen = (paired: 0, independent: 0)
        for seed in 0..<200 as Range<UInt64> {
            var noise = Noise(seed + 9_000)
            let draws = (0..<20).map { _ in noise.next() }
            let before = Self.results(Self.values(&noise, common: 0.1, own: 0.003, draws: draws), seeds: 0)
            var worse = Self.values(&noise, common: 0.1, own: 0.003, draws: draws)
            worse[2][1] = worse[2][1].map { $0 * 1.01 }
            var fresh = Self.values(&noise, common: 0.1, own: 0.003)
            fresh[2][1] = fresh[2][1].map { $0 * 1.01 }
            if try !check(before, Self.results(worse, seeds: 0), tolerance: "0.5 %").passed {
                seen.paired += 1
            }
            if try !check(before, Self.results(fresh, seeds: 100), tolerance: "0.5 %").passed {
                seen.independent += 1
            }
        }
        print("a worsening by 1 % (tolerated 0.5 %, 20 replicates) is seen in 200 checks:", terminator: " ")
        print("same seeds \(seen.paired), fresh seeds \(seen.independent)")
        #expect(seen.paired >= 180 && seen.independent < 40)
    }
}
