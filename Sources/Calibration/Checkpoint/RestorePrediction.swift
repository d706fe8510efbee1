import Restore

/// What a restore should take by its parts, each fitted to the other functions alone; beside what it did take.
struct RestorePrediction {
    /// The function.
    let function: String
    /// Nanoseconds until it is ready, as the others' parts say and as measured.
    let predicted, measured: Double

    /// How far off.
    var error: Double { predicted / measured - 1 }

    /// What is promised: predictions of most functions within this share.
    static let goal = 0.15

    /// For each of `functions` what the other ones say; empty with fewer than five, of which parts cannot be fitted
    /// with anything left to check them.
    static func all(_ functions: [FunctionFigures], _ way: StartWay) -> [RestorePrediction] {
        let summaries = functions.compactMap { StartSummary($0, way) }
        guard summaries.count >= 5 else { return [] }
        return summaries.indices.compactMap { index in
            let own = summaries[index]
            var predicted = 0.0
            for part in RestoreParts.all {
                let points = summaries.indices.filter { $0 != index }.compactMap { other in
                    summaries[other].stage(part.stage).map {
                        SumFit.Point(
                            amounts: part.amounts(summaries[other].function), value: max($0.median, 1))
                    }
                }
                guard let fit = SumFit(points) else { return nil }
                predicted += fit.value(at: part.amounts(own.function))
            }
            return RestorePrediction(
                function: own.function.name, predicted: predicted, measured: own.ready.median)
        }
    }
}

/// What the parts of a restore are in proportion to.
enum RestoreParts {
    /// A stage, and the amounts of a function that it grows with.
    struct Part {
        var stage: StartStage
        var amounts: (FunctionFigures) -> [Double]
    }

    /// Reading: base pages. Patching: patches, and their bytes. Giving back: pages, and page faults, of which huge pages
    /// save nearly all. Letting go: the same for all, and what the process has mapped.
    static var all: [Part] {
        [
            Part(stage: .read) { [Double($0.patched)] },
            Part(stage: .patch) { [Double($0.patched), Double($0.patchBytes)] },
            Part(stage: .give) { function in
                let given = function.patched + function.kept
                return [Double(given), Double(max(given - function.huge, 0))]
            },
            Part(stage: .resume) { [1, Double($0.pages)] },
        ]
    }
}
