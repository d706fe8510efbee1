import Files
import Glibc

/// What the chunks of a capture are hashed with, and the capture's name. It lies beside the snapshots and goes with
/// them; without it nobody can test guesses of content against a profile.
struct CaptureKey {
    /// The key of the hashes.
    var key: UInt64
    /// The capture's name: as random, and no help in finding the key.
    var capture: UInt64

    static let fileName = "capture.key"

    /// The key in the file at `path`, which is made, for its owner alone, if there is none.
    init(path: String) throws {
        if access(path, F_OK) == 0 {
            let words = try TextFile.head(path, bytes: 64).split { $0 == " " || $0 == "\n" }
            guard words.count == 2, let key = UInt64(words[0], radix: 16),
                let capture = UInt64(words[1], radix: 16)
            else {
                throw InputError(
                    file: path, "is not a capture's key", remedy: "remove it to have a new one made")
            }
            self.init(key: key, capture: capture)
            return
        }
        // A secret, not a draw of an experiment: the one place for the system's own random numbers.
        var random = SystemRandomNumberGenerator()
        self.init(key: random.next(), capture: random.next())
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw InputError(
                file: path, "cannot be written: \(String(cString: strerror(errno)))",
                remedy: "name another file with --key")
        }
        defer { close(file) }
        let text = Array("\(String(key, radix: 16)) \(String(capture, radix: 16))\n".utf8)
        guard write(file, text, text.count) == text.count else {
            unlink(path)
            throw InputError(file: path, "cannot be written: \(String(cString: strerror(errno)))")
        }
    }

    private init(key: UInt64, capture: UInt64) {
        self.key = key
        self.capture = capture
    }
}
