import Restore

/// The figures of functions as tables that are written beside the costs.
enum CheckpointTables {
    /// A line a function, way and stage: nanoseconds.
    static func starts(_ figures: [FunctionFigures]) -> PartResult.Table {
        var table = PartResult.Table(
            "starts", columns: ["function", "way", "stage", "rounds", "median_ns", "least_ns", "most_ns"])
        for function in figures {
            for way in StartWay.allCases {
                guard let summary = StartSummary(function, way) else { continue }
                for stage in StartStage.allCases {
                    guard let spread = summary.stage(stage) else { continue }
                    table.rows.append(
                        [function.name, way.rawValue, stage.rawValue, "\(summary.count)"]
                            + [spread.median, spread.least, spread.most].map { "\(Int($0))" })
                }
            }
        }
        return table
    }

    /// A line a function: pages, bytes, nanoseconds.
    static func functions(_ figures: [FunctionFigures]) -> PartResult.Table {
        var table = PartResult.Table(
            "functions",
            columns: [
                "function", "pages", "patched", "kept", "zeros", "huge", "patch_bytes", "stored_bytes",
                "saving", "held_bytes",
                "warm_ns",
                "stop_ns", "copy_ns", "patch_ns", "drop_ns", "criu_dump_ns", "touched_copied",
                "touched_process",
                "predicted_ns", "measured_ns",
            ])
        let predictions = RestorePrediction.all(figures, .copied)
        for function in figures {
            func median(_ times: [UInt64]) -> String {
                Spread(times.map { Double($0) }).map { "\(Int($0.median))" } ?? ""
            }
            func touched(_ way: StartWay) -> String {
                StartSummary(function, way)?.demanded.map { "\($0)" } ?? ""
            }
            let prediction = predictions.first { $0.function == function.name }
            let counts = [
                function.pages, function.patched, function.kept, function.zeros, function.huge,
                function.patchBytes, function.stored,
            ].map { "\($0)" }
            let dedups = [\DedupTimes.stop, \.copy, \.patch, \.drop].map { path in
                median(function.dedups.map { $0[keyPath: path] })
            }
            table.rows.append(
                [function.name] + counts + ["\(Rounding.digits(function.saving))", "\(function.held)"]
                    + [median(function.warm)] + dedups + [median(function.dumps)]
                    + [touched(.copiedLazily), touched(.readLazily)]
                    + [prediction?.predicted, prediction?.measured].map { $0.map { "\(Int($0))" } ?? "" })
        }
        return table
    }
}
