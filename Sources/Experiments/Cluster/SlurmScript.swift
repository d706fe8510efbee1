import Files

/// The batch script of a round.
struct SlurmScript {
    private let round: ArrayRound
    private let experiment: String

    /// The script of this round.
    /// - Throws: `InputError` when a path or an option holds control characters: what follows a newline would be a
    ///   line of the script.
    init(_ round: ArrayRound) throws(InputError) {
        for path in [round.directory, round.settings.program] where ShellWord.hasControlCharacters(path) {
            throw InputError(
                "the path \(String(reflecting: path)) holds control characters, which cannot stand in a batch script",
                remedy: "rename the folder or the file, or choose another")
        }
        for option in round.settings.sbatch {
            if let fault = ArraySettings.fault(of: option) { throw InputError(fault) }
        }
        self.round = round
        let path = round.input.file
        experiment =
            path.utf8.split(separator: UInt8(ascii: "/")).last.map { String(decoding: $0, as: UTF8.self) }
            ?? "sweep"
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
            exec \(ShellWord.quoted(round.settings.program)) sweep task \\
                \(ShellWord.quoted(parts)) --round \(round.number) \\
                --task "$SLURM_ARRAY_TASK_ID" --tasks \(round.tasks) --workers "${SLURM_CPUS_PER_TASK:-1}"

            """
    }

    private var parts: String {
        round.directory.lastIndex(of: "/").map { String(round.directory[..<$0]) } ?? round.directory
    }

    /// A path in an option of sbatch, where `%` has a meaning and `\` takes it away.
    private static func quotedPath(_ path: String) -> String {
        var doubled = ""
        for scalar in path.unicodeScalars {
            if scalar == "%" { doubled += "%" }
            doubled.unicodeScalars.append(scalar)
        }
        return ShellWord.quoted(doubled)
    }
}
