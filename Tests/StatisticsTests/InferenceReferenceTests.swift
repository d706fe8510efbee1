import Statistics
import Testing

/// Intervals and tests against SciPy and statsmodels.
@Suite struct InferenceReferenceTests {
    let table: ReferenceTable

    init() throws { table = try ReferenceTable.load() }

    private func sample(_ name: String) throws -> [Double] { try #require(table.samples[name]) }

    @Test func meansAndTheirIntervalsAreThoseOfSciPy() throws {
        #expect(table.means.count == 6)
        for expected in table.means {
            let mean = MeanEstimate(try sample(expected.sample), level: expected.level)
            #expect(relativeError(mean.mean, expected.mean) < 1e-14)
            #expect(relativeError(mean.deviation, expected.deviation) < 1e-10)
            #expect(relativeError(mean.halfWidth, expected.halfWidth) < 1e-10)
            #expect(relativeError(mean.low, expected.low) < 1e-10)
            #expect(relativeError(mean.high, expected.high) < 1e-10)
        }
    }

    @Test func pairedAndWelchDifferencesAreThoseOfSciPy() throws {
        #expect(table.tests.count == 6)
        for expected in table.tests {
            let (a, b) = (try sample(expected.a), try sample(expected.b))
            let difference =
                expected.kind == "paired"
                ? Difference.paired(a, b, level: expected.level)
                : Difference.welch(a, b, level: expected.level)
            #expect(difference.count == (expected.kind == "paired" ? a.count : a.count + b.count))
            for (name, ours, theirs) in [
                ("estimate", difference.estimate, expected.estimate), ("low", difference.low, expected.low),
                ("high", difference.high, expected.high), ("degrees", difference.degrees, expected.degrees),
                ("p", difference.p, expected.p),
                ("above", difference.p(above: expected.bound), expected.above),
                ("below", difference.p(below: expected.bound), expected.below),
            ] {
                #expect(
                    relativeError(ours, theirs) < 1e-10,
                    "\(expected.kind) \(expected.a) \(name): \(ours), \(theirs)")
            }
        }
    }

    @Test func ratiosHaveTheIntervalOfFiellersTextbookForm() throws {
        #expect(table.ratios.count == 3)
        for expected in table.ratios {
            let ratio = RatioOfMeans.paired(
                numerator: try sample(expected.a), denominator: try sample(expected.b), level: expected.level)
            #expect(relativeError(ratio.estimate, expected.estimate) < 1e-12)
            #expect(relativeError(ratio.low, expected.low) < 1e-10)
            #expect(relativeError(ratio.high, expected.high) < 1e-10)
        }
    }

    @Test func holmsAdjustmentIsThatOfStatsmodels() {
        #expect(table.holm.count == 6)
        for family in table.holm {
            for (ours, theirs) in zip(Holm.adjusted(family.p), family.adjusted) {
                #expect(relativeError(ours, theirs) < 1e-14)
            }
        }
    }

    @Test func theWarmUpIsCutWhereTheDefinitionSays() {
        #expect(table.mser.contains { $0.keep == nil } && table.mser.contains { ($0.keep ?? 0) > 0 })
        for expected in table.mser {
            #expect(WarmUp.mser5(expected.series) == expected.keep)
        }
    }
}
