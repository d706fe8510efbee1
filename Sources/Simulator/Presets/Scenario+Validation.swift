import EventKernel
import Files
import Workload

extension Scenario {
    /// Checks that the scenario can run on `workload`.
    /// - Throws: `InputError` naming the setting that cannot work.
    public func validate(for workload: Workload) throws {
        func require(_ holds: Bool, _ problem: String, _ remedy: String) throws {
            if !holds { throw InputError(problem, remedy: remedy) }
        }
        try require(!nodes.isEmpty, "the cluster has no nodes", "give at least one group under cluster.nodes")
        for (index, group) in nodes.enumerated() {
            let place = "cluster.nodes[\(index)]"
            try require(group.count > 0, "\(place).count is \(group.count)", "give at least one node")
            try require(group.memory > .zero, "\(place).memory is zero", "give the nodes some memory")
            try require(
                group.limit.map { $0 > .zero && $0 <= group.memory } ?? true,
                "\(place).limit is \(group.limit?.mebibytes ?? 0) MiB, its memory \(group.memory.mebibytes) MiB",
                "give a limit above 0 and up to the memory, or none")
            try require(
                group.cores > 0 && group.cores.isFinite, "\(place).cores is \(group.cores)",
                "give at least part of a core")
        }
        try validateSize()
        try require(
            (1...10_000).contains(sandbox.concurrency), "sandbox.concurrency is \(sandbox.concurrency)",
            "give a number from 1 to 10,000")
        try require(
            (1...1_000_000).contains(waiting.startsAtOnce ?? 1),
            "waiting.starts-at-once is \(waiting.startsAtOnce ?? 1)", "give a number from 1 to 1,000,000")
        let shares = layers.reduce(0) { $0 + $1.share }
        try require(
            abs(shares - 1) < 1e-9 && layers.allSatisfy { $0.share >= 0 },
            "the layers' shares add up to \(shares)",
            "they must add up to 1")
        try require(
            measurement.interval > .zero, "measurement.interval is zero",
            "give a time between points, such as 1 min")
        try require(
            measurement.warmUp < workload.horizon, "the warm-up is as long as the workload",
            "shorten measurement.warm-up below \(workload.horizon.seconds) s")
        try validateTimeline(horizon: workload.horizon)
        try validateCores()
        try validateMechanism()
        try require(!workload.functions.isEmpty, "the workload has no functions", "choose another trace")
        if let fault = workload.firstLawFault() {
            throw InputError("the workload cannot be run: \(fault.problem)", remedy: fault.remedy)
        }
    }
}
