/// The batch script of a round.
struct SlurmScript {
    private let round: ArrayRound
    private let experiment: String

    /// The script of this round.
    init(_ round: ArrayRound) {
        self.round = round
        let path = round.input.file
        experiment = path.split(separator: "/").last.map(String.init) ?? "sweep"
    }

    /// Its text.
    var text: String {
        let throttle = round.settings.size?.atOnce.map { "%\($0)" } ?? ""
        let name = experiment.prefix { $0 != "." }.filter {
            $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0))
        }
        // Own options first: of two that contradict each other, sbatch takes the later one.
        let options =
            [
                "--job-name=pagefold-\(name.prefix(40))", "--array=0-\(round.tasks - 1)\(throttle)",
                "--output=\(SlurmScript.quotedPath(round.logs))/%A_%a.txt", "--open-mode=append", "--requeue",
                "--ntasks=1", "--cpus-per-task=1",
            ] + round.settings.sbatch
        // The program takes the shell's place, so that Slurm's signals reach it.
        return """
            #!/bin/bash
            \(options.map { "#SBATCH \($0)" }.joined(separator: "\n"))
            exec \(SlurmScript.quoted(round.settings.program)) sweep task \\
                \(SlurmScript.quoted(parts)) --round \(round.number) \\
                --task "$SLURM_ARRAY_TASK_ID" --tasks \(round.tasks) --workers "${SLURM_CPUS_PER_TASK:-1}"

            """
    }

    private var parts: String {
        round.directory.lastIndex(of: "/").map { String(round.directory[..<$0]) } ?? round.directory
    }

    /// A word of the shell.
    static func quoted(_ text: String) -> String {
        let plain = text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "/._-+=:,@".contains($0)) }
        return plain && !text.isEmpty
            ? text
            : "'"
                + text.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''") + "'"
    }

    /// A path in an option of sbatch, where `%` has a meaning and `\` takes it away.
    private static func quotedPath(_ path: String) -> String {
        quoted(path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%"))
    }
}
