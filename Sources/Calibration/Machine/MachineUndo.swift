import CCalibration
import Glibc
import Machine
import Synchronization

/// How something that was changed on the machine is set back.
public enum UndoStep: Hashable, Sendable {
    /// Writes a setting of the kernel's again.
    case write(String, to: String)
    /// Stops swapping to a file or a device.
    case swapOff(String)
    /// Removes a file.
    case remove(String)

    /// Does it. A failure has nobody to be told to.
    func run() {
        switch self {
        case .write(let text, let path): SystemFile.writeOnceFree(text, to: path)
        case .swapOff(let path): _ = ccalibration_swap_off(path)
        case .remove(let path): unlink(path)
        }
    }

    /// A line, without its end; nil when a path cannot stand in one.
    var line: String? {
        let words: [String]
        switch self {
        case .write(let text, let path): words = ["write", text, path]
        case .swapOff(let path): words = ["swapoff", path]
        case .remove(let path): words = ["remove", path]
        }
        guard !words.contains(where: { $0.utf8.contains(9) || $0.utf8.contains(10) }) else { return nil }
        return words.joined(separator: "\t")
    }

    /// Reads a line.
    init?(line words: ArraySlice<Substring>) {
        let words = words.map(String.init)
        switch (words.first, words.count) {
        case ("write", 3): self = .write(words[1], to: words[2])
        case ("swapoff", 2): self = .swapOff(words[1])
        case ("remove", 2): self = .remove(words[1])
        default: return nil
        }
    }
}

/// Sets back what this process has changed on the machine should it end before it can: by `kill -9`, with its terminal,
/// for want of memory. That is done by a small process beside it, in a session of its own, which waits for its end.
public enum MachineUndo {
    /// The program that waits, with its arguments: it calls `keep`. None, and nobody waits.
    public static let keeper = Mutex<[String]>([])

    private struct State {
        var descriptor: Int32?
        var next = 0
    }
    private static let state = Mutex(State())

    /// A step that is to be done unless it is done with before.
    struct Pledge: ~Copyable {
        fileprivate let number: Int

        /// The change was set back, or is to stay.
        consuming func settle() { MachineUndo.say("done\t\(number)") }
    }

    /// Has `step` done when this process ends. Said before the change itself, so that there is no time between.
    static func pledge(_ step: UndoStep) -> Pledge {
        let number = state.withLock { state in
            if state.descriptor == nil { state.descriptor = start() }
            state.next += 1
            return state.next
        }
        if let line = step.line { say("\(number)\t\(line)") }
        return Pledge(number: number)
    }

    private static func say(_ line: String) {
        state.withLock { state in
            guard let descriptor = state.descriptor else { return }
            let bytes = Array((line + "\n").utf8)
            _ = write(descriptor, bytes, bytes.count)
        }
    }

    /// Starts the keeper and waits until it is there; nil when there is none.
    private static func start() -> Int32? {
        let words = keeper.withLock { $0 }
        guard !words.isEmpty else { return nil }
        var (told, heard): ([Int32], [Int32]) = ([-1, -1], [-1, -1])
        guard pipe(&told) == 0 else { return nil }
        guard pipe(&heard) == 0 else {
            for end in told { close(end) }
            return nil
        }
        // Nobody else may hold the end whose closing tells that this process has gone.
        for end in told + heard { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, told[0], 0)
        posix_spawn_file_actions_adddup2(&actions, heard[1], 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        let failed = posix_spawn(&process, words[0], &actions, nil, arguments, environ)
        for end in [told[0], heard[1]] { close(end) }
        var word: UInt8 = 0
        let isThere = failed == 0 && read(heard[0], &word, 1) == 1
        close(heard[0])
        if isThere { return told[1] }
        close(told[1])
        return nil
    }

    /// The keeper's work: takes note of steps on standard input until that ends, as it does with the process that began
    /// it, and does those that are left, the last one first.
    public static func keep() {
        // Whatever ends the other process must not end this one.
        for number in [SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGPIPE] { signal(number, SIG_IGN) }
        setsid()
        var word: UInt8 = 1
        write(1, &word, 1)
        close(1)
        var steps: [(number: Substring, step: UndoStep)] = []
        while let line = readLine() {
            let words = line.split(separator: "\t", omittingEmptySubsequences: false)
            if words.first == "done", words.count == 2 {
                steps.removeAll { $0.number == words[1] }
            } else if let number = words.first, let step = UndoStep(line: words.dropFirst()) {
                steps.append((number, step))
            }
        }
        for (_, step) in steps.reversed() { step.run() }
    }
}
