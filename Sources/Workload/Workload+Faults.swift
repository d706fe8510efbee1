import EventKernel

extension Workload {
    /// The first thing that keeps this workload from being run, in words; nil when it is sound. Looks at each
    /// call once. Readers and trace files only give sound workloads; generators may use it to check theirs.
    public func firstFault() -> String? {
        tableFault() ?? executionFault() ?? callsFault()
    }

    /// The first time, amount of memory or rate that is too large or too small to be drawn and added up, in words, and what
    /// to do about it; nil when there is none. Looks at each function once, and at no call.
    public func firstLawFault() -> (problem: String, remedy: String)? {
        if let fault = horizonFault { return (fault, "give a horizon of up to 100 years") }
        if let fault = memoryFault() { return (fault, "give it less memory") }
        if let fault = executionFault() {
            return (fault, "give shorter executions, or a law whose tail is lighter")
        }
        if case .poisson(let calls) = calls, let fault = calls.fault(functions: functions.count) {
            return (fault, "give another rate, number of calls or horizon")
        }
        return nil
    }

    private var horizonFault: String? {
        horizon == .zero || horizon > .longest ? "the horizon is not between 0 and 100 years" : nil
    }

    private func memoryFault() -> String? {
        if let application = applications.first(where: { $0.memory > .largest }) {
            return "application `\(application.name)` takes more than 1 EiB"
        }
        if let function = functions.first(where: { $0.memory > .largest }) {
            return "function `\(function.name)` takes more than 1 EiB"
        }
        return nil
    }

    private func tableFault() -> String? {
        if functions.isEmpty { return "there are no functions" }
        if functions.count > MinuteCounts.functionLimit { return "there are too many functions" }
        if applications.count > Int(UInt32.max) { return "there are too many applications" }
        if let fault = horizonFault ?? memoryFault() { return fault }
        var names = Set<String>()
        for application in applications {
            if !names.insert(application.name).inserted {
                return "two applications are called `\(application.name)`"
            }
        }
        var pairs = Set<FunctionPlace>()
        for function in functions {
            if function.application.index >= applications.count {
                return "function `\(function.name)` belongs to no application"
            }
            let place = FunctionPlace(application: function.application, name: function.name)
            if !pairs.insert(place).inserted {
                return "two functions of one application are called `\(function.name)`"
            }
        }
        return nil
    }

    private struct FunctionPlace: Hashable {
        var application: ApplicationID
        var name: String
    }

    /// Some decades more than `SimDuration.longest`, and still before `SimTime.end`.
    static var longestSeconds: Double { 4e9 }

    private func executionFault() -> String? {
        for shape in shapes {
            if let fault = shape.fault { return "a shape is not a distribution: \(fault)" }
        }
        // What a QuantileTable can draw at most.
        let most = shapes.map(\.largestDraw)
        for function in functions {
            switch function.executionTime {
            case .perCall:
                guard case .events = calls else {
                    return
                        "function `\(function.name)` takes execution times from its calls, which have none"
                }
            case .constant(let duration):
                if duration.seconds > Workload.longestSeconds {
                    return "function `\(function.name)` executes for more than a century"
                }
            case .shaped(let shape, let scale):
                if Int(shape) >= shapes.count {
                    return "function `\(function.name)` has a shape that does not exist"
                }
                if !(scale >= 0 && scale * most[Int(shape)] < Workload.longestSeconds) {
                    return "function `\(function.name)` can execute for more than a century"
                }
            case .percentiles(let p):
                let rises = 0 <= p.p0 && p.p0 <= p.p1 && p.p1 <= p.p25 && p.p25 <= p.p50
                if !(rises && p.p50 <= p.p75 && p.p75 <= p.p99 && p.p99 <= p.p100) {
                    return "the percentiles of function `\(function.name)` do not rise from 0"
                }
                if Double(p.p100) > Workload.longestSeconds * 1_000 {
                    return "function `\(function.name)` can execute for more than a century"
                }
            }
        }
        return nil
    }

    private func callsFault() -> String? {
        switch calls {
        case .minuteCounts(let counts): return fault(in: counts)
        case .events(let events): return fault(in: events)
        case .poisson(let calls):
            return calls.fault(functions: functions.count)
        }
    }

    private func fault(in counts: MinuteCounts) -> String? {
        if counts.functionCount > functions.count {
            return "calls are counted for functions that do not exist"
        }
        let minutes = UInt64(counts.minutes)
        if minutes > SimDuration.longest.nanoseconds / 60_000_000_000 {
            return "there are too many minutes"
        }
        if minutes > 0, SimDuration.minutes(minutes - 1) >= horizon {
            return "minutes lie beyond the horizon"
        }
        return counts.fault()
    }

    private func fault(in events: EventList) -> String? {
        var last = SimTime.zero
        for index in 0..<events.count {
            let event = events[index]
            if event.function.index >= functions.count {
                return "a call is of a function that does not exist"
            }
            if event.time < last { return "calls are not in order of time" }
            if event.time.nanoseconds >= horizon.nanoseconds { return "a call lies beyond the horizon" }
            if event.duration.seconds > Workload.longestSeconds {
                return "a call executes for more than a century"
            }
            last = event.time
        }
        return nil
    }
}

extension PoissonCalls {
    /// The first thing that keeps a stream over so many functions from being drawn, in words; nil when it is sound.
    func fault(functions: Int) -> String? {
        // The longest gap that is drawn, 28 times the mean, must count in 63 bits of nanoseconds, and time must go on.
        if !(rate >= PoissonCalls.leastRate && rate <= PoissonCalls.mostRate) {
            return "\(rate) calls a second are not between one in ten years and 1e9 a second"
        }
        if weights.count != functions { return "there is not one popularity for each function" }
        let sum = weights.reduce(0, +)
        if !(sum > 0 && sum.isFinite) || weights.contains(where: { !($0 >= 0) }) {
            return "the popularities are not numbers from 0 with a sum above 0"
        }
        return nil
    }
}

extension MinuteCounts {
    /// The first damage in the table or the cells; nil when all is well.
    func fault() -> String? {
        let size = region.bytes.count - (minutes + 1) * 8
        if size < 0 || region.word(0) != 0 || region.word(minutes) != UInt64(size) {
            return "the table of minutes is damaged"
        }
        for minute in 0..<minutes where region.word(minute) > region.word(minute + 1) {
            return "the table of minutes is damaged"
        }
        var cellsFound = 0
        var calls: UInt64 = 0
        for minute in 0..<minutes {
            var cells = cells(inMinute: minute)
            var previous = -1
            while let cell = cells.next() {
                if cell.count == 0 { return "minute \(minute) counts a function without calls" }
                if cell.function.index <= previous { return "the functions of minute \(minute) do not rise" }
                if cell.function.index >= functionCount {
                    return "minute \(minute) counts a function that does not exist"
                }
                previous = cell.function.index
                cellsFound += 1
                calls += UInt64(cell.count)
            }
            if cells.position != cells.end || cells.stopped {
                return "the cells of minute \(minute) are damaged"
            }
        }
        return cellsFound == cellCount && calls == totalCalls ? nil : "the sums of calls are wrong"
    }
}
