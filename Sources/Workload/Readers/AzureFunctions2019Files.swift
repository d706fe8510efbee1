import Files
import Glibc

/// Finds the files of an Azure Functions 2019 trace in a directory.
struct AzureFunctions2019Files {
    private(set) var invocations: [String] = []
    private(set) var durations: [String] = []
    private(set) var memory: [String] = []

    init(directory: String, days: ClosedRange<Int>?) throws(InputError) {
        func path(_ name: String) -> String {
            directory.hasSuffix("/") ? directory + name : "\(directory)/\(name)"
        }
        if days == nil, exists(path("invocations.csv")) {
            invocations = [path("invocations.csv")]
            durations = [try existing(path("durations.csv"))]
            memory = exists(path("memory.csv")) ? [path("memory.csv")] : []
            return
        }
        if let days, days.lowerBound < 1 || days.upperBound > 99 {
            throw InputError(
                file: directory, "there is no such range of days", remedy: "days go from 1 to 14")
        }
        for day in days ?? 1...14 {
            let suffix = ".anon.d\(day < 10 ? "0" : "")\(day).csv"
            let invocation = path("invocations_per_function_md" + suffix)
            if days == nil, !exists(invocation) { continue }
            invocations.append(try existing(invocation))
            durations.append(try existing(path("function_durations_percentiles" + suffix)))
            let memoryFile = path("app_memory_percentiles" + suffix)
            if exists(memoryFile) { memory.append(memoryFile) }
        }
        if invocations.isEmpty {
            throw InputError(
                file: directory, "holds no Azure Functions 2019 trace",
                remedy: "invocations_per_function_md.anon.d01.csv or invocations.csv is expected there")
        }
    }
}

private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

private func existing(_ path: String) throws(InputError) -> String {
    if exists(path) { return path }
    throw InputError(
        file: path, "is missing",
        remedy: "all files of a day must be in one directory; \(InputError.remedyForMissing(path))")
}
