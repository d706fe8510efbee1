import Files
import Workload

/// What the store of a sweep holds once the parts of all its arrays are merged into it.
struct Collection {
    /// The plan of the sweep.
    let plan: SweepPlan
    /// All runs that the sweep asks for.
    let jobs: [SweepJob]
    /// Indices into `jobs` of those that neither the store nor any part holds.
    private(set) var missing: [Int] = []
    /// How many runs came from parts.
    private(set) var new = 0
    /// How many parts were read.
    private(set) var parts = 0
    /// Parts that could not be used, and why. Their runs count as missing.
    private(set) var skipped: [InputError] = []

    private let writer: StoreWriter

    /// Merges what `directory` holds for `plan` with the store at `path`. Nothing is written before `publish`.
    /// - Throws: `InputError` when the store cannot be used, or two files give different results for a run.
    init(_ plan: SweepPlan, store path: String, parts directory: PartsDirectory, readOnly: Bool) throws {
        self.plan = plan
        jobs = plan.jobs
        writer = try StoreWriter(copyOf: path, for: plan, readOnly: readOnly)
        var known: [String: SweepJob] = [:]
        for job in jobs { known[job.digest] = job }
        var sources = try writer.fingerprints().mapValues { (fingerprint: $0, file: path) }
        for part in try directory.parts() {
            let runs: [FinishedRun]
            do {
                runs = try StorePart(reading: part, experiment: plan.experiment.digest).runs(
                    among: known, of: plan)
            } catch let error as InputError {
                skipped.append(error)
                continue
            }
            var fresh: [FinishedRun] = []
            for run in runs {
                if let before = sources[run.digest] {
                    try Collection.check(run, in: part, against: before)
                } else {
                    sources[run.digest] = (run.fingerprint, part)
                    fresh.append(run)
                }
            }
            try writer.add(fresh)
            new += fresh.count
            parts += 1
        }
        try writer.fill(jobs.flatMap { job in job.cells.map { ($0, job.digest) } })
        missing = jobs.indices.filter { !writer.contains(jobs[$0].digest) }
    }

    private static func check(
        _ run: FinishedRun, in part: String, against before: (fingerprint: String, file: String)
    ) throws {
        if run.fingerprint == before.fingerprint { return }
        throw InputError(
            file: part,
            "run \(run.digest) has the fingerprint \(run.fingerprint) here and \(before.fingerprint) in \(before.file)",
            remedy:
                "the same run must give the same result: find out which machine or program is at fault and "
                + "remove its file; nothing was merged")
    }

    /// Writes the merged store in place of the old one.
    func publish() throws { try writer.publish() }
}
