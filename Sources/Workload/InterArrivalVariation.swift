import EventKernel

/// Coefficients of variation of the times between an application's calls, one for each application and day.
struct InterArrivalVariation {
    private struct Series {
        var last = -1.0
        var count = 0.0
        var sum = 0.0
        var squares = 0.0

        /// Takes in `times` gaps of this length.
        mutating func add(gap: Double, times: Double = 1) {
            count += times
            sum += gap * times
            squares += gap * gap * times
        }

        var variation: Double? {
            guard count > 0, sum > 0 else { return nil }
            let mean = sum / count
            return max(0, squares / count - mean * mean).squareRoot() / mean
        }
    }

    private var series: [Series]
    private var finished: [Double] = []

    init(_ workload: Workload) {
        series = Array(repeating: Series(), count: workload.applications.count)
    }

    /// The coefficients of all applications and days with at least two calls.
    mutating func values(of workload: Workload) -> [Double] {
        switch workload.calls {
        case .minuteCounts(let counts): take(counts, of: workload)
        case .events(let events):
            var day: UInt64 = 0
            for index in 0..<events.count {
                let event = events[index]
                let today = event.time.nanoseconds / 86_400_000_000_000
                if today != day { endDay() }
                day = today
                takeCall(at: event.time.seconds, workload.functions[event.function.index].application)
            }
        case .poisson:
            return Array(repeating: 1, count: workload.applications.count)
        }
        endDay()
        return finished
    }

    private mutating func take(_ counts: MinuteCounts, of workload: Workload) {
        var calls = [UInt64](repeating: 0, count: workload.applications.count)
        var called: [Int] = []
        for minute in 0..<counts.minutes {
            if minute > 0, minute % 1_440 == 0 { endDay() }
            for cell in counts.cells(inMinute: minute) {
                let application = workload.functions[cell.function.index].application.index
                if calls[application] == 0 { called.append(application) }
                calls[application] += UInt64(cell.count)
            }
            for application in called {
                let number = Double(calls[application])
                takeCall(at: Double(minute) * 60, ApplicationID(UInt32(application)))
                series[application].add(gap: 60 / number, times: number - 1)
                series[application].last += 60 / number * (number - 1)
                calls[application] = 0
            }
            called.removeAll(keepingCapacity: true)
        }
    }

    private mutating func takeCall(at time: Double, _ application: ApplicationID) {
        let last = series[application.index].last
        if last >= 0 { series[application.index].add(gap: time - last) }
        series[application.index].last = time
    }

    private mutating func endDay() {
        for index in series.indices {
            if let variation = series[index].variation { finished.append(variation) }
            series[index] = Series()
        }
    }
}
