import Simulator

extension PaperTargets {
    private static let medes = ReproductionVariant.Policy.medes(MedesKnobs())
    private static let probe = ReproductionVariant(.probe(pausesRestores: true))

    /// Medes with the representative functions, from the profile that has several cardinalities and sizes of chunks.
    static func measured(_ change: (inout MedesKnobs) -> Void = { _ in }) -> ReproductionVariant {
        ReproductionVariant(.medes(.with(change)), functions: .representative, capture: .requests)
    }

    /// V6: chunks in a fingerprint: what they save and what a restore takes. The paper's inputs are of one cardinality.
    static let cardinality: [PaperQuantity] = {
        let rows: [(cardinality: Int, saved: Double, restore: Double)] = [
            (10, 31.5, 478), (20, 32.5, 554),
        ]
        let five = ReproductionVariant(medes, functions: .representative)
        let base = [
            amount(
                "V6", "saved a sandbox, cardinality 5", "7.2, 7.8", .megabytes, .number(28.8), .context, five
            ) { $0.savedMB },
            amount("V6", "mean restore, cardinality 5", "7.8", .milliseconds, .number(378), .context, five) {
                $0.restoreMs
            },
        ]
        return base
            + rows.flatMap { row in
                let variant = measured { $0.cardinality = row.cardinality }
                return [
                    change(
                        "V6", "saved, cardinality \(row.cardinality) against 5", "7.8",
                        .number((row.saved / 28.8 - 1) * 100), .shape, variant, against: measured()
                    ) { $0.savedMB }.measuredOnly,
                    change(
                        "V6", "restore, cardinality \(row.cardinality) against 5", "7.8",
                        .number((row.restore / 378 - 1) * 100), .shape, variant, against: measured()
                    ) { $0.restoreMs }.measuredOnly,
                ]
            }
    }()

    /// V7 and V8: starts of deduplicated sandboxes against cold ones, and without the pause before a restore.
    static let starts: [PaperQuantity] = {
        let unpaused = ReproductionVariant(.probe(pausesRestores: false))
        @Sendable func ratios(_ runs: PaperQuantity.Runs) -> [Double]? {
            guard let run = runs(probe), let cold = run.coldMsByFunction, let dedup = run.restoreMsByFunction
            else { return nil }
            return zip(cold, dedup).map { $0 / $1 }
        }
        let summary = [("least", 0), ("greatest", 1)].map { name, index in
            PaperQuantity(
                target: "V7", name: "cold over dedup start, \(name)", source: "figure 8", unit: .ratio,
                paper: .number(index == 0 ? 3.2 : 6.2), kind: .sign, fittedIn: [.paperInputs], neutral: 1,
                needs: [probe], isExact: true
            ) { runs in index == 0 ? ratios(runs)?.min() : ratios(runs)?.max() }
        }
        let each = PaperFunction.all.enumerated().map { index, function in
            PaperQuantity(
                target: "V7", name: "cold over dedup start, \(function.name)", source: "figure 8",
                unit: .ratio,
                paper: .number(function.coldMs / function.dedupMs), kind: .sign, fittedIn: [.paperInputs],
                neutral: 1, needs: [probe], isExact: true
            ) { runs in ratios(runs)?[index] }
        }
        return summary + each + [
            PaperQuantity(
                target: "V8", name: "restore without a pause before, added", source: "4.2",
                unit: .milliseconds, paper: .number(510), kind: .fitted, neutral: 0,
                needs: [probe, unpaused],
                isExact: true
            ) { runs in
                guard let with = runs(probe)?.restoreMsByFunction,
                    let without = runs(unpaused)?.restoreMsByFunction
                else { return nil }
                return zip(without, with).reduce(0) { $0 + ($1.0 - $1.1) } / Double(with.count)
            }
        ]
    }()

    /// V15: end-to-end times rank by rank (figure 7a).
    static let latency: [PaperQuantity] = {
        let ours = ReproductionVariant(medes)
        let rows: [(name: String, variant: ReproductionVariant, greatest: Double)] = [
            ("fixed", ReproductionVariant(.fixed(minutes: 10)), 2.25),
            ("adaptive", ReproductionVariant(.adaptive), 2.73),
        ]
        return rows.flatMap { row in
            let ratios: @Sendable (PaperQuantity.Runs) -> RankRatios? = { runs in
                guard let a = runs(row.variant)?.endToEnd, let b = runs(ours)?.endToEnd else { return nil }
                return RankRatios(a, over: b)
            }
            return [
                PaperQuantity(
                    target: "V15", name: "greatest ratio of times, \(row.name) over Medes",
                    source: "figure 7a", unit: .ratio, paper: .number(row.greatest), kind: .distribution,
                    neutral: 1, needs: [row.variant, ours]
                ) { ratios($0)?.greatest },
                PaperQuantity(
                    target: "V15", name: "share of ranks slower than \(row.name)", source: "7.2; figure 7a",
                    unit: .percent, paper: .atMost(1), kind: .distribution, neutral: nil,
                    needs: [row.variant, ours]
                ) { ratios($0).map { $0.slowerShare * 100 } },
            ]
        }
    }()

    /// V16: memory under the latency target P1 (figure 9), by the released code's rules and by the paper's.
    static let memory: [PaperQuantity] = [MedesMode.artifact, .paper].flatMap { mode in
        let label = mode == .artifact ? "" : "paper's rules, "
        let fixed = ReproductionVariant(.fixed(minutes: 10), mode: mode)
        let adaptive = ReproductionVariant(.adaptive, mode: mode)
        let ours = ReproductionVariant(.medes(.with { $0.problem = .latency }), mode: mode)
        func memory(
            _ name: String, _ paper: PaperValue, _ a: ReproductionVariant, _ b: ReproductionVariant
        ) -> PaperQuantity {
            change("V16", label + "mean memory, \(name)", "7.3; figure 9a", paper, .sign, a, against: b) {
                $0.memoryMean
            }
        }
        return [
            amount(
                "V16", label + "mean memory, fixed", "figure 9a", .gigabytes, .number(25.73), .context, fixed
            ) { $0.memoryMean },
            memory("Medes P1 against fixed", .range(-16.7, -11.4), ours, fixed),
            memory("adaptive against fixed", .number(-35.2), adaptive, fixed),
            memory("adaptive against Medes P1", .number(-22.1), adaptive, ours),
            change(
                "V16", label + "cold starts, Medes P1 against fixed", "figure 9b", .number(10.3), .sign, ours,
                against: fixed),
            change(
                "V16", label + "cold starts, adaptive against Medes P1", "figure 9b", .number(119.4), .sign,
                adaptive, against: ours),
        ]
    }

    /// V17: how many sandboxes there are, and the share that is deduplicated.
    static let density: [PaperQuantity] = {
        let rows: [(pool: MemoryPool, fixed: Double, adaptive: Double, source: String)] = [
            (.gigabytes40, 7.74, 37.7, "7.2.1"), (.gigabytes20, 42.98, 55.7, "7.4"),
        ]
        let share = amount(
            "V17", "share deduplicated", "7.2.1", .percent, .number(39), .band, ReproductionVariant(medes)
        ) { $0.deduplicatedShare.map { $0 * 100 } }
        return [share]
            + rows.flatMap { row in
                let ours = ReproductionVariant(medes, pool: row.pool)
                return [
                    change(
                        "V17", "\(row.pool.rawValue): sandboxes against fixed", row.source,
                        .number(row.fixed),
                        .band, ours, against: ReproductionVariant(.fixed(minutes: 10), pool: row.pool)
                    ) { $0.sandboxes },
                    change(
                        "V17", "\(row.pool.rawValue): sandboxes against adaptive", row.source,
                        .number(row.adaptive), .band, ours,
                        against: ReproductionVariant(.adaptive, pool: row.pool)
                    ) { $0.sandboxes },
                ]
            }
    }()

    /// V18: base pages of other functions, by either rule. The published profile was fitted so that the code's rule gives
    /// the paper's share.
    static let basePages: [PaperQuantity] = MedesMode.allCases.map { mode in
        var quantity = amount(
            "V18", "base pages of other functions, \(mode.rawValue) mode", "7.3.1", .percent, .number(67),
            .band, ReproductionVariant(medes, mode: mode)
        ) { $0.otherBaseShare.map { $0 * 100 } }
        quantity.fittedIn = [.paperInputs]
        return quantity
    }
}
