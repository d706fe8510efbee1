import Files
import Glibc
import Snapshots

/// The way to a function and back: two named pipes in a directory of their own.
///
/// Named ones, as a checkpoint can open them again when it is restored, which it cannot with others.
final class Channel {
    /// Where requests go in, and where answers come out.
    let requestsPath: String
    let answersPath: String
    /// The ends that the function gets.
    let functionInput: Int32
    let functionOutput: Int32
    private let directory: TemporaryDirectory
    private let answers: Int32
    /// What has come beyond the last line.
    private var rest: [UInt8] = []

    /// A line longer than this is not an answer.
    private static let longestLine = 64 << 20

    init() throws(InputError) {
        directory = try TemporaryDirectory()
        requestsPath = directory.path + "/requests"
        answersPath = directory.path + "/answers"
        let areMade = mkfifo(requestsPath, 0o600) == 0 && mkfifo(answersPath, 0o600) == 0
        // Open for both, so that neither waits for the other to open it, and neither ends with the other.
        functionInput = open(requestsPath, O_RDWR | O_CLOEXEC)
        functionOutput = open(answersPath, O_RDWR | O_CLOEXEC)
        answers = open(answersPath, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard areMade, functionInput >= 0, functionOutput >= 0, answers >= 0 else {
            throw InputError.system("no pipes can be made", file: directory.path)
        }
    }

    deinit {
        for end in [functionInput, functionOutput, answers] where end >= 0 { close(end) }
    }

    /// Sends a line.
    func send(_ line: String) throws(InputError) {
        var bytes = Array((line + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(functionInput, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { throw InputError.system("cannot be written", file: requestsPath) }
            bytes = bytes.dropFirst(count)
        }
    }

    /// The next line, for which `patience` seconds are given; nil when that is over or `isOver` says that none will
    /// come.
    func line(patience: Double, isOver: () -> Bool) -> [UInt8]? {
        let deadline = Clock.now() + patience
        var searched = 0
        while true {
            if let end = rest[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { rest.removeFirst(end + 1) }
                return Array(rest[..<end])
            }
            searched = rest.count
            if Clock.now() > deadline || rest.count > Channel.longestLine { return nil }
            var wait = pollfd(fd: answers, events: Int16(POLLIN), revents: 0)
            if poll(&wait, 1, 50) == 0, isOver() { return nil }
            take()
        }
    }

    private func take() {
        let room = 1 << 16
        let block = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
            count = max(0, read(answers, buffer.baseAddress, room))
        }
        rest += block
    }
}
