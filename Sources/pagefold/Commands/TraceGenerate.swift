import ArgumentParser
import Workload

struct TraceGenerate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Draws a workload like that of Azure Functions in July 2019, of any size.",
        discussion: """
            Examples:
              pagefold trace generate --functions 2000 --output small.pftrace
              pagefold trace generate --applications 17577 --days 14 --seed 7 --output azure-like
            """)

    @Option(help: ArgumentHelp("How many applications.", valueName: "n"))
    var applications: Int?

    @Option(help: ArgumentHelp("How many functions.", valueName: "n"))
    var functions: Int?

    @Option(help: ArgumentHelp("How many days; parts are possible.", valueName: "n"))
    var days = 1.0

    @Option(help: ArgumentHelp("Day of the week of the first minute, 0 Monday to 6 Sunday.", valueName: "n"))
    var startWeekday = 0

    @Option(help: ArgumentHelp("Hour of the day of the first minute.", valueName: "n"))
    var startHour = 0

    @Option(help: ArgumentHelp("What all calls are multiplied by.", valueName: "factor"))
    var loadScale = 1.0

    @Option(help: ArgumentHelp("Calls per application: mean-14-days or day-1.", valueName: "name"))
    var popularity = "mean-14-days"

    @Option(help: ArgumentHelp("What everything is drawn from.", valueName: "n"))
    var seed: UInt64 = 1

    @OptionGroup var output: TraceOutput

    func validate() throws {
        if (applications == nil) == (functions == nil) {
            throw ValidationError("Give either --applications or --functions.")
        }
        if !["mean-14-days", "day-1"].contains(popularity) {
            throw ValidationError("--popularity is mean-14-days or day-1.")
        }
    }

    func run() throws {
        try output.check()
        let size = applications.map { AzureLikeGenerator.Size.applications($0) } ?? .functions(functions ?? 0)
        let generator = AzureLikeGenerator(
            size: size, popularity: popularity == "day-1" ? .day1 : .mean14Days, days: days,
            startWeekday: startWeekday, startHour: startHour, loadScale: loadScale, seed: seed)
        try output.write(try generator.generate())
    }
}
