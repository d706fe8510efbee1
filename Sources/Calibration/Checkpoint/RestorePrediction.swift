import Restore

/// What a restore should take by its parts, each part a line over what it grows with, fitted to the other functions
/// alone; beside what it did take.
///
/// Parts: reading base pages and applying patches over the patched pages, giving pages back over those given, and
/// letting go, which is the same for all.
struct RestorePrediction {
    /// The function.
    let function: String
    /// Nanoseconds until it is ready, as the others' lines say and as measured.
    let predicted, measured: Double

    /// How far off.
    var error: Double { predicted / measured - 1 }

    /// What is promised: predictions of most functions within this share.
    static let goal = 0.15

    /// For each of `functions` what the other ones say; empty with fewer than four, of which lines cannot be fitted
    /// with anything left to check them.
    static func all(_ functions: [FunctionFigures], _ way: StartWay) -> [RestorePrediction] {
        let summaries = functions.compactMap { StartSummary($0, way) }
        guard summaries.count >= 4 else { return [] }
        return summaries.indices.compactMap { index in
            let own = summaries[index]
            let others = summaries.enumerated().filter { $0.offset != index }.map(\.element)
            let parts = RestoreLines.stages.map { stage, amount -> Double? in
                let points = others.compactMap { other in
                    other.stage(stage).map {
                        LineFit.Point(Double(amount(other.function)), max($0.median, 1))
                    }
                }
                guard let line = LineFit(points) else { return points.isEmpty ? 0 : nil }
                return line.value(at: Double(amount(own.function)))
            }
            if parts.contains(where: { $0 == nil }) { return nil }
            return RestorePrediction(
                function: own.function.name, predicted: parts.reduce(0) { $0 + ($1 ?? 0) },
                measured: own.ready.median)
        }
    }
}

/// What the parts of a restore grow with.
enum RestoreLines {
    /// The parts and their amounts.
    static var stages: [(StartStage, (FunctionFigures) -> Int)] {
        [
            (.read, \.patched), (.patch, \.patched), (.give, { $0.patched + $0.kept }), (.resume, \.pages),
        ]
    }
}
