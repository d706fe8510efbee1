import Files
import Statistics

/// The points of one figure: the paper's and ours.
struct FigureSeries: Sendable {
    /// One point of a series.
    struct Point: Sendable {
        /// The series, such as a policy.
        var series: String
        /// Where it stands: a function, a memory limit, a value of a setting.
        var place: String
        /// What the paper has; nil for nothing.
        var paper: Double?
        /// Our value in one draw.
        var value: @Sendable (PaperQuantity.Runs) -> Double?
    }

    /// The figure's name: its files are named after it.
    var name: String
    /// What is plotted.
    var quantity: String
    /// The points.
    var points: [Point]

    private static let medes = ReproductionVariant.Policy.medes(MedesKnobs())

    private static func policy(_ name: String, _ pool: MemoryPool, p1: Bool = false) -> ReproductionVariant {
        switch name {
        case "fixed": ReproductionVariant(.fixed(minutes: 10), pool: pool)
        case "adaptive": ReproductionVariant(.adaptive, pool: pool)
        default: ReproductionVariant(p1 ? .medes(.with { $0.problem = .latency }) : medes, pool: pool)
        }
    }

    /// All figures that are drawn.
    static let all: [FigureSeries] =
        [greatestRatios, starts, memory, coldUnderLatencyTarget, coldByPool] + coldByFunction + sensitivity

    private static func byFunction(
        _ name: String, _ counts: PaperSeries.ByFunction, _ pool: MemoryPool, p1: Bool = false
    ) -> FigureSeries {
        let points = counts.policies.flatMap { series in
            PaperFunction.all.indices.map { function in
                let variant = policy(series.name, pool, p1: p1)
                return Point(
                    series: series.name, place: PaperFunction.all[function].name, paper: series.cold[function]
                ) { runs in runs(variant).flatMap { $0.coldByFunction[at: function] } }
            }
        }
        return FigureSeries(name: name, quantity: "cold starts", points: points)
    }

    private static let coldByFunction = PaperSeries.coldStarts.map { row in
        byFunction("figure-10b-\(row.pool.rawValue)", row.counts, row.pool)
    }

    private static let coldUnderLatencyTarget = byFunction(
        "figure-9b", PaperSeries.underLatencyTarget, .gigabytes40, p1: true)

    private static let coldByPool = FigureSeries(
        name: "figure-10a", quantity: "cold starts",
        points: PaperSeries.coldStarts.flatMap { row in
            row.counts.policies.map { series in
                let variant = policy(series.name, row.pool)
                return Point(
                    series: series.name, place: row.pool.rawValue, paper: series.cold.reduce(0, +)
                ) { $0(variant)?.cold }
            }
        })

    private static let memory = FigureSeries(
        name: "figure-9a", quantity: "memory of the cluster (GB)",
        points: PaperSeries.memoryQuantiles.flatMap { row in
            ["10 %", "25 %", "50 %", "75 %", "90 %"].enumerated().map { index, place in
                let variant = policy(row.policy, .gigabytes40, p1: true)
                return Point(series: row.policy, place: place, paper: row.values[index]) { runs in
                    runs(variant).flatMap { $0.memoryQuantiles[at: index] }
                }
            }
        })

    private static let greatestRatios = FigureSeries(
        name: "figure-7a", quantity: "greatest ratio of end-to-end times to those of Medes",
        points: PaperSeries.greatestRatios.flatMap { row in
            PaperFunction.all.indices.map { function in
                let (variant, ours) = (policy(row.policy, .gigabytes40), policy("medes", .gigabytes40))
                return Point(
                    series: row.policy, place: PaperFunction.all[function].name, paper: row.values[function]
                ) { runs in
                    guard let a = runs(variant)?.endToEnd?[at: function],
                        let b = runs(ours)?.endToEnd?[at: function]
                    else { return nil }
                    return RankRatios(a, over: b).greatest
                }
            }
        })

    private static let starts = FigureSeries(
        name: "figure-8", quantity: "start (ms)",
        points: PaperFunction.all.indices.flatMap { index in
            let (function, probe) = (
                PaperFunction.all[index], ReproductionVariant(.probe(pausesRestores: true))
            )
            return [
                Point(series: "cold", place: function.name, paper: function.coldMs) { runs in
                    runs(probe)?.coldMsByFunction?[at: index]
                },
                Point(series: "deduplicated", place: function.name, paper: function.dedupMs) { runs in
                    runs(probe)?.restoreMsByFunction?[at: index]
                },
            ]
        })

    // MARK: Sensitivity

    private static func three(
        _ policy: ReproductionVariant.Policy, _ capture: CapturePoint
    ) -> ReproductionVariant {
        ReproductionVariant(policy, functions: .representative, capture: capture)
    }

    private static func sweep(
        _ name: String, _ rows: [(place: String, paper: Double, policy: ReproductionVariant.Policy)],
        quantity: String = "cold starts", series: String = "rep3", capture: CapturePoint = .imports,
        of measure: @escaping @Sendable (ReproductionObservation) -> Double? = { $0.cold }
    ) -> FigureSeries {
        FigureSeries(
            name: name, quantity: quantity,
            points: rows.map { row in
                let variant = three(row.policy, capture)
                return Point(series: series, place: row.place, paper: row.paper) { runs in
                    runs(variant).flatMap(measure)
                }
            })
    }

    private static func knobs(_ change: (inout MedesKnobs) -> Void) -> ReproductionVariant.Policy {
        .medes(.with(change))
    }

    private static let sensitivity: [FigureSeries] = [
        sweep(
            "figure-12",
            [
                ("KA-5", 3_233, .fixed(minutes: 5)), ("KA-10", 2_931, .fixed(minutes: 10)),
                ("KA-15", 3_016, .fixed(minutes: 15)), ("KA-20", 4_001, .fixed(minutes: 20)),
                ("Medes", 1_810, medes),
            ]),
        sweep(
            "figure-13",
            [("Catalyzer", 2_778, .catalyzer), ("with Medes", 2_283, knobs { $0.coldStartsRestore = true })]),
        sweep(
            "figure-14",
            [
                ("32 B", 1_729, knobs { $0.chunkBytes = 32 }), ("64 B", 1_810, medes),
                ("128 B", 3_318, knobs { $0.chunkBytes = 128 }),
            ], capture: .requests),
        sweep(
            "figure-15",
            [
                ("none", 2_931, .fixed(minutes: 10)), ("5 min", 2_771, knobs { $0.keepDedupMinutes = 5 }),
                ("10 min", 2_324, knobs { $0.keepDedupMinutes = 10 }), ("15 min", 1_810, medes),
                ("20 min", 1_908, knobs { $0.keepDedupMinutes = 20 }),
            ]),
        sweep(
            "figure-16a",
            [
                ("5", 2.10, medes), ("10", 3.68, knobs { $0.cardinality = 10 }),
                ("20", 4.16, knobs { $0.cardinality = 20 }),
            ], quantity: "slowdown (p99)", capture: .requests
        ) { $0.slowdown99 },
        sweep(
            "figure-16b",
            [
                ("5", 1_810, medes), ("10", 3_062, knobs { $0.cardinality = 10 }),
                ("20", 3_922, knobs { $0.cardinality = 20 }),
            ], capture: .requests),
    ]
}

extension Array {
    /// The element at `index`; nil where there is none.
    fileprivate subscript(at index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

extension ReproductionResults {
    /// Writes the results and the series of every figure: `results.json`, `targets.csv`, `figure-*.csv` and the
    /// manifest.
    /// - Throws: `InputError` when something cannot be written.
    package func write(to directory: consuming ResultDirectory) throws {
        try directory.write("results.json", json.text)
        for figure in FigureSeries.all { try directory.write("\(figure.name).csv", csv(figure)) }
        if let sensitivity { try directory.write("sensitivity.csv", sensitivity.csv) }
        try directory.finish(manifest: [
            ("version", .string(pagefoldVersion)), ("reproduction", .string("medes-eurosys22")),
            ("draws", .whole(UInt64(settings.draws))), ("seed", .whole(settings.seed)),
        ])
    }

    private func csv(_ figure: FigureSeries) -> String {
        var text = CSVRow.line([
            "quantity", "series", "place", "column", "paper", "mean", "low", "high", "draws",
        ])
        for point in figure.points {
            for column in ReproductionColumn.allCases {
                let estimate = MeanEstimate(values(of: point.value, column))
                var row = CSVRow()
                for cell in [figure.quantity, point.series, point.place, column.rawValue] { row.add(cell) }
                for cell in [point.paper, estimate.mean, estimate.low, estimate.high] { row.add(cell) }
                row.add(UInt64(estimate.count))
                text += row.line()
            }
        }
        return text
    }
}
