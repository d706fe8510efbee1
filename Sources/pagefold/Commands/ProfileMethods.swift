import ArgumentParser
import Experiments
import Files
import PageContent

struct ProfileMethods: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "methods",
        abstract: "Compares ways to hold sandboxes in less memory on the same snapshots.",
        discussion: """
            In each pairing one instance of every function is a base, which is there anyway, and another one is the
            target, which is stored. Saving is 1 - stored / original bytes of the target; patches and metadata
            count as stored, the base and its registry do not. A patched page takes its patch and 16 B, a kept
            one 4096 + 8 B, a page of zeros 8 B.

            'private' counts the pages that a checkpoint would hold. 'all' counts clean pages of files too: what
            the page cache holds for a base anyway costs nothing, under every method alike.

            Examples:
              pagefold profile methods snapshots/on
              pagefold profile methods snapshots/on --methods zstd,spread,spread+zstd --pairings all
              pagefold profile methods snapshots/off --node-instances 3 --csv > methods.csv
            """)

    @OptionGroup var options: AnalysisOptions

    @Option(help: ArgumentHelp("Only these methods.", valueName: "a,b,..."))
    var methods: String?

    @Option(
        help: ArgumentHelp(
            "How many instances of each function a node holds. Default: all.", valueName: "count"))
    var nodeInstances: Int?

    @Option(
        help: ArgumentHelp(
            "For how many pages a function the best patch is sought; 0 leaves that out.", valueName: "pages"))
    var sample = 50

    @Option(help: ArgumentHelp("The seed of that sample.", valueName: "seed"))
    var seed: UInt64 = 1

    func validate() throws {
        if let nodeInstances, nodeInstances < 1 {
            throw ValidationError("--node-instances takes 1 or more.")
        }
        if !(0...1_000_000).contains(sample) {
            throw ValidationError("--sample must be from 0 to 1000000.")
        }
        if let methods, !methods.contains(where: { $0 != "," && $0 != " " }) {
            throw ValidationError("--methods names no method.")
        }
    }

    func run() throws {
        let methods = try chosen()
        let groups = try options.groups()
        let rounds = try groups.rounds(options.pairings)
        let comparison = try MethodComparison(
            methods, on: rounds, of: groups, nodeInstances: nodeInstances, seed: seed,
            threads: options.input.threads, progress: options.progress(of: "methods"))
        options.endProgress()
        let node = groups.instances.map { min($0.count, nodeInstances ?? .max) }.reduce(0, +)
        MethodReport(comparison: comparison, rounds: rounds.count, nodeSandboxes: node)
            .print(in: options.format)
    }

    private func chosen() throws -> [any SavingMethod] {
        let all = StandardMethods.all(sample: sample)
        guard let methods else { return all }
        let words = methods.split(separator: ",").map { $0.filter { $0 != " " } }
        if words.isEmpty { throw Failure.WrongUse(of: "profile methods", "--methods names no method.") }
        return try words.map { word in
            guard let method = all.first(where: { $0.name == word }) else {
                throw InputError(
                    "'\(word)' is not a method",
                    remedy: "there are: \(all.map(\.name).joined(separator: ", "))")
            }
            return method
        }
    }
}
