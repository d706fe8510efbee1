import EventKernel

extension Workload {
    /// The workload of some of the functions, which get new ids in the old order; applications that are left
    /// without functions go. Memory of functions and applications stays as it is.
    func keeping(_ isKept: (FunctionID) -> Bool) -> Workload {
        var functionIDs = [UInt32](repeating: .max, count: functions.count)
        var applicationIDs = [UInt32](repeating: .max, count: applications.count)
        for index in functions.indices where isKept(FunctionID(UInt32(index))) {
            functionIDs[index] = 0
            applicationIDs[functions[index].application.index] = 0
        }
        Workload.number(&functionIDs)
        Workload.number(&applicationIDs)
        var result = self
        result.applications = applications.indices.filter { applicationIDs[$0] != .max }.map {
            applications[$0]
        }
        result.functions = functions.indices.filter { functionIDs[$0] != .max }.map { index in
            var function = functions[index]
            function.application = ApplicationID(applicationIDs[function.application.index])
            return function
        }
        result.calls = calls.renumbered(functionIDs, count: result.functions.count)
        return result
    }

    /// Replaces the zeros by 0, 1, 2 ...
    private static func number(_ ids: inout [UInt32]) {
        var next: UInt32 = 0
        for index in ids.indices where ids[index] == 0 {
            ids[index] = next
            next += 1
        }
    }
}

extension Calls {
    /// The calls under new ids, where `.max` leaves a function out; new ids rise with the old ones.
    func renumbered(_ ids: [UInt32], count: Int) -> Calls {
        switch self {
        case .minuteCounts(let counts):
            var builder = MinuteCountsBuilder(functionCount: count, minutes: counts.minutes)
            for minute in 0..<counts.minutes {
                for cell in counts.cells(inMinute: minute) where ids[cell.function.index] != .max {
                    builder.add(
                        function: FunctionID(ids[cell.function.index]), minute: minute, count: cell.count)
                }
            }
            return .minuteCounts(builder.finish())
        case .events(let events):
            var builder = EventListBuilder()
            for index in 0..<events.count where ids[events[index].function.index] != .max {
                var event = events[index]
                event.function = FunctionID(ids[event.function.index])
                builder.append(event)
            }
            return .events(builder.finish())
        case .poisson(var calls):
            let all = calls.weights.reduce(0, +)
            calls.weights = calls.weights.indices.filter { ids[$0] != .max }.map { calls.weights[$0] }
            if all > 0 { calls.rate *= calls.weights.reduce(0, +) / all }
            return .poisson(calls)
        }
    }
}
