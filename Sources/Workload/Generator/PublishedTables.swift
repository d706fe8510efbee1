/// What is published about the Azure Functions 2019 trace, compiled in so that nothing is read at run time.
/// The figures are in Tables/ and, for readers, in traces/azure2019; traces/derive_tables.py writes both.
enum PublishedTables {
    /// Calls of an application per day, mean of 14 days, rounded down.
    static let callsCurve = PublishedCurve(callsPerApplication, grid: 1)
    /// Coefficient of variation of an application's inter-arrival times within a day.
    static let interArrivalCurve = PublishedCurve(interArrivalCV, grid: 0.001)
    /// Average execution time of a function in a day, ms.
    static let executionCurve = PublishedCurve(executionTime, grid: 5)
    /// Average memory of an application in a day, MB.
    static let memoryCurve = PublishedCurve(memory, grid: 5)
    /// Functions of an application that ran in a day.
    static let functionsCurve = PublishedCurve(functionsPerApplication, grid: 1)

    /// Calls of each of the 17,577 applications called on day 1, rising.
    static let firstDayRanked: [UInt32] = {
        var ranked: [UInt32] = []
        for table in [firstDayCallsLow, firstDayCallsHigh] {
            for pair in stride(from: 0, to: table.count, by: 2) {
                ranked.append(contentsOf: repeatElement(table[pair], count: Int(table[pair + 1])))
            }
        }
        return ranked
    }()

    /// Calls of an application on day 1, of those that were called.
    static let firstDayCurve: PublishedCurve = {
        let ranked = firstDayRanked
        var points: [Double] = []
        var below = 0
        for (index, calls) in ranked.enumerated()
        where index + 1 == ranked.count || ranked[index + 1] != calls {
            points += [Double(calls), Double(below) / Double(ranked.count)]
            below = index + 1
            if index + 1 == ranked.count || ranked[below] != calls + 1 {
                points += [Double(calls) + 1, Double(below) / Double(ranked.count)]
            }
        }
        return PublishedCurve(points, grid: 1)
    }()

    /// The triggers of `triggerShares`, and the letters of `combinationNames`.
    static let triggers: [(trigger: Trigger, letter: Character)] = [
        (.http, "h"), (.timer, "t"), (.queue, "q"), (.event, "e"), (.storage, "s"), (.orchestration, "d"),
        (.others, "o"),
    ]

    /// The share of each of `triggers` among functions; together 1.
    static let functionShares: [Double] = {
        let sum = triggerShares.reduce(0, +)
        return triggerShares.map { $0 / sum }
    }()

    /// The sets of triggers of an application, as indices into `triggers`, with the share of each.
    static let combinations: [(members: [Int], share: Double)] = {
        let sum = combinationShares.reduce(0, +)
        return zip(combinationNames, combinationShares).map { name, share in
            (name.compactMap { letter in triggers.firstIndex { $0.letter == letter } }, share / sum)
        }
    }()
}
