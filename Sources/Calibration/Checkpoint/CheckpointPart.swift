import Files
import HardwareCosts
import Restore

/// Real processes deduplicated and brought back, beside cold starts, forks and CRIU.
public struct CheckpointPart: CalibrationPart {
    /// The part.
    public init() {}

    /// `checkpoint`.
    public var name: String { "checkpoint" }
    /// What it measures.
    public var about: String { "functions started cold, forked, deduplicated and restored, by CRIU" }
    /// What starts, checkpoints and restores cost.
    public var primitives: [CostPrimitive] {
        [
            .coldStart, .dedupStart, .checkpoint, .restorePause, .restoreSandbox, .restoreSnapshot,
            .restoreDisk,
            .fork, .remoteFork, .dedupOverhead,
        ]
    }

    /// Studies each function by itself, then fits what grows with their memory.
    public func run(_ context: CalibrationContext) throws -> PartResult {
        try PartUnavailable.refuse()
        let functions = try context.functions()
        let criu = Result { () throws(InputError) in try CRIU(context.criu, isStopped: context.isStopped) }
        var settings = StudySettings(rounds: context.settings.rounds)
        settings.patience = Patience(settings.patience.seconds, isStopped: context.isStopped)
        var figures: [FunctionFigures] = []
        var failures: [InputError] = []
        for (index, function) in functions.list.enumerated() {
            let study = FunctionStudy(function, settings, criu: criu)
            do {
                let found = try study.run { share, way in
                    let whole = (Double(index) + share) / Double(functions.list.count)
                    try context.reached(whole, "\(function.name), \(way)")
                }
                figures.append(found)
            } catch let error as InputError {
                // What was stopped has failed for that reason alone.
                try context.reached(Double(index) / Double(functions.list.count), function.name)
                // One that does not run must not take along what was measured of the others.
                failures.append(error)
            } catch let error as DamagedRestore {
                throw PartUnavailable("function \(function.name): \(error)")
            }
        }
        if figures.isEmpty {
            throw PartUnavailable(failures.first.map(\.description) ?? "there are no functions")
        }
        var result = CheckpointResult(figures, functions, context).result
        result.notes += failures.map { "left out: \($0)" }
        return result
    }
}

/// Functions that can be started.
public struct CalibrationFunctions: Sendable {
    /// The functions.
    public var list: [FunctionCommand]
    /// What they are, in a few words, for the origin of costs.
    public var source: String
    /// Whether they do what functions do when they start: import libraries.
    public var areReal: Bool

    /// Functions that can be started.
    public init(_ list: [FunctionCommand], source: String, areReal: Bool) {
        self.list = list
        self.source = source
        self.areReal = areReal
    }
}
