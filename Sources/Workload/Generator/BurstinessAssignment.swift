import EventKernel

extension AzureLikeGenerator {
    /// The IAT CV that each application's days should have: the published curve's quantiles, dealt out to the
    /// applications so that each can reach its own.
    ///
    /// n calls in a day have a CV of at most sqrt(n - 2), so large values go to applications with many calls.
    /// The curve's value near 0 (22.7 % of application-days) goes to applications with two calls, which have
    /// no other, and then by preference to those with timers only and to those whose calls divide the day. In
    /// between, the order leans as 218 functions of the trace do (Spearman 0.17 between calls and CV, but 0.1
    /// at the median for the few above 40 calls a minute, and 1 to 2 for functions other than timers with 30
    /// to 2,000 a day).
    func assignBurstiness(to applications: inout [ApplicationDraft]) {
        let weights = applications.map {
            $0.typicalActiveCalls(days: drawnDays) >= 2 ? Double($0.activeDays) : 0
        }
        let total = weights.reduce(0, +)
        if total == 0 { return }
        let regularShare = PublishedTables.interArrivalCurve.below(0.001)
        let regular = chooseRegular(applications, weights, quota: regularShare * total)
        var waiting: [BurstCandidate] = []
        for index in applications.indices where weights[index] > 0 {
            if regular[index] {
                applications[index].isRegular = true
            } else {
                waiting.append(candidate(index, applications[index]))
            }
        }
        waiting.sort { ($0.limit, $0.index) > ($1.limit, $1.index) }
        deal(waiting, weights, total, to: &applications)
    }

    /// Goes down the curve from its largest value; each value goes to the application of highest priority
    /// among those that can reach it.
    private func deal(
        _ waiting: [BurstCandidate], _ weights: [Double], _ total: Double,
        to applications: inout [ApplicationDraft]
    ) {
        let curve = PublishedTables.interArrivalCurve
        let left = waiting.reduce(0) { $0 + weights[$1.index] }
        var heap = PriorityHeap()
        var next = 0
        var done = 0.0
        for _ in waiting.indices {
            func value(_ weight: Double) -> Double {
                // What is left takes the curve's upper part, whatever the regular ones really took.
                let share = (done + weight / 2) / left
                let regularShare = curve.below(0.001)
                return curve.quantile(1 - share * min(left / total, 1 - regularShare))
            }
            let height = value(1)
            while next < waiting.count && (waiting[next].limit >= height || heap.isEmpty) {
                heap.insert(waiting[next])
                next += 1
            }
            let chosen = heap.removeFirst()
            applications[chosen.index].targetCV = value(weights[chosen.index])
            done += weights[chosen.index]
        }
    }

    /// Which applications are exactly periodic, until they hold `quota` of the weight.
    private func chooseRegular(_ applications: [ApplicationDraft], _ weights: [Double], quota: Double)
        -> [Bool]
    {
        var regular = [Bool](repeating: false, count: applications.count)
        var ranked: [(score: Double, index: Int)] = []
        var held = 0.0
        for (index, draft) in applications.enumerated() where weights[index] > 0 {
            let calls = draft.typicalActiveCalls(days: drawnDays)
            if calls == 2 {
                regular[index] = true
                held += weights[index]
                continue
            }
            if calls > 1_440 && calls % 1_440 != 0 { continue }
            var stream = GeneratorStage.burstiness.stream(seed: seed, entity: index)
            var score = standardNormal(&stream)
            let triggers = PublishedTables.combinations[draft.combination].members
            let timers = triggers.count { PublishedTables.triggers[$0].trigger == .timer }
            if timers == triggers.count { score -= 2 } else if triggers.count > 1 { score += 1 }
            if calls >= 4 && (1_440 % calls == 0 || calls % 1_440 == 0) { score -= 2 }
            ranked.append((score, index))
        }
        ranked.sort { ($0.score, $0.index) < ($1.score, $1.index) }
        for entry in ranked {
            if held + weights[entry.index] / 2 > quota { break }
            regular[entry.index] = true
            held += weights[entry.index]
        }
        return regular
    }

    private func candidate(_ index: Int, _ draft: ApplicationDraft) -> BurstCandidate {
        let calls = Double(draft.typicalActiveCalls(days: drawnDays))
        var stream = GeneratorStage.burstiness.stream(seed: seed, entity: index)
        _ = stream.next()
        var priority = standardNormal(&stream)
        if calls > 20_000 { priority -= 1.2 } else if calls > 9 && calls <= 2_000 { priority += 0.5 }
        let triggers = PublishedTables.combinations[draft.combination].members
        let timers = triggers.count { PublishedTables.triggers[$0].trigger == .timer }
        if timers == triggers.count { priority -= 2 }
        // A quarter below the bound, which only calls all in one minute but one would reach.
        return BurstCandidate(index: index, limit: 0.75 * max(calls - 2, 0).squareRoot(), priority: priority)
    }
}

extension ApplicationDraft {
    /// Calls on a day on which it is called, the days alike.
    func typicalActiveCalls(days: Int) -> Int {
        let mean = dailyCalls * Double(days) / Double(activeDays)
        return mean < 4e9 ? Int(mean + 1e-9) : 4_000_000_000
    }
}

/// An application that waits for its CV.
private struct BurstCandidate {
    var index: Int
    /// The largest CV it can reach.
    var limit: Double
    /// Higher ones take larger values.
    var priority: Double
}

/// The waiting application of highest priority first.
private struct PriorityHeap {
    private var items: [BurstCandidate] = []

    var isEmpty: Bool { items.isEmpty }

    mutating func insert(_ item: BurstCandidate) {
        items.append(item)
        var child = items.count - 1
        while child > 0 && before(items[child], items[(child - 1) / 2]) {
            items.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func removeFirst() -> BurstCandidate {
        items.swapAt(0, items.count - 1)
        let first = items.removeLast()
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count {
                if before(items[child], items[best]) { best = child }
            }
            if best == parent { return first }
            items.swapAt(parent, best)
            parent = best
        }
    }

    private func before(_ a: BurstCandidate, _ b: BurstCandidate) -> Bool {
        (a.priority, b.index) > (b.priority, a.index)
    }
}
