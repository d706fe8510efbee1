import Files

/// Snapshots by function, and how their instances are paired: one as the base, another as the target.
public struct InstanceGroups: Sendable {
    /// The functions in the order of their names.
    public let functions: [String]
    /// For each function, its instances in ascending order.
    public let instances: [[PageSet]]

    /// Groups snapshots by function.
    /// - Throws: `InputError` when there is none, when two are the same instance of the same function, or when
    ///   one is larger than analyses number pages (32 GiB).
    public init(_ sets: [PageSet]) throws(InputError) {
        guard !sets.isEmpty else { throw InputError("there are no snapshots") }
        let sorted = sets.sorted {
            let (a, b) = ($0.label, $1.label)
            return a.function != b.function ? a.function < b.function : a.instance < b.instance
        }
        for (one, next) in zip(sorted, sorted.dropFirst()) where one.label == next.label {
            throw InputError(
                "instance \(one.label.instance) of \(one.label.function) is given twice",
                remedy:
                    "capture instances with different --instance numbers, and one set of snapshots at a time")
        }
        for set in sorted where set.count > ChunkIndex.mostPages {
            throw InputError(
                "the snapshot of \(set.label.function) has \(set.count) pages",
                remedy: "analyses take at most \(ChunkIndex.mostPages) pages a snapshot")
        }
        var functions: [String] = []
        var instances: [[PageSet]] = []
        for set in sorted {
            if functions.last == set.label.function {
                instances[instances.count - 1].append(set)
            } else {
                functions.append(set.label.function)
                instances.append([set])
            }
        }
        self.functions = functions
        self.instances = instances
    }

    /// The fewest instances that any function has.
    public var fewest: Int { instances.map(\.count).min() ?? 0 }

    /// The rounds of a pairing: in each, one instance of every function is a base and another one is a target.
    /// - Throws: `InputError` naming a function that has a single instance.
    public func rounds(_ pairing: Pairing) throws(InputError) -> [PairingRound] {
        for (function, sets) in zip(functions, instances) where sets.count < 2 {
            throw InputError(
                "there is only one snapshot of \(function)",
                remedy: "a base and a target take two instances; capture another with --instance")
        }
        let most = instances.map(\.count).max() ?? 0
        switch pairing {
        case .one: return [round(base: 0, distance: 1)]
        case .rotation: return (0..<most).map { round(base: $0, distance: 1) }
        case .all:
            return (1..<most).flatMap { distance in (0..<most).map { round(base: $0, distance: distance) } }
        }
    }

    /// Functions with fewer instances than others take part in fewer rounds.
    private func round(base: Int, distance: Int) -> PairingRound {
        PairingRound(
            pairs: instances.map { sets -> PairingRound.Pair? in
                guard base < sets.count, distance < sets.count else { return nil }
                return PairingRound.Pair(base: sets[base], target: sets[(base + distance) % sets.count])
            })
    }
}

/// Which instances are compared with which.
public enum Pairing: String, Sendable, CaseIterable {
    /// The second instance of each function as the target, the first as the base.
    case one
    /// Each instance once as the base, its successor as the target.
    case rotation
    /// All ordered pairs.
    case all
}

/// One choice of a base and a target instance for each function.
public struct PairingRound: Sendable {
    /// For each function of the groups; nil for one that has too few instances for this round.
    public var pairs: [Pair?]

    /// Two instances of a function.
    public struct Pair: Sendable {
        /// The one whose pages are indexed.
        public var base: PageSet
        /// The one that is compared with it.
        public var target: PageSet

        /// The pair of these.
        public init(base: PageSet, target: PageSet) {
            self.base = base
            self.target = target
        }
    }

    /// The base of every function that takes part.
    public var bases: [PageSet] { pairs.compactMap { $0?.base } }
}
