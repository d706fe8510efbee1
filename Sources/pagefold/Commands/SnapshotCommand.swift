import ArgumentParser
import Experiments
import Files
import Glibc
import PageContent
import Snapshots

/// `pagefold snapshot`.
struct SnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Captures the pages of one sandbox into a private file.",
        discussion: """
            Exactly one source: a live process, a command that is run until it is ready, or a file. A live \
            process is stopped while it is copied and always let go again.

            Examples:
              pagefold snapshot --pid 4711 --function resize --instance 0
              pagefold snapshot --run --ready-line ready --output pages/resize-0.pfsnap -- python3 resize.py
              pagefold snapshot --core core.4711 --function resize --output resize-0.pfsnap

            Snapshots hold the contents of memory: secrets, inputs. They are written for their owner alone.
            docs/snapshots.md explains what is captured and what is left out.
            """)

    @Option(help: ArgumentHelp("Captures this process.", valueName: "process"))
    var pid: Int32?

    @Flag(
        name: .customLong("run"),
        help: "Runs the command after --, waits until it is ready, captures it and ends it.")
    var isRun = false

    @OptionGroup var source: SnapshotSource
    @OptionGroup(title: "Options of --run") var start: SnapshotRun
    @OptionGroup var naming: SnapshotNaming

    @Flag(help: "Takes all descendants of the process as parts of the same sandbox.")
    var children = false

    @Flag(help: "Prints a summary as JSON.")
    var json = false

    func validate() throws {
        guard source.count + (pid == nil ? 0 : 1) + (isRun ? 1 : 0) == 1 else {
            throw ValidationError("give exactly one of --pid, --run, --core, --criu, --memory and --dump.")
        }
        try start.validate(isRun: isRun)
        if children && source.count > 0 { throw ValidationError("--children needs --pid or --run.") }
        if let pid, pid <= 0 { throw ValidationError("--pid must be above 0.") }
    }

    func run() throws {
        Interrupt.watch()
        Privacy.forbidCoreDumps()
        let added = try naming.labels()
        var report: LiveProcess.Report?
        var snapshot: Snapshot
        if source.count > 0 {
            snapshot = try source.read(as: naming.label(standard: source.baseName))
        } else {
            let capture = try capture()
            (snapshot, report) = (capture.snapshot, capture.report)
        }
        try Interrupt.check()
        if let error = snapshot.emptiness(file: source.path ?? pid.map { "process \($0)" } ?? "the command") {
            throw error
        }
        snapshot.labels = naming.merge(added, over: snapshot.labels).sorted { $0.name < $1.name }
        let output = naming.path(for: snapshot)
        try Privacy.makeDirectory(of: output)
        try SnapshotFile.write(snapshot, to: output)
        let summary = SnapshotSummary(snapshot, report, output: output)
        for remark in snapshot.remarks { Terminal.note("note: \(remark)") }
        Terminal.note(summary.text)
        if json { Terminal.print(summary.json.text, terminator: "") } else { Terminal.print(output) }
    }

    private func capture() throws -> LiveProcess.Capture {
        let options = LiveProcess.Options(includesChildren: children)
        if let pid {
            return try LiveProcess.capture(
                pid, as: naming.label(standard: LiveProcess.executable(of: pid)), options: options)
        }
        let command = try start.begin()
        defer { command.end() }
        try command.waitUntilReady { Interrupt.signal != nil }
        try Interrupt.check()
        return try LiveProcess.capture(
            command.process, as: naming.label(standard: LiveProcess.executable(of: command.process)),
            options: options)
    }
}
