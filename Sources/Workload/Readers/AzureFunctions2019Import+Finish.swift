import EventKernel
import Files

extension AzureFunctions2019Import {
    /// Settles what is missing and puts the workload together.
    consuming func finish(title: String) throws(InputError) -> Workload {
        let sizes = applicationSizes()
        let known = registry.functions.indices.map { index in
            executions[index] != nil && memory(of: index, sizes) != nil
        }
        if options.missing == .drop {
            try noteDropped()
            guard known.contains(true) else {
                throw InputError(
                    file: inputs[0].path, "no function has both durations and memory",
                    remedy: "fill in medians instead, or give the duration and memory files of these days")
            }
        } else {
            try fillExecutions()
            try fillMemory()
        }
        let names = registry.uniqueApplicationNames()
        var functions: [Function] = []
        for (index, function) in registry.functions.enumerated() {
            functions.append(
                Function(
                    name: function.name, application: function.application, trigger: triggers[index],
                    memory: memory(of: index, sizes) ?? .zero,
                    executionTime: executions[index] ?? .constant(.zero)))
        }
        let sums = try functions.memoryByApplication(count: names.count, file: inputs[0].path)
        let applications = registry.applications.indices.map { index in
            Application(
                name: names[index], owner: registry.applications[index].owner,
                memory: applicationMemory[index] ?? sums[index])
        }
        let drops = options.missing == .drop
        let horizon = SimDuration.minutes(UInt64(minutes))
        let provenance = Provenance(title: title, inputs: inputs, warnings: tally.warnings)
        var whole = Workload(
            applications: applications, functions: functions, shapes: [],
            calls: .minuteCounts(counts.finish()),
            horizon: horizon, provenance: provenance)
        whole.isMemoryByFunction = functionMemory.contains { $0 != nil }
        return drops ? whole.keeping { known[$0.index] } : whole
    }

    /// How many functions each application has in the trace.
    private func applicationSizes() -> [UInt64] {
        var sizes = [UInt64](repeating: 0, count: registry.applications.count)
        for function in registry.functions { sizes[function.application.index] += 1 }
        return sizes
    }

    /// The memory of a function: its own, or an equal part of its application's, as
    /// vhive-serverless/invitro's sampler divides it.
    private func memory(of function: Int, _ sizes: [UInt64]) -> Bytes? {
        if let own = functionMemory[function] { return own }
        let application = registry.functions[function].application.index
        return applicationMemory[application].map { Bytes(max(1, $0.count / sizes[application])) }
    }

    private mutating func noteDropped() throws(InputError) {
        let durations = executions.count { $0 == nil }
        let memories = registry.functions.indices.count { index in
            functionMemory[index] == nil
                && applicationMemory[registry.functions[index].application.index] == nil
        }
        try tally.note("functions without durations are left out", count: durations)
        try tally.note("functions without memory are left out", count: memories)
    }

    /// Gives functions without durations those of the function whose mean is the median.
    private mutating func fillExecutions() throws(InputError) {
        let missing = executions.indices.filter { executions[$0] == nil }
        if missing.isEmpty { return }
        let known = executions.compactMap { $0 }.enumerated()
            .map { (mean: $0.element.knownMean, index: $0.offset, time: $0.element) }
            .sorted { ($0.mean, $0.index) < ($1.mean, $1.index) }
        guard !known.isEmpty else {
            throw InputError(
                file: inputs[0].path, "no function has durations",
                remedy: "give the duration file of these days")
        }
        let median = known[(known.count - 1) / 2].time
        for index in missing { executions[index] = median }
        try tally.note(
            "functions without durations are given those of the median function", count: missing.count)
    }

    /// Gives what has no memory the median: per application, or per function where the trace gives it so.
    private mutating func fillMemory() throws(InputError) {
        let isPerFunction = functionMemory.contains { $0 != nil }
        let known = (isPerFunction ? functionMemory : applicationMemory).compactMap { $0 }.sorted()
        let fill = known.isEmpty ? options.memoryWhereAllUnknown : known[(known.count - 1) / 2]
        let source = known.isEmpty ? "the size set for unknown memory" : "the median"
        var filled = 0
        for (index, function) in registry.functions.enumerated() {
            let application = function.application.index
            if functionMemory[index] != nil || applicationMemory[application] != nil { continue }
            filled += 1
            if isPerFunction { functionMemory[index] = fill } else { applicationMemory[application] = fill }
        }
        try tally.note(
            "\(isPerFunction ? "functions" : "applications") without memory are given \(source)",
            count: filled)
    }
}

extension ExecutionTime {
    /// The mean in seconds where it is known without the workload's shapes and calls.
    var knownMean: Double {
        switch self {
        case .perCall, .shaped: return 0
        case .constant(let duration): return duration.seconds
        case .percentiles(let points): return points.mean / 1_000
        }
    }
}
