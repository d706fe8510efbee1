import Statistics

/// The main numbers of V9 under other assumptions where the paper says nothing: one changed at a time.
package struct SensitivityTable: Sendable {
    /// One assumption.
    package struct Row: Sendable {
        /// What is assumed.
        package var name: String
        /// Means over draws in the order of `columns`; nil where there are no runs.
        package var estimates: [MeanEstimate?]
    }

    /// One number.
    struct Column: Sendable {
        var key: String
        var title: String
        var decimals: Int
        var value: @Sendable (PaperQuantity.Runs) -> Double?
    }

    /// One row for each assumption.
    package var rows: [Row]
    /// How many draws there were.
    package var draws: Int

    private static func fixed(_ pool: MemoryPool) -> ReproductionVariant {
        ReproductionVariant(.fixed(minutes: 10), pool: pool)
    }

    private static func medes(_ pool: MemoryPool) -> ReproductionVariant {
        ReproductionVariant(.medes(MedesKnobs()), pool: pool)
    }

    private static func keepAlive(_ minutes: UInt64) -> ReproductionVariant {
        ReproductionVariant(.fixed(minutes: minutes), functions: .representative)
    }

    private static let adaptive = ReproductionVariant(.adaptive)
    private static let unlimited = ReproductionVariant(.fixed(minutes: 15), pool: .unlimited)

    static let variants: [ReproductionVariant] =
        MemoryPool.limited.flatMap { [fixed($0), medes($0)] } + [adaptive, unlimited]
        + [5, 10, 15, 20].map(keepAlive)

    /// The numbers shown.
    static let columns: [Column] =
        [
            Column(key: "cold_fixed_40G", title: "fixed 40G", decimals: 0) { $0(fixed(.gigabytes40))?.cold },
            Column(key: "cold_fixed_20G", title: "fixed 20G", decimals: 0) { $0(fixed(.gigabytes20))?.cold },
            Column(key: "memory_fixed_40G", title: "memory GB", decimals: 1) {
                $0(fixed(.gigabytes40))?.memoryMean
            },
            Column(key: "adaptive_percent", title: "adaptive %", decimals: 1) { runs in
                PaperTargets.percentChange(runs(adaptive)?.cold, runs(fixed(.gigabytes40))?.cold)
            },
            // No cache of sandboxes that goes after 15 minutes can have fewer cold starts.
            Column(key: "unlimited_percent", title: "no limit, 15 min %", decimals: 1) { runs in
                PaperTargets.percentChange(runs(unlimited)?.cold, runs(fixed(.gigabytes40))?.cold)
            },
            Column(key: "cold_keep_10", title: "rep3 KA 10", decimals: 0) { $0(keepAlive(10))?.cold },
            kept(5), kept(15), kept(20),
        ]
        + MemoryPool.limited.map { pool in
            Column(key: "medes_\(pool.rawValue)_percent", title: "Medes \(pool.rawValue) %", decimals: 1) {
                runs in
                PaperTargets.percentChange(runs(medes(pool))?.cold, runs(fixed(pool))?.cold)
            }
        }

    private static func kept(_ minutes: UInt64) -> Column {
        Column(key: "keep_\(minutes)_percent", title: "KA \(minutes)/10 %", decimals: 1) { runs in
            PaperTargets.percentChange(runs(keepAlive(minutes))?.cold, runs(keepAlive(10))?.cold)
        }
    }

    /// What the paper has in each column; nil where it has nothing.
    static let paper: [Double?] = [
        1_684, 2_702, 25.7, 68.5, nil, 2_931, 10.3, 2.9, 36.5, -22.2, -37.2, -40.7,
    ]

    /// The runs that the table needs.
    static func jobs(draws: Int) -> [ReproductionJob] {
        (0..<draws).flatMap { draw in
            ReproductionAssumptions.alternatives.flatMap { alternative in
                variants.map { variant in
                    ReproductionJob(
                        draw: draw, variant: variant, column: .paperInputs,
                        assumptions: alternative.assumptions)
                }
            }
        }
    }

    /// The table from these runs.
    init(draws: Int, _ runs: [ReproductionJob: ReproductionObservation]) {
        self.draws = draws
        rows = ReproductionAssumptions.alternatives.map { alternative in
            let estimates = SensitivityTable.columns.map { column in
                let values = (0..<draws).compactMap { draw in
                    column.value { variant in
                        runs[
                            ReproductionJob(
                                draw: draw, variant: variant, column: .paperInputs,
                                assumptions: alternative.assumptions)]
                    }
                }
                return values.isEmpty ? nil : MeanEstimate(values)
            }
            return Row(name: alternative.name, estimates: estimates)
        }
    }
}
