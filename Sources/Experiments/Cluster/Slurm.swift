import Files
import Foundation
import Workload

/// Slurm's commands.
struct Slurm {
    /// Where commands are looked for.
    var searchPath = ProcessInfo.processInfo.environment["PATH"] ?? ""

    /// What became of a script that was handed in.
    enum Submission {
        /// Slurm took it.
        case taken(SlurmJob)
        /// Slurm may have taken it or not; what sbatch said.
        case unclear(String)
    }

    /// Submits a script.
    /// - Throws: `InputError` with what sbatch says, when it certainly does not take the script.
    func submit(_ script: String) throws -> Submission {
        guard let sbatch = ProgramRun.find("sbatch", in: searchPath) else {
            throw InputError(
                "there is no sbatch on this machine",
                remedy:
                    "give the command on a login node of a Slurm cluster; --dry-run shows the script anywhere"
            )
        }
        let run = try ProgramRun(sbatch, ["--parsable", script], environment: environment)
        let said = Slurm.onOneLine(run.errors.isEmpty ? run.output : run.errors)
        let job = SlurmJob(lastIn: run.output)
        if run.status == 0, let job { return .taken(job) }
        let ended = run.status < 0 ? "was ended by signal \(-run.status)" : "ended with status \(run.status)"
        // Without an answer of the controller nobody knows whether it took the script before the wait was over.
        let isRefusal =
            run.status > 0 && job == nil && !["timed out", "Zero Bytes"].contains { run.errors.contains($0) }
        if !isRefusal {
            let named = job.map { "named job \($0.text)" } ?? "named no job"
            return .unclear("sbatch \(ended) and \(named)\(said.isEmpty ? "" : ": \(said)")")
        }
        throw InputError(
            "sbatch did not take the array: \(said.isEmpty ? "it \(ended)" : said)",
            remedy: Slurm.remedy(for: run.errors))
    }

    /// The environment of the commands, without what would have them answer another question than they are asked.
    private var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter {
            !$0.key.hasPrefix("SQUEUE_") && $0.key != "SBATCH_ARRAY_INX"
        }
    }

    private static func remedy(for errors: String) -> String {
        if errors.contains("job array") {
            return
                "the cluster's MaxArraySize (scontrol show config) must be above the number of tasks: use a "
                + "smaller --array-size"
        }
        if errors.contains("QOSMaxSubmit") || errors.contains("AssocMaxSubmit") || errors.contains("limit") {
            return
                "the cluster limits how much you may submit: use a smaller --array-size, or other --sbatch options"
        }
        return "--dry-run shows the script; options go in with --sbatch"
    }

    /// What the queue holds of some jobs.
    struct Queue: Equatable {
        /// How many tasks are in each state, such as `RUNNING`, by name of the state.
        var states: [(state: String, tasks: Int)] = []
        /// How many tasks wait or run.
        var tasks: Int { states.reduce(0) { $0 + $1.tasks } }

        static func == (a: Queue, b: Queue) -> Bool {
            a.states.elementsEqual(b.states) { $0.state == $1.state && $0.tasks == $1.tasks }
        }

        /// Adds what `squeue -h -r -o %T` prints: the name of a state a line. Other lines, such as a site's
        /// banner, say nothing of tasks. Tasks that have ended and are cleaned up after are left out.
        mutating func add(_ output: String) {
            var counts = Dictionary(uniqueKeysWithValues: states.map { ($0.state, $0.tasks) })
            for line in ProgramRun.lines(of: output) where line != "COMPLETING" {
                let isState = line.utf8.allSatisfy {
                    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) || $0 == UInt8(ascii: "_")
                }
                if isState { counts[line, default: 0] += 1 }
            }
            states = counts.keys.sorted().map { ($0, counts[$0] ?? 0) }
        }
    }

    /// Tasks of these jobs that wait or run; nil when that cannot be known here.
    func queue(_ jobs: [SlurmJob]) throws -> Queue? {
        var queue = Queue()
        for (cluster, jobs) in Dictionary(grouping: jobs, by: \.cluster).sorted(by: { $0.key < $1.key }) {
            guard let squeue = ProgramRun.find("squeue", in: searchPath) else { return nil }
            let numbers = jobs.map(\.number).joined(separator: ",")
            let options = cluster.isEmpty ? [] : ["-M", cluster]
            let run = try ProgramRun(
                squeue, options + ["-h", "-r", "-o", "%T", "-j", numbers], environment: environment)
            if run.status == 0 {
                queue.add(run.output)
            } else if !run.errors.contains("Invalid job id") {
                // Slurm calls the number of a job that ended a while ago invalid; anything else is not an answer.
                return nil
            }
        }
        return queue
    }

    /// What was said, on one line, the end of it when it is long.
    private static func onOneLine(_ text: String) -> String {
        let line = ProgramRun.lines(of: text).joined(separator: "; ")
        return line.count > 500 ? "…" + line.suffix(500) : line
    }
}
