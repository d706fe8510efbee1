import Files
import Glibc
import Snapshots

/// A function that runs and answers.
final class FunctionProcess {
    /// The process.
    let process: Int32
    /// The function's name, for errors.
    private let name: String
    private let channel: Channel
    private let patience: Patience
    /// Whether it is a child of this process, so that its end is told to us.
    private let isChild: Bool
    private var isGone = false
    /// How it ended, as the kernel says it of children.
    private var status: Int32 = 0

    /// Starts `arguments`; the process is killed when the calling thread ends.
    init(_ name: String, _ arguments: [String], _ channel: Channel, patience: Patience) throws(InputError) {
        process = try ChildProcess.start(
            arguments, input: channel.functionInput, output: channel.functionOutput)
        self.name = name
        self.channel = channel
        self.patience = patience
        isChild = true
    }

    /// A process that somebody else has started on `channel`, as a child of this process or not.
    init(_ name: String, process: Int32, isChild: Bool, _ channel: Channel, patience: Patience) {
        self.process = process
        self.name = name
        self.channel = channel
        self.patience = patience
        self.isChild = isChild
    }

    deinit { end() }

    /// Waits for the line that says that it is ready, which comes before all answers; the line.
    @discardableResult
    func waitUntilReady() throws(InputError) -> String {
        while true {
            let line = String(decoding: try nextLine(), as: UTF8.self)
            if line.contains("ready") { return line }
        }
    }

    /// The answer to request number `request` of the instance whose inputs `seed` names.
    func answer(to request: Int, seed: Int) throws(InputError) -> [UInt8] {
        try channel.send("{\"seed\": \(seed), \"request\": \(request)}")
        return try nextLine()
    }

    /// Sends a line that is not a request; the next line.
    func command(_ line: String) throws(InputError) -> String {
        try channel.send(line)
        return String(decoding: try nextLine(), as: UTF8.self)
    }

    private func nextLine() throws(InputError) -> [UInt8] {
        let line = channel.line(
            patience: patience.seconds, isOver: { self.hasEnded() || self.patience.isStopped() })
        if let line { return line }
        if patience.isStopped() {
            throw InputError(file: "function \(name)", "was waited for, and the user stopped it")
        }
        let what =
            hasEnded() ? "ended without an answer\(reason)" : "gave no answer for \(Int(patience.seconds)) s"
        throw InputError(file: "function \(name)", what, remedy: "run its command by hand")
    }

    /// How it ended, where that is known.
    private var reason: String {
        guard isChild else { return "" }
        return status & 0x7F == 0 ? " (exit status \(status >> 8 & 0xFF))" : " (signal \(status & 0x7F))"
    }

    private func hasEnded() -> Bool {
        if isGone { return true }
        if isChild {
            isGone = waitpid(process, &status, WNOHANG) == process
        } else {
            // Whoever it belongs to may not have taken note of its end yet.
            let state = ProcFile.state("/proc/\(process)")?.state
            isGone = state == nil || state == "Z" || state == "X"
        }
        return isGone
    }

    /// Takes note that somebody else, such as a checkpoint, has ended the process.
    func waitForEnd() {
        let deadline = Clock.now() + 5
        while !hasEnded(), Clock.now() < deadline { usleep(500) }
    }

    /// Ends the process and what it has started.
    func end() {
        if hasEnded() { return }
        kill(isChild ? -process : process, SIGKILL)
        waitForEnd()
    }
}
