import ArgumentParser
import Files
import Glibc
import PageContent
import Snapshots

/// Snapshots given as files or as directories of them.
struct SnapshotInput: ParsableArguments {
    @Argument(help: ArgumentHelp("Snapshots: .pfsnap files or directories of them.", valueName: "snapshots"))
    var snapshots: [String]

    /// Opens all of them; their pages stay in the files.
    func open() throws -> [Snapshot] {
        try paths().map { try SnapshotFile.open($0) }
    }

    private func paths() throws -> [String] {
        try snapshots.flatMap { path -> [String] in
            guard let directory = opendir(path) else { return [path] }
            defer { closedir(directory) }
            var names: [String] = []
            while let entry = readdir(directory) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name.hasSuffix(".pfsnap") { names.append("\(path)/\(name)") }
            }
            guard !names.isEmpty else { throw InputError(file: path, "there is no .pfsnap file in it") }
            return names.sorted()
        }
    }
}
