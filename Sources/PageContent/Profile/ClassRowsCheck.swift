import EventKernel

/// How well class rows predict what the registry really gives, over random sets of base functions.
public struct ClassRowsCheck: Sendable, Hashable {
    /// One random set.
    public struct Case: Sendable, Hashable {
        /// The target function's name.
        public var function: String
        /// The base functions' names.
        public var bases: [String]
        /// The saving that the registry gives, the mean over the pairings.
        public var exact: Double
        /// The saving that the class rows predict.
        public var predicted: Double
    }

    /// The cases.
    public var cases: [Case]

    /// The mean absolute difference of predicted and exact saving.
    public var meanAbsoluteError: Double { mean { ($0.predicted - $0.exact).magnitude } }
    /// The mean difference; positive where too much is predicted.
    public var bias: Double { mean { $0.predicted - $0.exact } }
    /// The largest absolute difference.
    public var largestError: Double { cases.map { ($0.predicted - $0.exact).magnitude }.max() ?? 0 }

    private func mean(_ value: (Case) -> Double) -> Double {
        cases.isEmpty ? 0 : cases.reduce(0) { $0 + value($1) } / Double(cases.count)
    }
}

extension ProfileBuilder {
    /// Compares `profile`, made of these snapshots under this key, with the registry itself: each of `count` random
    /// choices of a target function and a set of base functions is deduplicated page by page.
    ///
    /// - Throws: `Unmeasured` when the profile does not cover these functions.
    public func check(
        _ profile: Profile, settings: DedupSettings, count: Int, seed: UInt64,
        progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) throws(Unmeasured) -> ClassRowsCheck {
        guard let measure = profile.measure(settings),
            profile.functions.map(\.name) == functions.map({ $0[0].pages.label.function })
        else { throw Unmeasured(base: 0) }
        let sampler = PageSampler(settings.samplers[0], key: key)
        let tables = functions.map { instances in
            instances.map { FingerprintTable(of: $0.pages, sampler: sampler, threads: options.threads) }
        }
        var draws = RandomStream(seed: seed, purpose: .sampling)
        var cases: [ClassRowsCheck.Case] = []
        for done in 0..<count {
            let target = Int(draws.below(UInt64(functions.count)))
            var bases: [Int] = []
            while bases.isEmpty {
                // First how many, so that small sets are as frequent as large ones.
                let share = draws.unit()
                bases = functions.indices.filter { _ in draws.unit() < share }
            }
            let exact = (0..<measure.pairings).reduce(0.0) { sum, pairing in
                let base = bases.map { ($0, instance($0, pairing, isBase: true)) }
                let registry = Deduplicator(
                    bases: base.map { functions[$0][$1].pages }, settings: settings, key: key,
                    fingerprints: [base.map { tables[$0][$1] }], threads: options.threads)
                let other = instance(target, pairing, isBase: false)
                return sum
                    + registry.deduplicate(
                        functions[target][other].pages, fingerprints: [tables[target][other]]
                    ).saving
            }
            let predicted = try measure.classes[target].predict(bases: bases, preferred: target)
            cases.append(
                ClassRowsCheck.Case(
                    function: profile.functions[target].name, bases: bases.map { profile.functions[$0].name },
                    exact: exact / Double(measure.pairings), predicted: predicted.saving))
            progress(done + 1, count)
        }
        return ClassRowsCheck(cases: cases)
    }
}
