/// One run that is to be made.
struct SweepJob: Sendable {
    /// The run's name.
    var digest: String
    /// Every place that it fills; they have the same replicate.
    var cells: [SweepPlan.Cell]
    /// Index of its scenario.
    var scenario: Int
    /// Its workload, and that one's name.
    var workload: WorkloadPool.Key
    var workloadDigest: String
}

extension SweepPlan {
    /// The runs that fill `cells`, each run once, in the order of their first cells.
    func jobs(for cells: [Cell]) -> [SweepJob] {
        var jobs: [SweepJob] = []
        var jobOf: [String: Int] = [:]
        var workloads: [WorkloadPool.Key: String] = [:]
        for cell in cells {
            let key = workload(cell)
            let name = workloads[key] ?? digest(key)
            workloads[key] = name
            let digest = digest(cell, workload: name)
            if let job = jobOf[digest] {
                jobs[job].cells.append(cell)
            } else {
                jobOf[digest] = jobs.count
                jobs.append(
                    SweepJob(
                        digest: digest, cells: [cell], scenario: scenario(cell), workload: key,
                        workloadDigest: name))
            }
        }
        return jobs
    }

    /// All runs of an experiment whose number of replicates is fixed.
    var jobs: [SweepJob] { jobs(for: cells(replicates: 0..<experiment.replicates.count)) }
}
