import Files
import Glibc

/// Standard output for results, standard error for all else.
enum Terminal {
    /// Takes the numbers 0, 1 and 2 where who started the process closed them: otherwise the next file that is opened gets
    /// one of them, and what is printed goes into it. Reading from these and writing to them fails, as when they are
    /// closed.
    static func holdStandardDescriptors() {
        for (descriptor, way) in [
            (STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_RDONLY),
        ] where fcntl(descriptor, F_GETFD) < 0 && errno == EBADF {
            // The lowest number that is free is this one, as those below it are taken.
            _ = open("/dev/null", way)
        }
    }

    /// Makes writing into a closed pipe an error instead of the end of the process, so that what was begun
    /// can be cleaned up.
    static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    /// Writes a result. Ends the process quietly, as a broken pipe does, when nobody reads.
    ///
    /// What a terminal would obey is spelled out: results carry names from files that others wrote. `isData` keeps a
    /// text byte for byte as long as it goes into a file or a pipe.
    static func print(_ text: String, terminator: String = "\n", isData: Bool = false) {
        do throws(InputError) {
            try InputFiles.refuse(descriptor: STDOUT_FILENO, as: "standard output")
        } catch {
            note("pagefold: error: \(error)")
            exit(Failure.Status.unusableInput.rawValue)
        }
        let isRaw = isData && isatty(STDOUT_FILENO) != 1
        write((isRaw ? text : text.printable) + terminator, to: STDOUT_FILENO)
    }

    /// Writes a note to standard error.
    static func note(_ text: String) { write(text.printable + "\n", to: STDERR_FILENO) }

    /// Shows a line on the terminal in place of the one shown before.
    static func show(line: String) { write("\r\u{1B}[2K" + line.printableLine, to: STDERR_FILENO) }

    /// Takes the line that was shown away.
    static func clearLine() { write("\r\u{1B}[2K", to: STDERR_FILENO) }

    /// Makes sure that results have arrived.
    static func finish() {
        if close(STDOUT_FILENO) != 0 && errno != EBADF { failed(STDOUT_FILENO) }
    }

    /// Whether standard error is a terminal.
    static var hasTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of characters on standard output.
    static var width: Int {
        var size = winsize()
        let known =
            isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
            && size.ws_col > 40
        return known ? Int(size.ws_col) : 110
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var offset = 0
            while offset < bytes.count {
                let written = Glibc.write(
                    descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
                if written > 0 {
                    offset += written
                } else if written < 0 && errno != EINTR {
                    return failed(descriptor)
                }
            }
        }
    }

    private static func failed(_ descriptor: Int32) {
        if descriptor == STDERR_FILENO { return }
        if errno == EPIPE { exit(128 + SIGPIPE) }
        note("pagefold: error: standard output: \(String(cString: strerror(errno)))")
        exit(Failure.Status.unusableInput.rawValue)
    }
}
