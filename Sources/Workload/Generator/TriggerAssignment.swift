import EventKernel

extension AzureLikeGenerator {
    /// Which triggers each application has: the published shares of combinations, under the condition that an
    /// application has at least as many functions as triggers, and leaning with popularity.
    ///
    /// Each application's chances are a product of what suits it and one factor per combination; the factors
    /// are fitted (iterative proportional fitting) until the expected shares are the published ones.
    func assignCombinations(to applications: inout [ApplicationDraft]) {
        let combinations = PublishedTables.combinations
        let suits = applications.map { draft in combinations.map { suitability($0.members, draft) } }
        var factors = combinations.map(\.share)
        for _ in 0..<30 {
            var expected = [Double](repeating: 0, count: factors.count)
            for row in suits {
                let sum = zip(row, factors).reduce(0) { $0 + $1.0 * $1.1 }
                for index in factors.indices { expected[index] += row[index] * factors[index] / sum }
            }
            for index in factors.indices where expected[index] > 0 {
                factors[index] *= combinations[index].share * Double(applications.count) / expected[index]
            }
        }
        var stream = GeneratorStage.combination.stream(seed: seed)
        for index in applications.indices {
            let chances = zip(suits[index], factors).map { $0 * $1 }
            applications[index].combination = pick(chances, stream.unit())
        }
    }

    /// Queue and event functions make 73 % of the calls with 18 % of the functions and timers 2 % with 29 %:
    /// the former lean to popular applications. Timers seldom fire more than once a minute (95 % do not).
    /// Durable workflows lean to applications of many functions, event streams and stores to small ones;
    /// without, the shares of functions could not be met.
    private func suitability(_ members: [Int], _ draft: ApplicationDraft) -> Double {
        if members.count > draft.functions { return 0 }
        let decades = portableLog(max(draft.dailyCalls, 1)) / 2.302585092994046
        let logFunctions = portableLog(Double(draft.functions))
        var lean = 0.0
        var sizeLean = 0.0
        var timers = 0
        for member in members {
            switch PublishedTables.triggers[member].trigger {
            case .event:
                lean += 0.9
                sizeLean -= 0.4
            case .storage: sizeLean -= 0.4
            case .orchestration:
                lean -= 0.2
                sizeLean += 1
            case .others: sizeLean += 0.3
            case .queue: lean += 0.55
            case .timer: timers += 1
            default: break
            }
        }
        var result = portableExp(lean * min(decades, 6) + sizeLean * logFunctions)
        if timers == members.count && draft.dailyCalls > 1_441 * Double(draft.functions) { result *= 0.25 }
        return result
    }

    /// The trigger of every function: each of its application's once, and the remaining functions so that the
    /// published shares of functions are met as nearly as the combinations allow.
    func assignTriggers(to applications: inout [ApplicationDraft]) {
        let total = applications.reduce(0) { $0 + $1.functions }
        var missing = PublishedTables.functionShares.map { $0 * Double(total) }
        for draft in applications {
            let members = PublishedTables.combinations[draft.combination].members
            for member in members { missing[member] -= 1 }
            if members.count == 1 { missing[members[0]] -= Double(draft.functions - 1) }
        }
        var stream = GeneratorStage.triggers.stream(seed: seed)
        for index in applications.indices {
            let members = PublishedTables.combinations[applications[index].combination].members
            var triggers = members
            for _ in members.count..<applications[index].functions {
                if members.count == 1 {
                    triggers.append(members[0])
                    continue
                }
                let member = members[pick(members.map { max(missing[$0], 0.01) }, stream.unit())]
                missing[member] -= 1
                triggers.append(member)
            }
            let isTimer = { (member: Int) in PublishedTables.triggers[member].trigger == .timer }
            var others = triggers.filter { !isTimer($0) }
            for place in stride(from: others.count - 1, to: 0, by: -1) {
                others.swapAt(place, Int(stream.below(UInt64(place) + 1)))
            }
            applications[index].triggers = (triggers.filter(isTimer) + others).map { UInt8($0) }
        }
    }
}

/// The index that `u` in [0, 1) falls on when each has a part of the given size.
func pick(_ parts: [Double], _ u: Double) -> Int {
    var rest = u * parts.reduce(0, +)
    for (index, part) in parts.enumerated() {
        if rest < part { return index }
        rest -= part
    }
    return parts.lastIndex { $0 > 0 } ?? 0
}
