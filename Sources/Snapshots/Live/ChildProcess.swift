import CProcess
import Files
import Glibc

/// Starts programs that do not outlive the thread that starts them.
package enum ChildProcess {
    /// Starts `arguments` in a process group of its own, with these descriptors for its input, output and errors;
    /// nothing where there is none. The process.
    package static func start(
        _ arguments: [String], input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil,
        withoutRandomisation: Bool = false, remedy: String = "check the path and the rights"
    ) throws(InputError) -> Int32 {
        guard let program = arguments.first else { throw InputError("no command is given") }
        let nowhere = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nowhere >= 0 else { throw InputError.system("cannot be opened", file: "/dev/null") }
        defer { close(nowhere) }
        var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        words.append(nil)
        defer { for word in words { free(word) } }
        let started = cprocess_start(
            words, input ?? nowhere, output ?? nowhere, errors ?? nowhere, withoutRandomisation ? 1 : 0)
        guard started > 0 else {
            throw InputError(
                file: program, "cannot be started: \(String(cString: strerror(-started)))",
                remedy: started == -EAGAIN ? "too many processes run: raise their limit (ulimit -u)" : remedy)
        }
        return started
    }
}
