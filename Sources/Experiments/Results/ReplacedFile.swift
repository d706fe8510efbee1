import Glibc
import Workload

/// Writes whole files that replace older ones.
public enum ReplacedFile {
    /// Gives the file at `path` this text: it has the old text or the new one at any moment, also after a crash.
    /// - Throws: `InputError` when it cannot be written; then the old file is as it was.
    public static func write(_ text: String, to path: String) throws {
        let temporary = "\(path).partial-\(getpid())"
        unlink(temporary)
        do {
            var file = try OutputFile(temporary)
            file.write(text)
            try file.close()
        } catch {
            unlink(temporary)
            throw InputError(
                file: path, (error as? InputError)?.problem ?? "cannot write",
                remedy: "choose a directory that exists and may be written")
        }
        guard rename(temporary, path) == 0 else {
            let error = ResultDirectory.failure("cannot write", in: path)
            unlink(temporary)
            throw error
        }
    }
}
