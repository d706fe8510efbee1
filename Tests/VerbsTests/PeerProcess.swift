import Foundation

/// The other side in a process of its own, and programs beside it.
final class PeerProcess {
    private let process = Process()
    private let output = Pipe()
    private var text = ""

    /// Where the other side's program is: named by the environment, or beside the tests.
    static let program: String? = {
        if let named = ProcessInfo.processInfo.environment["PAGEFOLD_TEST_PEER"] { return named }
        let beside = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
            .appendingPathComponent("verbs-peer").path
        return FileManager.default.isExecutableFile(atPath: beside) ? beside : nil
    }()

    /// Starts the other side, or another program by a shell command in which PEER is the other side's.
    init(_ words: [String] = [], shell: String? = nil) throws {
        let program = Self.program ?? "verbs-peer"
        process.executableURL = URL(fileURLWithPath: shell == nil ? program : "/bin/sh")
        process.arguments = shell.map { ["-c", $0.replacingOccurrences(of: "PEER", with: program)] } ?? words
        process.standardOutput = output
        process.standardError = output
        try process.run()
        // Whatever goes wrong, nobody waits for it longer than this.
        let identifier = process.processIdentifier
        DispatchQueue.global().asyncAfter(deadline: .now() + 60) { [weak process] in
            if process?.isRunning == true { Foundation.kill(identifier, SIGKILL) }
        }
    }

    deinit { kill() }

    /// Waits for a line that holds a word and gives it; nil when the output ends before.
    func line(with word: String) -> String? {
        while true {
            if let line = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .first(where: { $0.contains(word) })
            {
                return String(line)
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            text += String(decoding: more, as: UTF8.self)
        }
    }

    /// Waits for the end and gives all output.
    func finish() -> (output: String, status: Int32) {
        text += String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (text, process.terminationStatus)
    }

    /// Ends it without a chance to say farewell.
    func kill() {
        if process.isRunning {
            Foundation.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }
}
