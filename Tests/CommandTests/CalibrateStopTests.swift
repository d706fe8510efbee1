import Foundation
import Testing

/// How `pagefold calibrate` ends when it is stopped, killed, or the first process of a container.
@Suite(
    .enabled(if: Command.exists, "skipped: no pagefold binary beside the tests; set PAGEFOLD_BINARY"),
    .serialized)
struct CalibrateStopTests {
    private static let isRoot = geteuid() == 0

    /// Runs the process that sets things back, with these lines on its input, which then ends.
    private func undo(_ lines: String, in directory: String, while body: (Process) throws -> Void = { _ in })
        throws
    {
        let process = try Command.process(["calibrate-undo"], in: directory)
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // It says that it is there before anything is changed.
        #expect(output.fileHandleForReading.readData(ofLength: 1).count == 1)
        try input.fileHandleForWriting.write(contentsOf: Data(lines.utf8))
        try body(process)
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0 && process.terminationReason == .exit)
    }

    @Test func whatIsPledgedAndNotSettledIsDoneInTurnedOrder() throws {
        try withDirectory { directory in
            let (first, second) = ("\(directory)/first", "\(directory)/second")
            for path in [first, second] {
                try "changed".write(toFile: path, atomically: false, encoding: .utf8)
            }
            // Signals that end a terminal's processes do not end it.
            try undo(
                "1\twrite\tN\t\(first)\n2\tremove\t\(second)\n3\tremove\t\(directory)/small.yaml\ndone\t3\n"
                    + "4\twrite\tY\t\(first)\nnonsense\n5\n\n", in: directory
            ) { process in
                for number in [SIGHUP, SIGINT, SIGTERM] { kill(process.processIdentifier, number) }
            }
            // The last is undone first, so that the first value is what stays.
            #expect(try String(contentsOfFile: first, encoding: .utf8).hasPrefix("N"))
            #expect(try names(in: directory) == ["first", "small.yaml"])
        }
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func checkpointStopsWhileAFunctionGivesNoAnswer(number: Int32) throws {
        try withDirectory { directory in
            try """
            functions: 1
            list:
              - name: silent
                run: [/bin/sh, -c, "touch begun; exec sleep 3600.\(number)"]
            """.write(toFile: "\(directory)/list.yaml", atomically: true, encoding: .utf8)
            let process = try Command.process(
                [
                    "calibrate", "checkpoint", "--functions", "list.yaml", "--quiet", "--criu",
                    "/proc/nowhere",
                ],
                in: directory)
            try process.run()
            while process.isRunning, !FileManager.default.fileExists(atPath: "\(directory)/begun") {
                usleep(20_000)
            }
            kill(process.processIdentifier, number)
            let begin = Date()
            let run = Command.outcome(of: process, in: directory)
            // It waits 120 s for an answer; a second is what stopping takes, and a busy machine has some more.
            #expect(Date().timeIntervalSince(begin) < 60)
            #expect(run.status == 128 + number, "\(run.errors)")
            #expect(run.errors.contains("interrupted"))
        }
    }

    @Test(.enabled(if: isRoot, "skipped: only root makes PID namespaces"), arguments: [SIGTERM, SIGINT])
    func theFirstProcessOfAContainerCanBeStoppedAndSaysHowItEnded(number: Int32) throws {
        try withDirectory { directory in
            try """
            functions: 1
            list:
              - name: silent
                run: [/bin/sh, -c, "touch begun; exec sleep 3600"]
            """.write(toFile: "\(directory)/list.yaml", atomically: true, encoding: .utf8)
            let shell =
                "exec unshare --pid --fork --mount-proc --kill-child sh -c 'exec \"$0\" calibrate checkpoint "
                + "--functions list.yaml --quiet --criu /proc/nowhere' \(Command.binary)"
            let process = try Command.process(["-c", shell], in: directory, program: "/bin/sh")
            try process.run()
            while process.isRunning, !FileManager.default.fileExists(atPath: "\(directory)/begun") {
                usleep(20_000)
            }
            // unshare ignores these itself while it waits; its child is the namespace's first process.
            let children = try String(
                contentsOfFile:
                    "/proc/\(process.processIdentifier)/task/\(process.processIdentifier)/children",
                encoding: .utf8)
            let first = try #require(children.split(separator: " ").first.flatMap { Int32($0) })
            kill(first, number)
            let run = Command.outcome(of: process, in: directory)
            #expect(run.status == 128 + number, "\(run.errors)")
            #expect(run.errors.contains("interrupted"))
        }
    }
}
