import Statistics

/// Methods compared on the same snapshots: what each saves, by function, over rounds of pairings.
public struct MethodComparison: Sendable {
    /// The functions in the order of their names.
    public let functions: [String]
    /// One row a method, in the order they were given.
    public let rows: [Row]

    /// What one method does.
    public struct Row: Sendable {
        /// The method's name.
        public var method: String
        /// What it does.
        public var summary: String
        /// For each function, what each round stored; rounds without a pair of the function left out.
        public var outcomes: [[StoredPages]]
        /// The means over functions that take part in a round, round by round.
        public var means: [Quantity: [Double]]

        /// Mean and spread over rounds of one quantity for a function.
        public func estimate(_ quantity: Quantity, function: Int) -> MeanEstimate {
            MeanEstimate(outcomes[function].compactMap(quantity.value))
        }

        /// Mean over functions, with its spread over rounds.
        public func estimate(_ quantity: Quantity) -> MeanEstimate { MeanEstimate(means[quantity] ?? []) }
    }

    /// What is told of a method.
    public enum Quantity: String, Sendable, CaseIterable {
        /// Share of the private pages that were found elsewhere.
        case hitRate = "hit_rate"
        /// Mean size of a patch in bytes.
        case meanPatch = "mean_patch_bytes"
        /// Saving of the private pages.
        case saving = "saving_private"
        /// Saving of private pages and clean pages of files together.
        case savingOfAll = "saving_all"

        func value(_ stored: StoredPages) -> Double? {
            switch self {
            case .hitRate: stored.hitRate
            case .meanPatch: stored.meanPatch
            case .saving: stored.saving
            case .savingOfAll: stored.savingOfAll
            }
        }
    }

    /// Compares `methods` in `rounds`, in order. `progress` is told before each method of each round: how many
    /// steps are done, how many there are, the method's name; it may throw to stop.
    public init<Failure: Error>(
        _ methods: [any SavingMethod], on rounds: [PairingRound], of groups: InstanceGroups,
        nodeInstances: Int? = nil, seed: UInt64 = 1, threads: Int,
        progress: (Int, Int, String) throws(Failure) -> Void
    ) throws(Failure) {
        functions = groups.functions
        var stored: [[[StoredPages?]]] = methods.map { _ in [] }
        for (number, round) in rounds.enumerated() {
            let round = MethodRound(
                round, of: groups, nodeInstances: nodeInstances, seed: seed, threads: threads)
            for (index, method) in methods.enumerated() {
                try progress(number * methods.count + index, rounds.count * methods.count, method.name)
                stored[index].append(method.store(round))
            }
        }
        rows = zip(methods, stored).map { method, rounds in
            Row(
                method: method.name, summary: method.summary,
                outcomes: groups.functions.indices.map { function in rounds.compactMap { $0[function] } },
                means: MethodComparison.means(rounds))
        }
    }

    private static func means(_ rounds: [[StoredPages?]]) -> [Quantity: [Double]] {
        var means: [Quantity: [Double]] = [:]
        for quantity in Quantity.allCases {
            means[quantity] = rounds.compactMap { round in
                let values = round.compactMap { $0.flatMap(quantity.value) }
                return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
            }
        }
        return means
    }
}
