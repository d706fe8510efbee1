import EventKernel

/// A published trace that a workload can be held against.
public enum PublishedTrace: String, Sendable, CaseIterable {
    /// Azure Functions 2019 as ServerlessBench (4b65274) and "Serverless in the Wild" (ATC'20) summarise it;
    /// calls per application are means of 14 days.
    case azure2019
    /// The same, but with the calls of the 17,577 applications that were called on day 1 (femux).
    case azure2019Day1
}

/// How one property of a workload is distributed, against a published trace.
public struct MarginalComparison: Hashable, Sendable {
    /// The property, in words.
    public var name: String
    /// How many values of it the workload has.
    public var samples: Int
    /// Kolmogorov-Smirnov distance, from 0 (the same) to 1; for triggers, total variation.
    public var distance: Double
}

extension Workload {
    /// How the workload's marginals compare with a published trace's, always in this order: calls per
    /// application and day, IAT CV per application and day, execution time, memory, functions per
    /// application, triggers. A property that the workload does not say anything about is left out.
    ///
    /// Calls and their CV need minute counts. Calls per application are the mean over the horizon rounded
    /// down, for every application of the workload (`azure2019`) or those called at all (`azure2019Day1`).
    /// The CV is taken over each whole day of the horizon, or over all of a shorter one.
    public func marginals(against trace: PublishedTrace) -> [MarginalComparison] {
        var result: [MarginalComparison] = []
        func compare(_ name: String, _ sample: [Double], _ curve: PublishedCurve) {
            guard let distance = KolmogorovSmirnov.distance(of: sample, to: curve) else { return }
            result.append(MarginalComparison(name: name, samples: sample.count, distance: distance))
        }
        if case .minuteCounts(let counts) = calls {
            let daily = callsPerApplicationAndDay(counts)
            switch trace {
            case .azure2019: compare("calls per application and day", daily, PublishedTables.callsCurve)
            case .azure2019Day1:
                compare(
                    "calls per application and day", daily.filter { $0 >= 1 }, PublishedTables.firstDayCurve)
            }
            let coefficients = interArrivalCoefficients(counts)
            compare("IAT CV per application and day", coefficients, PublishedTables.interArrivalCurve)
        }
        compare("execution time per function", meanExecutionMilliseconds, PublishedTables.executionCurve)
        let memory = applications.map(\.memory.mebibytes)
        compare("memory per application", memory, PublishedTables.memoryCurve)
        compare("functions per application", functionsPerApplication, PublishedTables.functionsCurve)
        let triggers = PublishedTables.triggers.map { known in functions.count { $0.trigger == known.trigger }
        }
        if let distance = KolmogorovSmirnov.totalVariation(of: triggers, to: PublishedTables.functionShares) {
            let samples = triggers.reduce(0, +)
            result.append(
                MarginalComparison(name: "functions per trigger", samples: samples, distance: distance))
        }
        return result
    }

    /// Calls per day of each application, mean over the horizon, rounded down.
    func callsPerApplicationAndDay(_ counts: MinuteCounts) -> [Double] {
        var sums = [UInt64](repeating: 0, count: applications.count)
        for (function, calls) in counts.callsByFunction().enumerated() {
            sums[functions[function].application.index] += calls
        }
        let days = Double(counts.minutes) / 1_440
        return sums.map { (Double($0) / days + 1e-9).rounded(.down) }
    }

    /// The IAT CV of every application and day with at least two calls, by day and application.
    func interArrivalCoefficients(_ counts: MinuteCounts) -> [Double] {
        let owners = functions.map(\.application.index)
        let wholeDays = counts.minutes / 1_440
        var result: [Double] = []
        for day in 0..<max(wholeDays, 1) {
            let minutes = day * 1_440..<min((day + 1) * 1_440, counts.minutes)
            var moments = ContiguousArray(repeating: InterArrivalMoments(), count: applications.count)
            var calls = ContiguousArray<Double>(repeating: 0, count: applications.count)
            var touched: [Int] = []
            for minute in minutes {
                for cell in counts.cells(inMinute: minute) {
                    let owner = owners[cell.function.index]
                    if calls[owner] == 0 { touched.append(owner) }
                    calls[owner] += Double(cell.count)
                }
                for owner in touched {
                    moments[owner].add(minute: minute, count: calls[owner])
                    calls[owner] = 0
                }
                touched.removeAll(keepingCapacity: true)
            }
            result += moments.compactMap(\.coefficient)
        }
        return result
    }

    /// Mean execution time of each function in ms; functions whose calls bring their own are left out.
    var meanExecutionMilliseconds: [Double] {
        let means = shapes.map { QuantileTable($0).mean }
        return functions.compactMap { function in
            switch function.executionTime {
            case .perCall: nil
            case .constant(let duration): Double(duration.nanoseconds) / 1e6
            case .shaped(let shape, let scale): means[Int(shape)] * scale * 1_000
            case .percentiles(let points): points.mean
            }
        }
    }

    private var functionsPerApplication: [Double] {
        var counts = [Double](repeating: 0, count: applications.count)
        for function in functions { counts[function.application.index] += 1 }
        return counts.filter { $0 > 0 }
    }
}
