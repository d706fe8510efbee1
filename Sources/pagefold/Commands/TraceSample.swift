import ArgumentParser
import EventKernel
import Experiments
import Workload

struct TraceSample: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Takes a part of a trace: some functions or applications, some of the time.",
        discussion: """
            The sample keeps the mix of popular and rare. Rates of calls stay as they are unless --scale-rate
            says otherwise.

            Examples:
              pagefold trace sample days1-3.pftrace --count 500 --output small.pftrace
              pagefold trace sample days1-3.pftrace --fraction 0.1 --of functions --output tenth.pftrace
              pagefold trace sample days1-3.pftrace --from '8 h' --length '2 h' --output morning.pftrace
              pagefold trace sample days1-3.pftrace --scale-rate 2 --output twice.pftrace
            """)

    @Argument(help: "The trace: a file or a directory.")
    var input: String

    @Option(help: ArgumentHelp("How many applications or functions to keep.", valueName: "n"))
    var count: Int?

    @Option(help: ArgumentHelp("Which part of them to keep, up to 1.", valueName: "part"))
    var fraction: Double?

    @Option(help: ArgumentHelp("What to choose: applications or functions.", valueName: "unit"))
    var of: SampleUnit = .applications

    @Option(
        help: ArgumentHelp("Begin of the time to keep.", valueName: "time"), transform: TraceSample.duration)
    var from: SimDuration?

    @Option(
        help: ArgumentHelp("Length of the time to keep.", valueName: "time"), transform: TraceSample.duration)
    var length: SimDuration?

    @Option(help: ArgumentHelp("What all calls are multiplied by.", valueName: "factor"))
    var scaleRate: Double?

    @Option(help: ArgumentHelp("What choices are drawn from.", valueName: "n"))
    var seed: UInt64 = 1

    @OptionGroup var options: TraceInput
    @OptionGroup var output: TraceOutput

    static func duration(_ text: String) throws -> SimDuration {
        guard let duration = Quantity.duration(text) else {
            throw ValidationError(Quantity.faultOfDuration(text))
        }
        return duration
    }

    func validate() throws {
        if count != nil && fraction != nil {
            throw ValidationError("--count and --fraction exclude each other.")
        }
        if let fraction, !(fraction > 0 && fraction <= 1) {
            let hint = Share.suggestion(for: fraction, below: 1).map { " (\($0))" } ?? ""
            throw ValidationError("--fraction must be above 0 and at most 1, such as 0.1\(hint).")
        }
        if count == nil && fraction == nil && from == nil && length == nil && scaleRate == nil {
            throw ValidationError("Say what to keep: --count, --fraction, --from, --length or --scale-rate.")
        }
    }

    func run() throws {
        try output.check()
        var workload = try options.open(input)
        workload.noteWarnings()
        if from != nil || length != nil {
            let start = min(from ?? .zero, workload.horizon)
            workload = try workload.window(from: start, length: length ?? workload.horizon - start)
        }
        if let count { workload = try workload.sample(.count(count), of: of, seed: seed) }
        if let fraction { workload = try workload.sample(.fraction(fraction), of: of, seed: seed) }
        if let scaleRate { workload = try workload.scalingRate(by: scaleRate, seed: seed) }
        try output.write(workload)
    }
}

extension SampleUnit: ExpressibleByArgument {}
