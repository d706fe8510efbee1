import Files
import Glibc
import Snapshots

/// CRIU, the usual tool for checkpoints of processes (criu.org), as far as it works here.
public struct CRIU: Sendable {
    /// The program.
    let program: String
    /// Whether the user wants to stop.
    private let isStopped: @Sendable () -> Bool

    /// The program at `path`, or found by that name. It is ended when `isStopped`.
    /// - Throws: `InputError` with the reason when it is not there or does not work on this kernel.
    public init(
        _ path: String = "criu", isStopped: @escaping @Sendable () -> Bool = { false }
    ) throws(InputError) {
        program = path
        self.isStopped = isStopped
        let check = try CRIU.run([path, "check"], Patience(30, isStopped: isStopped))
        guard check == 0 else {
            throw InputError(
                file: path, "criu check fails on this kernel (status \(check))",
                remedy: "a newer criu may help: 3.17 does not know kernels since 6.13")
        }
    }

    /// Stores `process`, which ends, in `directory`; nanoseconds.
    func dump(_ function: FunctionProcess, to directory: String) throws(InputError) -> UInt64 {
        let begin = Clock.nanoseconds()
        try run(
            ["dump", "--tree", "\(function.process)", "--images-dir", directory, "--shell-job"], "dump",
            directory)
        let took = Clock.nanoseconds() - begin
        function.waitForEnd()
        return took
    }

    /// Brings back what `directory` holds, as a child of this process, which it ends with, and lets it run; nanoseconds.
    /// With `pages`, what serves its memory later.
    func restore(from directory: String, lazily pages: PageServer? = nil) throws(InputError) -> UInt64 {
        let begin = Clock.nanoseconds()
        try run(
            ["restore", "--images-dir", directory, "--shell-job", "--restore-detached", "--restore-sibling"]
                + (pages == nil ? [] : ["--lazy-pages"]), "restore", directory)
        return Clock.nanoseconds() - begin
    }

    /// `criu lazy-pages`, which answers page faults of what is restored from a directory; it ends when all is brought.
    final class PageServer {
        private let process: Int32
        private var isGone = false
        private let isStopped: @Sendable () -> Bool

        init(_ criu: CRIU, _ directory: String) throws(InputError) {
            isStopped = criu.isStopped
            process = try CRIU.start([
                criu.program, "lazy-pages", "--images-dir", directory, "-o", "lazy-pages.log",
            ])
            let deadline = Clock.now() + 10
            while access(directory + "/lazy-pages.socket", F_OK) != 0 {
                if Clock.now() > deadline || isOver() || isStopped() {
                    throw InputError(file: criu.program, "lazy-pages does not start")
                }
                usleep(500)
            }
        }

        /// Waits until all is brought.
        func finish() {
            let deadline = Clock.now() + 60
            while !isOver(), !isStopped(), Clock.now() < deadline { usleep(1_000) }
        }

        private func isOver() -> Bool {
            isGone = isGone || waitpid(process, nil, WNOHANG) != 0
            return isGone
        }

        deinit {
            if isOver() { return }
            kill(-process, SIGKILL)
            waitpid(process, nil, 0)
        }
    }

    private func run(_ arguments: [String], _ what: String, _ directory: String) throws(InputError) {
        let log = "\(what).log"
        let status = try CRIU.run([program] + arguments + ["-o", log], Patience(120, isStopped: isStopped))
        guard status != 0 else { return }
        let lines = ProcFile.text("\(directory)/\(log)", limit: 4 << 20)?.split(separator: "\n") ?? []
        let error = lines.last { $0.contains("Error") } ?? "no error is in its log"
        throw InputError(file: program, "\(what) fails: \(error)")
    }

    private static func start(_ arguments: [String]) throws(InputError) -> Int32 {
        try ChildProcess.start(arguments, remedy: "install criu, or name it with --criu")
    }

    private static func run(_ arguments: [String], _ patience: Patience) throws(InputError) -> Int32 {
        let process = try start(arguments)
        let deadline = Clock.now() + patience.seconds
        var status: Int32 = 0
        var pause: UInt32 = 50
        while waitpid(process, &status, WNOHANG) == 0 {
            if Clock.now() > deadline || patience.isStopped() {
                kill(-process, SIGKILL)
                waitpid(process, &status, 0)
                throw InputError(
                    file: arguments[0],
                    patience.isStopped()
                        ? "was ended, as the user stopped it"
                        : "did not end within \(Int(patience.seconds)) s")
            }
            usleep(pause)
            pause = min(pause * 2, 1_000)
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}
