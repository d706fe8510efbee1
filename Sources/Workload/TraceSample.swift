import EventKernel
import Files

/// What a sample of a trace is taken of.
public enum SampleUnit: String, Sendable, CaseIterable {
    /// Functions by themselves; applications may lose some of theirs, but keep their memory.
    case functions
    /// Whole applications.
    case applications
}

/// How large a sample of a trace is.
public enum SampleSize: Hashable, Sendable {
    /// This many units.
    case count(Int)
    /// This part of all units, above 0 and at most 1.
    case fraction(Double)
}

extension Workload {
    /// A sample that keeps the mix of popular and rare: the units are put in order of their calls and split
    /// into ten strata of equal size, and each stratum gives its part.
    ///
    /// A unit's luck depends on (seed, unit) alone, so a larger sample of one seed holds nearly all of a
    /// smaller one. Rates stay as they are; see `scalingRate`.
    /// - Throws: `InputError` for a size below one unit or above all of them.
    public func sample(
        _ size: SampleSize, of unit: SampleUnit, seed: UInt64
    ) throws(InputError) -> Workload {
        var calls = callsByFunction()
        if unit == .applications {
            var sums = [Double](repeating: 0, count: applications.count)
            for (index, function) in functions.enumerated() {
                sums[function.application.index] += calls[index]
            }
            calls = sums
        }
        let wanted: Int
        switch size {
        case .count(let count): wanted = count
        case .fraction(let part):
            guard part > 0, part <= 1 else {
                throw InputError(
                    "a sample cannot be \(part) of a trace", remedy: "give a part above 0, up to 1")
            }
            wanted = Int((part * Double(calls.count)).rounded(), within: 0...calls.count)
        }
        guard wanted >= 1, wanted <= calls.count else {
            throw InputError(
                "a sample cannot have \(wanted) \(unit.rawValue)", remedy: "the trace has \(calls.count)")
        }
        let chosen = Workload.choose(wanted, fromStrataBy: calls, seed: seed)
        var result = keeping { function in
            chosen[unit == .functions ? function.index : functions[function.index].application.index]
        }
        result.provenance.title += ", sample of \(wanted) \(unit.rawValue) (seed \(seed))"
        if let fault = result.firstFault() { throw InputError("the sample cannot be run: \(fault)") }
        return result
    }

    /// Which of the units with these weights are in a sample of `wanted`.
    private static func choose(_ wanted: Int, fromStrataBy weights: [Double], seed: UInt64) -> [Bool] {
        let order = weights.indices.sorted { (weights[$0], $0) < (weights[$1], $1) }
        let strata = min(10, order.count)
        let stream = RandomStream(seed: seed, purpose: .sampling)
        var chosen = [Bool](repeating: false, count: weights.count)
        for stratum in 0..<strata {
            let members = order[(stratum * order.count / strata)..<((stratum + 1) * order.count / strata)]
            // Rounding the running sum gives each stratum its part, and all of them `wanted`.
            let before = members.startIndex * wanted / order.count
            let quota = members.endIndex * wanted / order.count - before
            let lucky = members.map { (luck: stream.word(at: UInt64($0)), unit: $0) }
                .sorted { ($0.luck, $0.unit) < ($1.luck, $1.unit) }
            for member in lucky.prefix(quota) { chosen[member.unit] = true }
        }
        return chosen
    }

    /// The calls of each function over the whole trace, by id; their mean for a Poisson stream.
    public func callsByFunction() -> [Double] {
        var sums = [Double](repeating: 0, count: functions.count)
        switch calls {
        case .minuteCounts(let counts):
            for (index, count) in counts.callsByFunction().enumerated() { sums[index] = Double(count) }
        case .events(let events):
            for index in 0..<events.count { sums[events[index].function.index] += 1 }
        case .poisson(let calls):
            let weight = calls.weights.reduce(0, +)
            for index in sums.indices {
                sums[index] = calls.rate * horizon.seconds * calls.weights[index] / weight
            }
        }
        return sums
    }
}
