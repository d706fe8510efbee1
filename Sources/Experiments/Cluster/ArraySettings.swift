import Workload

/// How a sweep is submitted as a job array.
public struct ArraySettings: Sendable, Hashable {
    /// How many tasks; nil for one a run, up to `standardTasks`.
    public var size: Size?
    /// Options for `sbatch`, such as `--partition=short`, one a `#SBATCH` line.
    public var sbatch: [String]
    /// The program that tasks run.
    public var program: String

    /// Most tasks where nothing is said. Slurm's own limit, `MaxArraySize`, is 1,001 unless it is set.
    public static let standardTasks = 100

    /// How a sweep is submitted.
    public init(size: Size? = nil, sbatch: [String] = [], program: String) {
        self.size = size
        self.sbatch = sbatch
        self.program = program
    }

    /// A number of tasks, and how many run at once: `200` or `200%20`.
    public struct Size: Sendable, Hashable {
        /// How many tasks.
        public let tasks: Int
        /// Most that run at once; nil for as many as Slurm lets.
        public let atOnce: Int?

        /// The size that `text` spells; nil when it spells none.
        public init?(_ text: String) {
            let words = text.split(separator: "%", omittingEmptySubsequences: false).map { Int($0) }
            guard (1...2).contains(words.count), let tasks = words[0], (1...4_000_000).contains(tasks) else {
                return nil
            }
            if words.count == 2 {
                guard let limit = words[1], limit > 0 else { return nil }
                atOnce = limit
            } else {
                atOnce = nil
            }
            self.tasks = tasks
        }

        var text: String { atOnce.map { "\(tasks)%\($0)" } ?? "\(tasks)" }
    }

    /// How many tasks an array of so many runs has.
    func tasks(for runs: Int) -> Int { max(min(size?.tasks ?? Self.standardTasks, runs), 1) }

    /// What is wrong with an option for `sbatch`; nil when nothing is.
    public static func fault(of option: String) -> String? {
        if !option.hasPrefix("-") || ShellWord.hasControlCharacters(option) {
            return "'\(option.prefix(60))' is not an option of sbatch; write --sbatch='--partition=short'"
        }
        // sbatch reads a line of options as a shell would, so a word of one option could be another option.
        let words = option.split { $0 == " " || $0 == "\t" }
        if words.dropFirst().contains(where: { $0.count > 1 && $0.hasPrefix("-") }) {
            return "'\(option.prefix(60))' would be several options; write --sbatch once for each"
        }
        let name = String(String.UnicodeScalarView(option.unicodeScalars.prefix { $0 != "=" && $0 != " " }))
        // sbatch takes the beginnings of its long options for the whole.
        func abbreviates(_ long: String, from least: Int) -> Bool {
            name.utf8.count >= least && long.hasPrefix(name)
        }
        if abbreviates("--array", from: 4) || option.hasPrefix("-a") {
            return "the array is Pagefold's; write --array-size 200, or 200%20 for 20 tasks at once"
        }
        return abbreviates("--wrap", from: 4) ? "the script is Pagefold's; --wrap has no place in it" : nil
    }
}
