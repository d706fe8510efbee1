import ArgumentParser
import EventKernel
import Experiments
import Files
import Glibc
import Workload

/// A trace in any format that can be read.
struct TraceInput: ParsableArguments {
    /// Formats of traces.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case pftrace, azure2019, azure2021, events
    }

    @Option(help: ArgumentHelp("The format; by default it is found out.", valueName: "name"))
    var format: Format?

    @Option(
        help: ArgumentHelp("Days of the Azure 2019 release, such as 7 or 1..3.", valueName: "days"),
        transform: { text in
            guard let days = Quantity.days(text) else {
                throw ValidationError("Expected days such as 7 or 1..3.")
            }
            return days
        })
    var days: ClosedRange<Int>?

    @Option(
        help: ArgumentHelp("Memory where the trace does not say, such as 170 MiB.", valueName: "memory"),
        transform: { text in
            guard let memory = Quantity.memory(text) else {
                throw ValidationError(Quantity.faultOfMemory(text))
            }
            return memory
        })
    var memory: Bytes = .mebibytes(170)

    @Option(
        help: ArgumentHelp(
            "Which time of the trace's clock is time 0 of events, azure2021 and pftrace: first-call, a time "
                + "such as '0 s', or a date.",
            valueName: "time"),
        transform: { text in
            guard let zero = Quantity.timeZero(text) else {
                throw ValidationError(Quantity.faultOfTimeZero(text))
            }
            return zero
        })
    var timeZero: TimeZero?

    @Flag(help: "Makes every warning about a trace an error.")
    var strict = false

    /// Reads the trace at `path`.
    func open(_ path: String) throws -> Workload {
        let workload = try read(path)
        if strict, let warning = workload.provenance.warnings.first {
            throw InputError(
                file: path, "\(warning.message): \(warning.count)",
                remedy: "mend the trace, or leave --strict out")
        }
        return workload
    }

    private func read(_ path: String) throws -> Workload {
        switch try format ?? TraceInput.format(of: path) {
        case .pftrace:
            var workload = try TraceFile.open(path)
            if let timeZero { return try workload.starting(at: timeZero, file: path) }
            try workload.checkClock(file: path)
            return workload
        case .azure2019:
            var options = AzureFunctions2019Reader.Options()
            if timeZero != nil {
                throw InputError(
                    file: path, "--time-zero is for traces that give each call by itself",
                    remedy: "leave it out: counts by minute begin with their first minute")
            }
            options.strict = strict
            options.memoryWhereAllUnknown = memory
            return try AzureFunctions2019Reader(directory: path, days: days, options: options).read()
        case .azure2021:
            return try AzureFunctions2021Reader(
                path: path, applicationMemory: memory, timeZero: timeZero, strict: strict
            ).read()
        case .events:
            return try EventListReader(
                path: path, functionMemory: memory, timeZero: timeZero, strict: strict
            ).read()
        }
    }

    /// What a file looks like: a directory, one of our files, or a list of calls by the columns it has.
    private static func format(of path: String) throws -> Format {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw InputError.unopened(path)
        }
        if status.st_mode & S_IFMT == S_IFDIR { return .azure2019 }
        if path.hasSuffix(".\(TraceFile.pathExtension)") { return .pftrace }
        if try TraceFile.isTrace(path) { return .pftrace }
        switch try CallListFormat.find(path) {
        case .azure2021: return .azure2021
        case .azure2019, .events: return .events
        }
    }
}

extension Workload {
    /// Says on standard error what was mended while the trace was read.
    func noteWarnings() {
        for warning in provenance.warnings {
            Terminal.note("pagefold: warning: \(warning.message): \(warning.count)")
        }
    }
}
