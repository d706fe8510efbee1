import ArgumentParser
import Files
import Glibc
import Workload

/// Where a trace is written.
struct TraceOutput: ParsableArguments {
    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "The trace to write: FILE.pftrace, or a directory for files in the format of Azure 2019.",
            valueName: "path"))
    var output: String

    @Flag(help: "Lets the output replace what is there.")
    var force = false

    private var isFile: Bool { output.hasSuffix(".\(TraceFile.pathExtension)") }

    /// - Throws: `InputError` when something is there that must not be replaced.
    func check() throws {
        var status = stat()
        guard stat(output, &status) == 0 else { return }
        if isFile && !force {
            throw InputError(file: output, "exists already", remedy: "choose another name, or add --force")
        }
        if !isFile && status.st_mode & S_IFMT != S_IFDIR {
            throw InputError(
                file: output, "is not a directory", remedy: "end the name with .pftrace for a file")
        }
        if try !isFile && !force && !TextFile.isEmptyDirectory(output) {
            throw InputError(
                file: output, "the directory is not empty", remedy: "choose another, or add --force")
        }
    }

    /// Writes `workload` and says so.
    func write(_ workload: Workload) throws {
        if isFile {
            try TraceFile.write(workload, to: output)
            Terminal.note("wrote \(output)")
            return
        }
        for path in try AzureFunctions2019Writer(workload).write(to: output, force: force) {
            Terminal.note("wrote \(path)")
        }
    }
}
