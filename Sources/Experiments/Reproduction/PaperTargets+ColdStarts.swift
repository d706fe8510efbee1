import Simulator

extension PaperTargets {
    private static let medes = ReproductionVariant.Policy.medes(MedesKnobs())

    private static func representative(_ policy: ReproductionVariant.Policy) -> ReproductionVariant {
        ReproductionVariant(policy, functions: .representative)
    }

    private static func knobs(_ change: (inout MedesKnobs) -> Void) -> ReproductionVariant {
        representative(.medes(.with(change)))
    }

    /// V9: cold starts at three memory limits (figure 10a), by the released code's rules and by the paper's.
    static let coldStarts: [PaperQuantity] = [MedesMode.artifact, .paper].flatMap { mode in
        coldStarts(mode) + pressure(mode)
    }

    /// How quantities under a mode are called.
    private static func label(_ mode: MedesMode) -> String { mode == .artifact ? "" : "paper's rules, " }

    private static func coldStarts(_ mode: MedesMode) -> [PaperQuantity] {
        let rows: [(pool: MemoryPool, fixed: Double, adaptive: Double, medes: Double)] = [
            (.gigabytes40, 1_684, 2_838, 1_310), (.gigabytes30, 2_137, 2_820, 1_343),
            (.gigabytes20, 2_702, 3_384, 1_603),
        ]
        return rows.flatMap { row in
            let fixed = ReproductionVariant(.fixed(minutes: 10), pool: row.pool, mode: mode)
            let adaptive = ReproductionVariant(.adaptive, pool: row.pool, mode: mode)
            let hybrid = ReproductionVariant(.hybrid, pool: row.pool, mode: mode)
            let ours = ReproductionVariant(medes, pool: row.pool, mode: mode)
            let place = label(mode) + row.pool.rawValue
            func count(_ name: String, _ value: Double, _ variant: ReproductionVariant) -> PaperQuantity {
                amount(
                    "V9", "\(place): cold starts, \(name)", "figure 10a", .count, .number(value), .context,
                    variant)
            }
            func change(
                _ name: String, _ a: Double, _ b: Double, _ kind: PaperQuantity.Kind,
                _ first: ReproductionVariant, _ second: ReproductionVariant
            ) -> PaperQuantity {
                PaperTargets.change(
                    "V9", "\(place): \(name)", "figure 10a", .number((a / b - 1) * 100), kind, first,
                    against: second)
            }
            var quantities = [
                count("fixed", row.fixed, fixed), count("adaptive", row.adaptive, adaptive),
                count("Medes", row.medes, ours),
                change("Medes against fixed", row.medes, row.fixed, .main, ours, fixed),
                change("Medes against adaptive", row.medes, row.adaptive, .main, ours, adaptive),
                change("adaptive against fixed", row.adaptive, row.fixed, .sign, adaptive, fixed),
            ]
            if mode == .artifact {
                quantities.append(
                    change("hybrid histogram against fixed", row.adaptive, row.fixed, .context, hybrid, fixed)
                )
            }
            return quantities
        }
    }

    /// V9: how the gap grows with pressure.
    private static func pressure(_ mode: MedesMode) -> [PaperQuantity] {
        let fixed = MemoryPool.limited.map {
            ReproductionVariant(.fixed(minutes: 10), pool: $0, mode: mode)
        }
        let ours = MemoryPool.limited.map { ReproductionVariant(medes, pool: $0, mode: mode) }
        let label = label(mode)
        let gap: @Sendable (PaperQuantity.Runs, Int) -> Double? = { runs, pool in
            percentChange(runs(ours[pool])?.cold, runs(fixed[pool])?.cold)
        }
        let growth = PaperQuantity(
            target: "V9", name: label + "gap to fixed, 20G less 40G", source: "figure 10a", unit: .points,
            paper: .number(-18.5), kind: .shape, neutral: 0, needs: [fixed[0], fixed[2], ours[0], ours[2]]
        ) { runs in
            guard let high = gap(runs, 2), let low = gap(runs, 0) else { return nil }
            return high - low
        }
        return [
            growth,
            change(
                "V9", label + "fixed, 30G against 40G", "figure 10a", .number(26.9), .shape, fixed[1],
                against: fixed[0]),
            change(
                "V9", label + "fixed, 20G against 40G", "figure 10a", .number(60.5), .shape, fixed[2],
                against: fixed[0]),
        ]
    }

    /// V10: the sweep of the fixed keep-alive (figure 12).
    static let keepAlive: [PaperQuantity] = {
        let ten = representative(.fixed(minutes: 10))
        let others: [(minutes: UInt64, cold: Double)] = [(5, 3_233), (15, 3_016), (20, 4_001)]
        let sweep = others.map { other in
            change(
                "V10", "keep-alive \(other.minutes) min against 10", "figure 12; 7.5",
                .number((other.cold / 2_931 - 1) * 100), .main,
                representative(.fixed(minutes: other.minutes)),
                against: ten)
        }
        return [
            amount(
                "V10", "cold starts, keep-alive 10 min", "figure 12", .count, .number(2_931), .context, ten)
        ] + sweep + [
            change(
                "V10", "Medes against keep-alive 10 min", "figure 12; 7.5", .number(-38.2), .main,
                representative(medes), against: ten)
        ]
    }()

    /// V11: the sweep of how long deduplicated sandboxes stay (figure 15).
    static let keepDedup: [PaperQuantity] = {
        let none = representative(.fixed(minutes: 10))
        let rows: [(minutes: UInt64, cold: Double)] = [(5, 2_771), (10, 2_324), (15, 1_810), (20, 1_908)]
        let sweep = rows.map { row in
            change(
                "V11", "keep-dedup \(row.minutes) min against none", "figure 15; 7.8",
                .number((row.cold / 2_931 - 1) * 100), .shape, knobs { $0.keepDedupMinutes = row.minutes },
                against: none)
        }
        return sweep + [
            change(
                "V11", "keep-dedup 10 min against 15", "figure 15", .number((2_324 / 1_810 - 1) * 100),
                .shape,
                knobs { $0.keepDedupMinutes = 10 }, against: representative(medes)),
            change(
                "V11", "keep-dedup 20 min against 15", "figure 15", .number((1_908 / 1_810 - 1) * 100),
                .shape,
                knobs { $0.keepDedupMinutes = 20 }, against: representative(medes)),
        ]
    }()

    /// V12: Medes on an emulated Catalyzer (figure 13).
    static let catalyzer: [PaperQuantity] = {
        let alone = representative(.catalyzer)
        let both = knobs { $0.coldStartsRestore = true }
        return [
            change(
                "V12", "Catalyzer with Medes against without", "figure 13; 7.6", .number(-17.8), .sign, both,
                against: alone),
            amount("V12", "share deduplicated", "7.6", .percent, .number(42.8), .band, both) {
                $0.deduplicatedShare.map { $0 * 100 }
            },
        ]
    }()

    /// V13: the size of chunks (figure 14). The paper's inputs are of one size.
    static let chunks: [PaperQuantity] = [
        change(
            "V13", "chunks of 128 B against 64", "figure 14; 7.8", .number((3_318 / 1_810 - 1) * 100), .sign,
            measured { $0.chunkBytes = 128 }, against: measured()
        ).measuredOnly,
        // The text says that 32 B are worse, the figure's bar is lower: nothing to be judged.
        change(
            "V13", "chunks of 32 B against 64", "figure 14", .number((1_729 / 1_810 - 1) * 100), .context,
            measured { $0.chunkBytes = 32 }, against: measured()
        ).measuredOnly,
    ]

    /// V14: chunks in a fingerprint, under load (figure 16).
    static let cardinalityUnderLoad: [PaperQuantity] = {
        let rows: [(cardinality: Int, cold: Double, slowdown: Double)] = [
            (10, 3_062, 3.68), (20, 3_922, 4.16),
        ]
        return rows.flatMap { row in
            let variant = measured { $0.cardinality = row.cardinality }
            return [
                change(
                    "V14", "cold starts, cardinality \(row.cardinality) against 5", "figure 16b",
                    .number((row.cold / 1_810 - 1) * 100), .sign, variant, against: measured()
                ).measuredOnly,
                change(
                    "V14", "slowdown p99, cardinality \(row.cardinality) against 5", "figure 16a",
                    .number((row.slowdown / 2.10 - 1) * 100), .sign, variant, against: measured()
                ) { $0.slowdown99 }.measuredOnly,
            ]
        }
    }()
}
