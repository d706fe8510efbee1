import ArgumentParser
import Calibration
import Experiments
import Files
import Glibc
import PageContent
import Snapshots

/// Real pages for a calibration: those of snapshots, or of two processes of this program.
enum SamplePages {
    /// Pages of the snapshots at `paths` (the first is worked on, the last is its base), or else of this program.
    static func find(_ paths: [String]) throws -> CalibrationPages {
        guard let first = paths.first, let last = paths.last else {
            do {
                return try ofThisProgram()
            } catch let error as InputError {
                // Where processes may not be examined, the other parts run all the same.
                throw PartUnavailable("no pages to work on: \(error.problem); give snapshots with --pages")
            }
        }
        let (top, bottom) = (try SnapshotFile.open(first), try SnapshotFile.open(last))
        let sentences = try Snapshot.compare([(first, top), (last, bottom)], places: false)
        for sentence in sentences { Terminal.note("warning: \(sentence)") }
        let (target, base) = (top.pages, bottom.pages)
        // Never the file's name: it may say whose memory it is.
        let source = "pages of snapshots, \(target.count) against \(base.count)"
        return CalibrationPages(target: target, base: base, source: source)
    }

    /// Two processes of this program that have read the shipped costs: as alike as instances of one function.
    private static func ofThisProgram() throws -> CalibrationPages {
        var sets: [PageSet] = []
        for instance in 0..<2 {
            let command = try StartedCommand(
                StartedCommand.Settings(
                    arguments: ["/proc/self/exe", CalibrateIdle.commandName],
                    readiness: .line(CalibrateIdle.ready)))
            defer { command.end() }
            try command.waitUntilReady { Interrupt.signal != nil }
            try Interrupt.check()
            let label = InstanceLabel(function: "pagefold", instance: instance)
            sets.append(try LiveProcess.capture(command.process, as: label).snapshot.pages)
        }
        return CalibrationPages(
            target: sets[1], base: sets[0],
            source: "pages of two processes of Pagefold, \(sets[1].count) against \(sets[0].count)")
    }
}

/// Does some work and then waits to be ended: a process whose pages can be looked at.
struct CalibrateIdle: ParsableCommand {
    static let commandName = "calibrate-idle"
    static let ready = "ready"

    static let configuration = CommandConfiguration(
        commandName: commandName, abstract: "Waits until it is ended.", shouldDisplay: false)

    func run() throws {
        // Who starts it and dies takes it along; started by hand it ends with Ctrl-C.
        let sets = try CostSources.shippedNames.map { try CostSources.find($0, directory: ".") }
        Terminal.print(CalibrateIdle.ready)
        withExtendedLifetime(sets) { while true { pause() } }
    }
}

/// Waits for the end of another Pagefold and sets back what that has changed on the machine and could not itself.
struct CalibrateUndo: ParsableCommand {
    static let commandName = "calibrate-undo"

    static let configuration = CommandConfiguration(
        commandName: commandName, abstract: "Sets back what a calibration has changed.", shouldDisplay: false)

    func run() { MachineUndo.keep() }
}
