import ArgumentParser
import Files
import PageContent
import Snapshots

/// Where pages come from when not from a live process.
struct SnapshotSource: ParsableArguments {
    @Option(help: ArgumentHelp("Reads an ELF core file.", valueName: "file"))
    var core: String?

    @Option(help: ArgumentHelp("Reads a directory of CRIU images.", valueName: "directory"))
    var criu: String?

    @Option(
        help: ArgumentHelp(
            "Reads the raw memory of a virtual machine, as Firecracker and QEMU keep it.", valueName: "file"))
    var memory: String?

    @Option(
        help: ArgumentHelp("Reads an ELF dump of a virtual machine (dump-guest-memory).", valueName: "file"))
    var dump: String?

    /// How many of them were given.
    var count: Int { [core, criu, memory, dump].count { $0 != nil } }

    /// The base name of what is read.
    var baseName: String? {
        (core ?? criu ?? memory ?? dump)?.split(separator: "/").last.map { name in
            String(name.prefix { $0 != "." })
        }
    }

    /// The snapshot that was asked for.
    func read(as label: InstanceLabel) throws(InputError) -> Snapshot {
        throw InputError("this source cannot be read yet")
    }
}
