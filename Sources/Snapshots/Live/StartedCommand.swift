import Files
import Glibc

/// A command that Pagefold runs until it is ready to be captured, and then ends. It never outlives Pagefold.
public final class StartedCommand {
    /// When a command is ready.
    public enum Readiness: Sendable {
        /// Once a line of its output contains this text; an empty text is in every line.
        case line(String)
        /// After so many seconds.
        case after(Double)
        /// Once it has used no processor time for so many seconds.
        case idle(Double)
    }

    /// How a command is run.
    public struct Settings: Sendable {
        /// The program and its arguments.
        public var arguments: [String]
        /// When it is ready.
        public var readiness: Readiness
        /// Seconds after which waiting is given up.
        public var timeout: Double
        /// Whether its addresses are the same each time.
        public var withoutRandomisation: Bool
        /// The file that becomes its standard input; nil for none.
        public var input: String?

        /// Runs `arguments`.
        public init(
            arguments: [String], readiness: Readiness = .line(""), timeout: Double = 60,
            withoutRandomisation: Bool = false, input: String? = nil
        ) {
            self.arguments = arguments
            self.readiness = readiness
            self.timeout = timeout
            self.withoutRandomisation = withoutRandomisation
            self.input = input
        }
    }

    /// The process.
    public let process: Int32
    private let settings: Settings
    private let output: Int32
    private var hasEnded = false
    /// What of the current line has come; never shown to anybody.
    private var line: [UInt8] = []
    private var outputIsClosed = false

    /// No line is kept beyond this; a text further right does not make a command ready.
    private static let lineLimit = 1 << 16

    /// Starts a command. It is killed when the calling thread ends.
    /// - Throws: `InputError` when it cannot be started.
    public init(_ settings: Settings) throws(InputError) {
        guard let program = settings.arguments.first else { throw InputError("no command is given") }
        let input = settings.input ?? "/dev/null"
        let source = open(input, O_RDONLY | O_CLOEXEC)
        guard source >= 0 else { throw InputError.system("cannot be opened", file: input) }
        defer { close(source) }
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw InputError.system("cannot be started", file: program) }
        defer { close(ends[1]) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // Only our end does not wait: programs do not expect that of their output.
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        let started: Int32
        do throws(InputError) {
            started = try ChildProcess.start(
                settings.arguments, input: source, output: ends[1], errors: STDERR_FILENO,
                withoutRandomisation: settings.withoutRandomisation)
        } catch {
            close(ends[0])
            throw error
        }
        process = started
        output = ends[0]
        self.settings = settings
    }

    deinit {
        end()
        close(output)
    }

    /// Waits until the command is ready, or `isInterrupted` says that nobody wants it any more.
    /// - Throws: `InputError` when it ends before, or is not ready in time.
    public func waitUntilReady(_ isInterrupted: () -> Bool) throws(InputError) {
        let begin = Clock.now()
        var usage = (ticks: -1, since: begin)
        while !isInterrupted() {
            let sawLine = try readOutput()
            switch settings.readiness {
            case .line: if sawLine { return }
            case .after(let seconds): if Clock.now() - begin >= seconds { return }
            case .idle(let seconds):
                let ticks = processorTicks()
                if ticks != usage.ticks { usage = (ticks, Clock.now()) }
                if Clock.now() - usage.since >= seconds { return }
            }
            var status: Int32 = 0
            if waitpid(process, &status, WNOHANG) == process {
                hasEnded = true
                throw InputError(
                    file: settings.arguments[0], "ended before it was ready (\(StartedCommand.text(status)))",
                    remedy: "it must still run when it is captured")
            }
            if Clock.now() - begin > settings.timeout {
                throw InputError(
                    file: settings.arguments[0], "was not ready within \(settings.timeout) s",
                    remedy: "raise --timeout, or choose another --ready-… option")
            }
            var wait = pollfd(fd: outputIsClosed ? -1 : output, events: Int16(POLLIN), revents: 0)
            poll(&wait, 1, 20)
        }
    }

    /// Takes what the command has written; whether a line was among it that makes it ready.
    private func readOutput() throws(InputError) -> Bool {
        guard !outputIsClosed else { return false }
        var wanted: [UInt8] = []
        if case .line(let text) = settings.readiness { wanted = Array(text.utf8) }
        var isReady = false
        var block = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(output, &block, block.count)
        if count == 0 { outputIsClosed = true }
        guard count > 0 else { return false }
        for byte in block[..<count] {
            if byte == UInt8(ascii: "\n") {
                isReady = isReady || StartedCommand.contains(line, wanted)
                line.removeAll(keepingCapacity: true)
            } else if line.count < StartedCommand.lineLimit {
                line.append(byte)
            }
        }
        return isReady
    }

    private static func contains(_ line: [UInt8], _ wanted: [UInt8]) -> Bool {
        if wanted.isEmpty { return true }
        guard line.count >= wanted.count else { return false }
        return (0...(line.count - wanted.count)).contains { line[$0...].starts(with: wanted) }
    }

    /// The processor time of the command and the children it has waited for, in ticks of the kernel's clock.
    private func processorTicks() -> Int {
        guard let line = ProcFile.text("/proc/\(process)/stat"), let close = line.lastIndex(of: ")") else {
            return -1
        }
        let fields = line[line.index(after: close)...].split(separator: " ")
        return fields.count > 14 ? fields[11...14].reduce(0) { $0 + (Int($1) ?? 0) } : -1
    }

    private static func text(_ status: Int32) -> String {
        status & 0x7F == 0 ? "exit status \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
    }

    /// Ends the command and what it has started: asks, and after two seconds insists.
    public func end() {
        guard !hasEnded else { return }
        hasEnded = true
        kill(-process, SIGTERM)
        kill(-process, SIGCONT)
        let begin = Clock.now()
        while Clock.now() - begin < 2 {
            if waitpid(process, nil, WNOHANG) != 0 {
                kill(-process, SIGKILL)
                return
            }
            usleep(2_000)
        }
        kill(-process, SIGKILL)
        while waitpid(process, nil, 0) < 0 && errno == EINTR {}
    }
}
