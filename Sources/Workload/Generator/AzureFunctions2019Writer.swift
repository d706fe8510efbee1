import EventKernel
import Files

/// Writes a workload with minute counts as the Azure Functions 2019 release does: for each day
/// `invocations_per_function_md.anon.dNN.csv`, `function_durations_percentiles.anon.dNN.csv` and
/// `app_memory_percentiles.anon.dNN.csv`, so that other tools can read it.
///
/// As in the release, a day's files have rows only for what was called on that day. What a workload does not
/// hold is filled in plainly: percentiles of a duration are those of its distribution, minimum and maximum
/// the typical extremes of that many calls, all percentiles of memory are the one amount there is. A horizon
/// that ends within a day gives a last file with fewer minutes.
public struct AzureFunctions2019Writer {
    private let workload: Workload
    private let counts: MinuteCounts

    /// A writer of `workload`.
    /// - Throws: `InputError` when its calls are not counted by minute.
    public init(_ workload: Workload) throws(InputError) {
        guard case .minuteCounts(let counts) = workload.calls else {
            throw InputError(
                "the Azure 2019 format counts calls by minute, and this workload does not",
                remedy: "generate one, or read a trace of counts")
        }
        self.workload = workload
        self.counts = counts
    }

    /// Writes all files into `directory`, which is made if it is missing: all of them or none.
    /// - Parameter force: whether files of the same names that are there may be replaced. What else is there stays.
    /// - Returns: the paths written, in order.
    /// - Throws: `InputError` naming the file that could not be written.
    @discardableResult
    public func write(to directory: String, force: Bool = false) throws(InputError) -> [String] {
        let all = days.flatMap { names(ofDay: $0) }
        let output = try AtomicDirectory(at: directory) { others throws(InputError) in
            let replaced = others.intersection(all)
            for name in replaced.sorted() {
                if !force {
                    throw InputError(
                        file: "\(directory)/\(name)", "exists already",
                        remedy: "choose another directory, or add --force")
                }
                try InputFiles.refuse(path: "\(directory)/\(name)")
            }
            return replaced
        }
        for day in days {
            let cells = DayCells(counts, day: day)
            let files = names(ofDay: day).map { "\(output.staging)/\($0)" }
            try writeInvocations(cells, files[0])
            try writeDurations(cells, files[1])
            try writeMemory(cells, files[2])
        }
        try output.commit()
        return all.map { "\(directory)/\($0)" }
    }

    private var days: Range<Int> { 0..<(counts.minutes + 1_439) / 1_440 }

    private func names(ofDay day: Int) -> [String] {
        let number = day + 1 < 10 ? "0\(day + 1)" : "\(day + 1)"
        let kinds = [
            "invocations_per_function_md", "function_durations_percentiles", "app_memory_percentiles",
        ]
        return kinds.map { "\($0).anon.d\(number).csv" }
    }

    private func writeInvocations(_ cells: DayCells, _ path: String) throws(InputError) {
        var file = try AtomicTextFile(path)
        file.append("HashOwner,HashApp,HashFunction,Trigger")
        for minute in 1...cells.minutes { file.append(",\(minute)") }
        file.append("\n")
        for (id, function) in workload.functions.enumerated() where cells.calls(of: id) > 0 {
            appendKey(function, to: &file)
            file.append("," + name(function.trigger))
            var minute = 0
            for (at, count) in cells.cells(of: id) {
                while minute < at {
                    file.append(",0")
                    minute += 1
                }
                file.append(",\(count)")
                minute += 1
            }
            while minute < cells.minutes {
                file.append(",0")
                minute += 1
            }
            file.append("\n")
            try file.flushIfLarge()
        }
        try file.finish()
    }

    private func writeDurations(_ cells: DayCells, _ path: String) throws(InputError) {
        var file = try AtomicTextFile(path)
        file.append("HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum")
        for percent in [0, 1, 25, 50, 75, 99, 100] { file.append(",percentile_Average_\(percent)") }
        file.append("\n")
        for (id, function) in workload.functions.enumerated() where cells.calls(of: id) > 0 {
            let calls = cells.calls(of: id)
            guard let summary = summary(function.executionTime, calls: calls) else { continue }
            appendKey(function, to: &file)
            file.append(",\(decimal(summary.mean)),\(calls),\(decimal(summary.low)),\(decimal(summary.high))")
            for value in summary.percentiles { file.append("," + decimal(value)) }
            file.append("\n")
            try file.flushIfLarge()
        }
        try file.finish()
    }

    private func writeMemory(_ cells: DayCells, _ path: String) throws(InputError) {
        var file = try AtomicTextFile(path)
        file.append("HashOwner,HashApp,SampleCount,AverageAllocatedMb")
        for percent in [1, 5, 25, 50, 75, 95, 99, 100] { file.append(",AverageAllocatedMb_pct\(percent)") }
        file.append("\n")
        var called = [Bool](repeating: false, count: workload.applications.count)
        for (id, function) in workload.functions.enumerated() where cells.calls(of: id) > 0 {
            called[function.application.index] = true
        }
        for (index, application) in workload.applications.enumerated() where called[index] {
            let megabytes = decimal(application.memory.mebibytes)
            file.append("\(owner(application)),\(application.name),\(cells.minutes)")
            for _ in 0..<9 { file.append("," + megabytes) }
            file.append("\n")
            try file.flushIfLarge()
        }
        try file.finish()
    }

    private func appendKey(_ function: Function, to file: inout AtomicTextFile) {
        let application = workload.applications[function.application.index]
        file.append("\(owner(application)),\(application.name),\(function.name)")
    }

    /// The format has no empty owner; an application without one is its own.
    private func owner(_ application: Application) -> String {
        application.owner.isEmpty ? application.name : application.owner
    }

    private func name(_ trigger: Trigger) -> String {
        switch trigger {
        case .http: "http"
        case .timer: "timer"
        case .queue: "queue"
        case .event: "event"
        case .storage: "storage"
        case .orchestration: "orchestration"
        case .others, .unknown: "others"
        }
    }

    /// Milliseconds of a function's calls; nil where every call brings its own.
    private func summary(_ time: ExecutionTime, calls: UInt64) -> DurationSummary? {
        switch time {
        case .perCall: return nil
        case .constant(let duration):
            let value = Double(duration.nanoseconds) / 1e6
            return DurationSummary(
                mean: value, low: value, high: value, percentiles: [Double](repeating: value, count: 7))
        case .percentiles(let points):
            let values = [points.p0, points.p1, points.p25, points.p50, points.p75, points.p99, points.p100]
                .map { Double($0) }
            return DurationSummary(mean: points.mean, low: values[0], high: values[6], percentiles: values)
        case .shaped(let shape, let scale):
            let law = workload.shapes[Int(shape)]
            let edge = 0.5 / Double(calls)
            func value(_ p: Double) -> Double { law.quantile(p) * scale * 1_000 }
            let (low, high) = (value(edge), value(1 - edge))
            let inside = [0.01, 0.25, 0.5, 0.75, 0.99].map { min(max(value($0), low), high) }
            let mean = QuantileTable(law).mean * scale * 1_000
            return DurationSummary(mean: mean, low: low, high: high, percentiles: [low] + inside + [high])
        }
    }

    /// Up to three digits after the point, none that are zero at the end.
    private func decimal(_ value: Double) -> String {
        let thousandths = Int((value * 1_000).rounded(), within: 0...(.max))
        var digits = String(thousandths % 1_000)
        if thousandths % 1_000 == 0 { return "\(thousandths / 1_000)" }
        digits = String(repeating: "0", count: 3 - digits.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "\(thousandths / 1_000).\(digits)"
    }
}

/// Milliseconds of the calls of one function in one day.
private struct DurationSummary {
    var mean: Double
    var low: Double
    var high: Double
    var percentiles: [Double]
}

/// The calls of one day by function.
private struct DayCells {
    let minutes: Int
    private var starts: [Int]
    private var entries: ContiguousArray<(minute: UInt16, count: UInt32)>
    private var sums: [UInt64]

    init(_ counts: MinuteCounts, day: Int) {
        let span = day * 1_440..<min((day + 1) * 1_440, counts.minutes)
        minutes = span.count
        starts = [Int](repeating: 0, count: counts.functionCount + 1)
        sums = [UInt64](repeating: 0, count: counts.functionCount)
        for minute in span {
            for cell in counts.cells(inMinute: minute) {
                starts[cell.function.index + 1] += 1
                sums[cell.function.index] += UInt64(cell.count)
            }
        }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        entries = ContiguousArray(repeating: (0, 0), count: starts[starts.count - 1])
        var next = starts
        for minute in span {
            for cell in counts.cells(inMinute: minute) {
                entries[next[cell.function.index]] = (UInt16(minute - span.lowerBound), cell.count)
                next[cell.function.index] += 1
            }
        }
    }

    /// All calls of a function in the day.
    func calls(of function: Int) -> UInt64 { sums[function] }

    /// The minutes, from 0, in which a function was called, with its calls.
    func cells(of function: Int) -> some Sequence<(minute: Int, count: UInt32)> {
        entries[starts[function]..<starts[function + 1]].lazy.map { (Int($0.minute), $0.count) }
    }
}
