import ArgumentParser
import Experiments
import Files
import Glibc
import Workload

/// How a command ends that could not do its work.
enum Failure {
    /// Exit statuses.
    enum Status: Int32 {
        case checkFailed = 1
        case wrongUse = 2
        case unusableInput = 3
    }

    /// A check that ran and did not pass; its report says why.
    struct CheckFailed: Error {}

    /// Wrong use that only the command itself can see.
    struct WrongUse: Error {
        var command: String
        var message: String

        init(of command: String, _ message: String) {
            self.command = command
            self.message = message
        }
    }

    /// A command that was interrupted by this signal.
    struct Interrupted: Error {
        var signal: Int32
        /// What became of the work.
        var message: String

        init(signal: Int32, _ message: String = "nothing was written") {
            self.signal = signal
            self.message = message
        }
    }

    /// Says what went wrong and leaves.
    static func exit(for error: any Error) -> Never {
        switch error {
        case let error as InputError:
            say(error.description)
            leave(Status.unusableInput.rawValue)
        case let errors as InputErrors:
            for error in errors.errors.prefix(20) { say(error.description) }
            if errors.errors.count > 20 { say("and \(errors.errors.count - 20) more") }
            leave(Status.unusableInput.rawValue)
        case is CheckFailed:
            Terminal.finish()
            leave(Status.checkFailed.rawValue)
        case let wrong as WrongUse:
            say("\(wrong.message)\n  See 'pagefold \(wrong.command) --help' for more information.")
            leave(Status.wrongUse.rawValue)
        case let interrupted as Interrupted:
            say("interrupted; \(interrupted.message)")
            leave(128 + interrupted.signal)
        default:
            exitForUse(error)
        }
    }

    /// Help, the version, and wrong use of the command line.
    private static func exitForUse(_ error: any Error) -> Never {
        let message = Pagefold.fullMessage(for: error)
        if Pagefold.exitCode(for: error) == .success {
            Terminal.print(message)
            Terminal.finish()
            leave(0)
        }
        let prefix = "Error: "
        let text = message.hasPrefix(prefix) ? message.dropFirst(prefix.count) : message[...]
        if let unknown = UnknownCommand(in: Array(CommandLine.arguments.dropFirst())) {
            // In place of the parser's first line, which calls the word an unexpected argument.
            let usage = text.firstIndex(of: "\n").map { text[$0...] } ?? ""
            say(unknown.message + usage)
        } else {
            say(String(text))
        }
        leave(Status.wrongUse.rawValue)
    }

    private static func say(_ text: String) { Terminal.note("pagefold: error: \(text)") }

    private static func leave(_ status: Int32) -> Never { Glibc.exit(status) }
}
