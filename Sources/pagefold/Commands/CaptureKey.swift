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
                    file: path, "is no capture's key", remedy: "remove it to have a new one made")
            }
            self.init(key: key, capture: capture)
            return
        }
        var words: (UInt64, UInt64) = (0, 0)
        let size = MemoryLayout.size(ofValue: words)
        guard getrandom(&words, size, 0) == size else {
            throw InputError(file: path, "no random numbers are to be had: \(String(cString: strerror(errno)))")
        }
        self.init(key: words.0, capture: words.1)
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
