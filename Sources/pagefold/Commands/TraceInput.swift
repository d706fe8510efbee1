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
                throw ValidationError("Expected memory such as 170 MiB.")
            }
            return memory
        })
    var memory: Bytes = .mebibytes(170)

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
        case .pftrace: return try TraceFile.open(path)
        case .azure2019:
            var options = AzureFunctions2019Reader.Options()
            options.strict = strict
            options.memoryWhereAllUnknown = memory
            return try AzureFunctions2019Reader(directory: path, days: days, options: options).read()
        case .azure2021:
            return try AzureFunctions2021Reader(path: path, applicationMemory: memory, strict: strict).read()
        case .events: return try EventListReader(path: path, functionMemory: memory, strict: strict).read()
        }
    }

    /// What a file looks like: a directory, one of our files, or a list of calls by its first line.
    private static func format(of path: String) throws -> Format {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw InputError(file: path, String(cString: strerror(errno)), remedy: "check the path")
        }
        if status.st_mode & S_IFMT == S_IFDIR { return .azure2019 }
        if path.hasSuffix(".\(TraceFile.pathExtension)") { return .pftrace }
        let head = try TextFile.head(path, bytes: 200)
        return head.hasPrefix("app,func,end_timestamp,duration") ? .azure2021 : .events
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
