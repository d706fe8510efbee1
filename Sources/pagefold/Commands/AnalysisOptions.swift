import ArgumentParser
import Experiments
import Files
import Glibc
import PageContent
import Snapshots

/// What analyses of snapshots have in common.
struct AnalysisOptions: ParsableArguments {
    @OptionGroup var input: SnapshotInput

    @Option(
        help: ArgumentHelp(
            """
            Which instances are compared: one (the second with the first), rotation (each with the one \
            before it), all (all ordered pairs).
            """, valueName: "how"))
    var pairings: Pairing = .rotation

    @Flag(help: "Shows no progress.")
    var quiet = false

    @OptionGroup var format: ResultFormat

    /// The snapshots by function.
    func groups() throws -> InstanceGroups { try InstanceGroups(input.open().map(\.pages)) }

    /// Tells how far the work is. Signals end it at once: it only reads, and a step of it may take minutes.
    func progress(of title: String) -> (Int, Int, String) throws -> Void {
        let begin = AnalysisOptions.seconds()
        return { done, count, name in
            if quiet { return }
            let line =
                "\(title): \(done + 1) of \(count), \(Int(AnalysisOptions.seconds() - begin)) s: \(name)"
            if Terminal.hasTerminal {
                Terminal.show(line: line)
            } else if done % 10 == 0 {
                Terminal.note(line)
            }
        }
    }

    /// The work that `progress` told of is over.
    func endProgress() {
        if !quiet && Terminal.hasTerminal { Terminal.clearLine() }
    }

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension Pairing: ExpressibleByArgument {}

extension JSONValue {
    /// A number, nothing for what is not one.
    static func finite(_ value: Double?) -> JSONValue {
        value.map { $0.isFinite ? .number($0) : .null } ?? .null
    }
}
