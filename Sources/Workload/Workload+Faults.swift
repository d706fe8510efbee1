import EventKernel

extension Workload {
    /// The first thing that keeps this workload from being run, in words; nil when it is sound. Looks at each
    /// call once. Readers and trace files only give sound workloads; generators may use it to check theirs.
    public func firstFault() -> String? {
        tableFault() ?? executionFault() ?? callsFault()
    }

    private func tableFault() -> String? {
        if functions.isEmpty { return "there are no functions" }
        if functions.count > MinuteCounts.functionLimit { return "there are too many functions" }
        if applications.count > Int(UInt32.max) { return "there are too many applications" }
        if horizon == .zero || horizon > Workload.longestHorizon {
            return "the horizon is not between 0 and 100 years"
        }
        var names = Set<String>()
        for application in applications {
            if !names.insert(application.name).inserted {
                return "two applications are called `\(application.name)`"
            }
            if application.memory > Workload.largestMemory { return "an application takes more than 1 EiB" }
        }
        var pairs = Set<FunctionPlace>()
        for function in functions {
            if function.application.index >= applications.count {
                return "function `\(function.name)` belongs to no application"
            }
            if function.memory > Workload.largestMemory { return "a function takes more than 1 EiB" }
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

    /// A hundred years.
    static var longestHorizon: SimDuration { .hours(100 * 366 * 24) }
    /// An EiB.
    static var largestMemory: Bytes { Bytes(1 << 60) }
    /// Half a century more than `longestHorizon` still counts in 63 bits of nanoseconds.
    static var longestSeconds: Double { 4e9 }

    private func executionFault() -> String? {
        for shape in shapes {
            if let fault = shape.fault { return "a shape is no distribution: \(fault)" }
        }
        // What a QuantileTable can draw at most.
        let most = shapes.map { $0.quantile(1 - 0x1p-40) }
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
            // Gaps must count in 63 bits of nanoseconds, and time must go on.
            if !(calls.rate >= 1e-8 && calls.rate <= 1e9) {
                return "the rate of calls is not 1e-8 ... 1e9 a second"
            }
            if calls.weights.count != functions.count {
                return "there is not one popularity for each function"
            }
            let sum = calls.weights.reduce(0, +)
            if !(sum > 0 && sum.isFinite) || calls.weights.contains(where: { !($0 >= 0) }) {
                return "the popularities are not numbers from 0 with a sum above 0"
            }
            return nil
        }
    }

    private func fault(in counts: MinuteCounts) -> String? {
        if counts.functionCount > functions.count {
            return "calls are counted for functions that do not exist"
        }
        let minutes = UInt64(counts.minutes)
        if minutes > Workload.longestHorizon.nanoseconds / 60_000_000_000 {
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
