import Files
import Foundation
import Workload

/// Slurm's commands.
struct Slurm {
    /// Where commands are looked for.
    var searchPath = ProcessInfo.processInfo.environment["PATH"] ?? ""

    /// What a command gave.
    private struct Answer {
        var status: Int32
        var output: String
        var errors: String
    }

    /// Submits a script.
    /// - Returns: the number of the job.
    /// - Throws: `InputError` with what sbatch says, when it does not take the script.
    func submit(_ script: String) throws -> String {
        guard let sbatch = find("sbatch") else {
            throw InputError(
                "there is no sbatch on this machine",
                remedy:
                    "give the command on a login node of a Slurm cluster; --dry-run shows the script anywhere"
            )
        }
        let answer = try run(sbatch, ["--parsable", script])
        let job = answer.output.prefix { $0.isNumber }
        guard answer.status == 0, !job.isEmpty else {
            let said = answer.errors.isEmpty ? "status \(answer.status)" : Slurm.onOneLine(answer.errors)
            throw InputError(
                "sbatch did not take the array: \(said)", remedy: Slurm.remedy(for: answer.errors))
        }
        return String(job)
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

        /// Reads what `squeue -h -r -o %T` prints. Tasks that have ended and are cleaned up after are left out.
        init(_ output: String) {
            var counts: [String: Int] = [:]
            for line in output.split(separator: "\n") {
                let state = String(line.trimmed)
                if !state.isEmpty && state != "COMPLETING" { counts[state, default: 0] += 1 }
            }
            states = counts.keys.sorted().map { ($0, counts[$0] ?? 0) }
        }
    }

    /// Tasks of these jobs that wait or run; nil when that cannot be known here.
    func queue(_ jobs: [String]) throws -> Queue? {
        guard !jobs.isEmpty else { return Queue("") }
        guard let squeue = find("squeue") else { return nil }
        let answer = try run(squeue, ["-h", "-r", "-o", "%T", "-j", jobs.joined(separator: ",")])
        if answer.status == 0 { return Queue(answer.output) }
        // What Slurm says of a job that ended a while ago.
        return answer.errors.contains("Invalid job id") ? Queue("") : nil
    }

    private func find(_ command: String) -> String? {
        searchPath.split(separator: ":").map { "\($0)/\(command)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    private func run(_ path: String, _ arguments: [String]) throws -> Answer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        do {
            try process.run()
        } catch {
            throw InputError(file: path, "cannot be started: \(error.localizedDescription)")
        }
        // Slurm's commands say little on standard error, so one pipe may be read after the other.
        let texts = [output, errors].map {
            String(decoding: $0.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        }
        process.waitUntilExit()
        let ended = process.terminationReason == .exit
        return Answer(
            status: ended ? process.terminationStatus : -process.terminationStatus, output: texts[0],
            errors: texts[1])
    }

    private static func onOneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).map(\.trimmed).filter { !$0.isEmpty }.joined(separator: "; ")
    }
}
