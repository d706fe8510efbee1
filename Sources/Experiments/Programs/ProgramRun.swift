import Files
import Foundation
import Glibc

/// A program of this machine that was run to its end, and what it said.
struct ProgramRun {
    /// Its exit status; negative, the signal that ended it.
    let status: Int32
    /// What it wrote to its standard output; of more than `limit` bytes, the last ones.
    let output: String
    /// What it wrote to its standard error, as far as `output` goes.
    let errors: String

    /// At least so many bytes are kept of each stream, and at most twice as many.
    static let limit = 1 << 20

    /// The first program with this name in a list of folders such as `PATH`; nil when there is none.
    static func find(_ command: String, in searchPath: String) -> String? {
        searchPath.utf8.split(separator: UInt8(ascii: ":"))
            .map { String(decoding: $0, as: UTF8.self) + "/" + command }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs the program at a path until it ends. Both of its streams are read at once: one that fills its pipe is
    /// never waited for on the other. What it leaves running with its streams open is not waited for.
    /// - Throws: `InputError` when it cannot be started.
    init(
        _ path: String, _ arguments: [String],
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(InputError) {
        // Foundation's Process does not see the end of a program that leaves another one running.
        let pipes = (try ProgramRun.pipe(), try ProgramRun.pipe())
        defer { for end in [pipes.0.read, pipes.1.read] { close(end) } }
        let process: pid_t
        do {
            defer { for end in [pipes.0.write, pipes.1.write] { close(end) } }
            process = try ProgramRun.start(
                [path] + arguments, environment, output: pipes.0.write, errors: pipes.1.write)
        }
        var ended: Int32?
        let texts = ProgramRun.read([pipes.0.read, pipes.1.read]) {
            if ended == nil { ended = ProgramRun.wait(for: process, WNOHANG) }
            return ended == nil
        }
        let status = ended ?? ProgramRun.wait(for: process, 0) ?? 0
        self.status = status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F)
        output = String(decoding: texts[0], as: UTF8.self)
        errors = String(decoding: texts[1], as: UTF8.self)
    }

    /// A pipe that no other program inherits.
    private static func pipe() throws(InputError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { throw InputError.system("cannot be made", file: "a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Starts a program with nothing to read and the signals of a fresh process.
    private static func start(
        _ words: [String], _ environment: [String: String], output: Int32, errors: Int32
    ) throws(InputError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let texts = [words, environment.map { "\($0.key)=\($0.value)" }].map { list in
            list.map { strdup($0) } + [nil]
        }
        defer { for text in texts.joined() { free(text) } }
        var process: pid_t = 0
        let reason = posix_spawn(&process, words[0], &actions, &attributes, texts[0], texts[1])
        if reason == 0 { return process }
        throw InputError(file: words[0], "cannot be started: \(String(cString: strerror(reason)))")
    }

    /// How a process ended, as the kernel says it; nil while it runs.
    private static func wait(for process: pid_t, _ options: Int32) -> Int32? {
        var status: Int32 = 0
        while true {
            let found = waitpid(process, &status, options)
            if found == process { return status }
            if found == 0 { return nil }
            // Somebody else took note of its end: how it was is not known.
            if errno != EINTR { return 0 }
        }
    }

    /// What comes from descriptors until each is closed, or nobody is running any more and nothing more comes.
    private static func read(_ descriptors: [Int32], while isRunning: () -> Bool) -> [[UInt8]] {
        var texts = descriptors.map { _ in [UInt8]() }
        var streams = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while streams.contains(where: { $0.fd >= 0 }) {
            let mayWrite = isRunning()
            let ready = poll(&streams, nfds_t(streams.count), 50)
            if ready == 0 && !mayWrite { break }
            for place in streams.indices where ready > 0 && streams[place].revents != 0 {
                let count = Glibc.read(streams[place].fd, &block, block.count)
                if count < 0 && errno == EINTR { continue }
                // A negative descriptor is passed over by poll.
                if count <= 0 { streams[place].fd = -1 }
                texts[place] += block[..<max(count, 0)]
                if texts[place].count > 2 * limit { texts[place].removeFirst(texts[place].count - limit) }
            }
        }
        return texts
    }

    /// The lines of a text that say something, without the spaces around them.
    static func lines(of text: String) -> [String] {
        text.split(whereSeparator: \.isNewline).map { String($0.trimmed) }.filter { !$0.isEmpty }
    }
}
