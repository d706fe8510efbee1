import ArgumentParser
import Files
import Glibc
import Machine
import PageContent
import Snapshots

/// The snapshots that a command works on.
struct SnapshotInput: ParsableArguments {
    @Argument(help: "Snapshots (.pfsnap), or directories of them.")
    var snapshots: [String]

    @Option(help: "On how many threads at most; the results are the same for any number.")
    var threads: Int = MachineShare.processors

    func validate() throws {
        if !(1...1_024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024.") }
    }

    /// The paths of the snapshots, those of directories in order of their names.
    func paths() throws -> [String] {
        try snapshots.flatMap { path -> [String] in
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return [path] }
            let names = try TextFile.names(inDirectory: path, suffix: ".pfsnap").sorted()
            if names.isEmpty {
                throw InputError(
                    file: path, "holds no snapshots", remedy: "take some with `pagefold snapshot`")
            }
            return names.map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
        }
    }

    /// Opens the snapshots, which must compare; their pages stay in their files.
    /// - Parameter places: whether places of pages and clean pages of files are compared, not only contents.
    func open(comparingPlaces places: Bool = true) throws -> [Snapshot] {
        let paths = try paths()
        let snapshots = try read(paths)
        for (path, snapshot) in zip(paths, snapshots) {
            if let error = snapshot.emptiness(file: path, zerosCount: false) { throw error }
        }
        for warning in try Snapshot.compare(Array(zip(paths, snapshots)), places: places) {
            Terminal.note("warning: \(warning)")
        }
        let unlisted = snapshots.count { !$0.provenance.knowsFiles }
        if unlisted > 0 {
            Terminal.note(
                "warning: \(unlisted) of the snapshots are of cores without a list of files: clean pages of files "
                    + "count as private pages, so that savings are too high")
        }
        return snapshots
    }

    private func read(_ paths: [String]) throws -> [Snapshot] {
        var seen: [InstanceLabel: String] = [:]
        return try paths.map { path in
            if SnapshotFile.isExposed(path) {
                Terminal.note("warning: \(path): others may read it, and it holds memory (chmod 600 it)")
            }
            let snapshot = try SnapshotFile.open(path)
            if let other = seen.updateValue(path, forKey: snapshot.pages.label) {
                let label = snapshot.pages.label
                throw InputError(
                    file: path, "is instance \(label.instance) of `\(label.function)`, as \(other) is",
                    remedy: "give each snapshot an instance number of its own with --instance")
            }
            return snapshot
        }
    }

    /// Where the capture's key lies unless another file is named: beside the first snapshot.
    func defaultKeyPath() throws -> String {
        guard let first = try paths().first else { return CaptureKey.fileName }
        guard let slash = first.lastIndex(of: "/") else { return CaptureKey.fileName }
        return first[...slash] + CaptureKey.fileName
    }
}
