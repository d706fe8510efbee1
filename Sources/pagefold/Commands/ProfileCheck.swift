import ArgumentParser
import Experiments
import Files
import PageContent

struct ProfileCheck: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract:
            "Compares what a profile's class rows predict with the registry itself, on its own snapshots.",
        discussion: """
            Draws random sets of base functions and a target function, deduplicates the target's pages one by one against
            the set, and compares the saving with the prediction. Exit status 1 when the mean absolute error is larger than
            --tolerance.

            Examples:
              pagefold profile check on.pfprofile captures/on
              pagefold profile check on.pfprofile captures/on --sampler spread --subsets 200 --json
            """)

    @Argument(help: ArgumentHelp("The profile, made of these snapshots.", valueName: "profile"))
    var profile: String

    @OptionGroup var source: ProfileSource
    @OptionGroup var dedup: DedupOptions

    @Option(help: ArgumentHelp("How many random sets.", valueName: "number"))
    var subsets = 100

    @Option(help: "What the sets are drawn by.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The largest mean absolute error, in percentage points.", valueName: "points"))
    var tolerance = 0.5

    @Flag(help: "Prints JSON.")
    var json = false

    func validate() throws {
        if !(1...1_000_000).contains(subsets) {
            throw ValidationError("--subsets must be from 1 to 1000000.")
        }
        if !(tolerance >= 0) { throw ValidationError("--tolerance cannot be negative.") }
    }

    func run() throws {
        let stored = try ProfileFile.read(profile)
        let asked = try dedup.settings()
        let wanted = asked.filter { stored.measure($0) != nil }
        for settings in asked where !wanted.isEmpty && stored.measure(settings) == nil {
            Terminal.note("note: \(profile) has no measure `\(settings.name)`; it is not checked")
        }
        if wanted.isEmpty {
            throw InputError(
                file: profile, "has none of these measures",
                remedy: "it has: \(stored.measures.map(\.settings.name).joined(separator: "; "))")
        }
        let builder = try source.builder(measures: wanted)
        let progress = StepProgress(title: "check", isQuiet: false)
        var checks: [(name: String, check: ClassRowsCheck)] = []
        for settings in wanted {
            do throws(Unmeasured) {
                checks.append(
                    (
                        settings.name,
                        try builder.check(stored, settings: settings, count: subsets, seed: seed) {
                            progress.reached($0, of: $1)
                        }
                    ))
            } catch {
                throw InputError(
                    file: profile, "was not made of these snapshots",
                    remedy: "name the snapshots it was made of")
            }
        }
        progress.finish()
        Terminal.print(
            json ? ProfileCheckReport.json(checks) : ProfileCheckReport.text(checks), terminator: "")
        if checks.contains(where: { $0.check.meanAbsoluteError * 100 > tolerance }) {
            Terminal.note("the mean absolute error is above \(tolerance) percentage points")
            throw Failure.CheckFailed()
        }
    }
}

/// What a check of class rows says.
enum ProfileCheckReport {
    static func text(_ checks: [(name: String, check: ClassRowsCheck)]) -> String {
        var table = TextTable([
            .words("measure"), .numbers("sets"), .numbers("mean abs. error, pp"), .numbers("bias, pp"),
            .numbers("largest, pp"),
        ])
        for (name, check) in checks {
            table.add([
                name, "\(check.cases.count)", points(check.meanAbsoluteError), points(check.bias),
                points(check.largestError),
            ])
        }
        return table.text(width: Terminal.width)
    }

    static func json(_ checks: [(name: String, check: ClassRowsCheck)]) -> String {
        JSONValue.array(
            checks.map { name, check in
                .object([
                    ("measure", .string(name)), ("sets", .number(Double(check.cases.count))),
                    ("meanAbsoluteError", .number(check.meanAbsoluteError)), ("bias", .number(check.bias)),
                    ("largestError", .number(check.largestError)),
                    (
                        "cases",
                        .array(
                            check.cases.map { one in
                                .object([
                                    ("function", .string(one.function)),
                                    ("bases", .array(one.bases.map { .string($0) })),
                                    ("exact", .number(one.exact)), ("predicted", .number(one.predicted)),
                                ])
                            })
                    ),
                ])
            }
        ).text
    }

    private static func points(_ share: Double) -> String { Decimal.fixed(share * 100, decimals: 2) }
}
