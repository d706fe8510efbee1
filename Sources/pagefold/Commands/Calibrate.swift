import ArgumentParser
import Calibration
import Experiments
import Files
import HardwareCosts

struct Calibrate: ParsableCommand {
    /// The parts, in the order in which `all` runs them.
    static let parts: [any CalibrationPart] = [
        HashPart(), PatchPart(), CompressPart(), MemoryPart(), FaultPart(), CopyPart(), CheckpointPart(),
        SwapPart(), RDMAPart(),
    ]

    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Measures what hardware costs on this machine, for simulations to reckon with.",
        discussion: """
            Parts:
            \(parts.map { "  \($0.name): \($0.about)" }.joined(separator: "\n"))

            Everything is measured in several rounds; rounds that differ by more than \
            \(Int(TimingSettings.noisySpread * 100)) % mark a cost as noisy, in
            the file too. What the machine cannot measure is absent, with the reason; nothing is guessed. A part
            that is named alone and cannot run ends with status 3. docs/calibration.md says how times are taken.

            Examples:
              pagefold calibrate all --output costs.json
              pagefold calibrate hash patch --quick
              pagefold calibrate patch --pages target.pfsnap --pages base.pfsnap --output costs.yaml
              pagefold calibrate rdma --quick
              pagefold calibrate rdma serve --listen 0.0.0.0               on one host; it prints a token for the other:
              PAGEFOLD_RDMA_TOKEN=TOKEN pagefold calibrate rdma run HOST --output rdma.json
              pagefold calibrate --compare costs.json pages-measured
            """)

    @Argument(
        help: ArgumentHelp(
            "Parts, or all; or rdma serve, or rdma run HOST. With --compare: two costs files.",
            valueName: "part"))
    var names: [String] = []

    @Option(
        help: ArgumentHelp(
            "Writes the costs (.json or .yaml), and points for plots beside.", valueName: "file"))
    var output: String?

    @Flag(help: "Measures less, for a first look.")
    var quick = false

    @Option(
        help: ArgumentHelp(
            "How often everything is repeated. Default: 7, with --quick 3.", valueName: "count"))
    var rounds: Int?

    @Option(help: ArgumentHelp("The name of the costs. Default: the file's.", valueName: "name"))
    var name: String?

    @Option(
        help: ArgumentHelp(
            "A snapshot whose pages are worked on; given again, that of its base. Default: pages of Pagefold.",
            valueName: "file"))
    var pages: [String] = []

    @Option(
        help: ArgumentHelp(
            "Functions that checkpoint starts: a file that lists them. Default: Pagefold's own, of three sizes.",
            valueName: "file"))
    var functions: String?

    @Option(
        help: ArgumentHelp("CRIU, for checkpoint: its path or name. Default: criu.", valueName: "program"))
    var criu = "criu"

    @Flag(help: "Shows two costs files side by side, each given by name or path.")
    var compare = false

    @Flag(help: "Shows no progress.")
    var quiet = false

    @OptionGroup(title: "RDMA") var rdma: CalibrateRDMA

    @OptionGroup var format: ResultFormat

    func validate() throws {
        if compare {
            if output != nil || quick || rounds != nil || name != nil || !pages.isEmpty || functions != nil {
                throw ValidationError("--compare measures nothing: leave the other options out.")
            }
            return
        }
        if let rounds, !TimingSettings.allowedRounds.contains(rounds) {
            throw ValidationError("--rounds takes 1 to \(TimingSettings.allowedRounds.upperBound).")
        }
        if let name, !CalibrationOutput.isName(name) {
            throw ValidationError("--name takes 1 to 100 letters, digits, dots, hyphens and underscores.")
        }
        if let output, !CalibrationOutput.endings.contains(where: output.hasSuffix) {
            throw ValidationError("--output takes a file ending in .json or .yaml.")
        }
        if pages.count > 2 { throw ValidationError("--pages takes a snapshot and that of its base.") }
    }

    /// Checks the names. Not in `validate`, which runs before unknown options are found out: the value of a
    /// misspelt one would be taken for a part.
    private func checkNames() throws {
        if compare {
            guard names.count == 2 else {
                throw Failure.WrongUse(of: "calibrate", "--compare takes two costs files.")
            }
            return
        }
        let role: CalibrateRDMA.Role
        do {
            role = try CalibrateRDMA.role(of: names)
            try rdma.check(role, isMeasured: names.contains { $0 == "rdma" || $0 == "all" })
        } catch let error as ValidationError {
            throw Failure.WrongUse(of: "calibrate", error.message)
        }
        if role == .serve, output != nil || quick || rounds != nil || name != nil || !pages.isEmpty {
            throw Failure.WrongUse(
                of: "calibrate", "'rdma serve' measures nothing: leave the other options out.")
        }
        if role != .here { return }
        let known = Calibrate.parts.map(\.name)
        let list = known.joined(separator: ", ")
        if names.isEmpty {
            throw Failure.WrongUse(of: "calibrate", "Name a part, or all; there are: \(list).")
        }
        for name in names where name != "all" && !known.contains(name) {
            let remedy = Suggestion.phrase(for: name, among: known + ["all"], otherwise: "there are: \(list)")
            throw Failure.WrongUse(
                of: "calibrate", "'\(name.prefix(60))' is not a part of the calibration (\(remedy))")
        }
    }

    func run() throws {
        try checkNames()
        if compare { return try showComparison() }
        let role = try CalibrateRDMA.role(of: names)
        if role == .serve { return try rdma.serve() }
        Interrupt.watch()
        MachineUndo.keeper.withLock { $0 = ["/proc/self/exe", CalibrateUndo.commandName] }
        let chosen = try Calibrate.parts.filter { names.contains("all") || names.contains($0.name) }
            .map { $0 is RDMAPart ? try rdma.part(role) : $0 }
        let found = try SampleFunctions.find(functions, isQuick: quick)
        // Begun now, so that a path that cannot be written is found out before anything is measured.
        var file: CalibrationOutput?
        if let output { file = try CalibrationOutput(output) }
        let run = try measure(chosen, found)
        let failure = chosen.count == 1 ? run.parts.first?.failure ?? nothing(run) : nil
        // Before anything is printed: who reads that may be gone, and what was measured is not lost with it.
        if failure == nil { try file?.write(run) }
        CalibrationReport(run: run).print(in: format)
        warn(of: run)
        if let failure {
            throw InputError("part '\(chosen[0].name)' cannot run on this machine: \(failure)")
        }
    }

    /// Why the only part gave no cost; nil when it did.
    private func nothing(_ run: CalibrationRun) -> String? {
        if run.hasCosts { return nil }
        return CostPrimitive.allCases.compactMap { run.costs.absent[$0] }.first ?? "nothing was measured"
    }

    private func measure(
        _ chosen: [any CalibrationPart], _ functions: CalibrationFunctions
    ) throws -> CalibrationRun {
        let processors = Pinning.allowed
        let pin = Pinning()
        if pin.processor == nil {
            Terminal.note("warning: not pinned to a processor: the kernel does not allow it")
        }
        let progress = ShareProgress(title: "calibrate", isQuiet: quiet)
        defer { progress.finish() }
        let settings = TimingSettings(rounds: rounds, isQuick: quick)
        var found: CalibrationPages?
        return try CalibrationRun(
            name: name ?? CalibrationOutput.name(for: output), about: "Measured by pagefold calibrate", chosen
        ) { index in
            CalibrationContext(
                settings: settings, processors: processors,
                pages: {
                    if let found { return found }
                    let pages = try SamplePages.find(pages)
                    found = pages
                    return pages
                }, functions: { functions }, criu: criu,
                isStopped: { Interrupt.signal != nil }, check: { try Interrupt.check() },
                report: { share, detail in
                    progress.reached(
                        (Double(index) + share) / Double(chosen.count),
                        detail.isEmpty ? chosen[index].name : "\(chosen[index].name): \(detail)")
                })
        }
    }

    private func warn(of run: CalibrationRun) {
        if rounds == 1 { Terminal.note("warning: a single round cannot show noise") }
        guard !run.noisy.isEmpty else { return }
        // Where nearly all are, the table is the list.
        let names =
            run.noisy.count > 6
            ? "\(run.noisy.count) of \(run.costs.costs.count) costs, which are marked"
            : run.noisy.map(\.name).joined(separator: ", ")
        Terminal.note(
            "warning: noisy machine: rounds differ by more than \(Int(TimingSettings.noisySpread * 100)) % in: \(names)"
        )
    }

    private func showComparison() throws {
        let sets = try names.map { try CostSources.find($0, directory: TextFile.workingDirectory) }
        let comparison = CostComparison(sets[0], sets[1])
        format.print(
            text: comparison.text(width: Terminal.width), markdown: comparison.markdown, csv: comparison.csv,
            json: comparison.json)
    }
}
