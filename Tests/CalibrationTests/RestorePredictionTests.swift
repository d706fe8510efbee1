import Testing

@testable import Calibration
@testable import Restore

struct RestorePredictionTests {
    /// Functions whose restores take what parts planted here say, times `factor` for each.
    private static func functions(_ factors: [Double]) -> [FunctionFigures] {
        factors.enumerated().map { index, factor in
            var figures = FunctionFigures(name: "f\(index)")
            let size = index + 1
            figures.patched = 500 * size + 37 * (index % 3)
            figures.kept = 700 * size - 90 * (index % 4)
            figures.zeros = 5 * index
            figures.pages = figures.patched + figures.kept + figures.zeros
            figures.huge = index % 2 == 0 ? 0 : 128 * index
            figures.patchBytes = figures.patched * (100 + 40 * (index % 5))
            let given = figures.patched + figures.kept
            func time(_ nanoseconds: Int) -> UInt64 { UInt64(factor * Double(nanoseconds)) }
            let times = StartTimes(stages: [
                .read: time(400 * figures.patched),
                .patch: time(300 * figures.patched + 3 * figures.patchBytes),
                .give: time(300 * given + 900 * (given - figures.huge)), .resume: time(10_000),
                .answer: 5_000_000,
            ])
            figures.starts[.copied] = [times, times, times]
            return figures
        }
    }

    @Test func functionsThatFollowTheirPartsArePredictedByTheOthers() {
        let predictions = RestorePrediction.all(Self.functions(Array(repeating: 1, count: 10)), .copied)
        #expect(predictions.count == 10)
        // The request is not a part of the restore.
        for prediction in predictions { #expect(abs(prediction.error) < 0.001, "\(prediction)") }
    }

    @Test func oneThatTakesTwiceAsLongIsMissedByHalfAndSpoilsNoOther() {
        let factors = (0..<10).map { $0 == 4 ? 2.0 : 1.0 }
        let predictions = RestorePrediction.all(Self.functions(factors), .copied)
        #expect(abs(predictions[4].error + 0.5) < 0.01)
        #expect(predictions.indices.filter { $0 != 4 }.count { abs(predictions[$0].error) < 0.3 } == 9)
    }

    @Test func fewFunctionsPredictNothing() {
        #expect(RestorePrediction.all(Self.functions([1, 1, 1, 1]), .copied).isEmpty)
        #expect(RestorePrediction.all(Self.functions(Array(repeating: 1, count: 10)), .criu).isEmpty)
    }
}
