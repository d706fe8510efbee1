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
            "Reads the raw memory of a virtual machine, as Firecracker, QEMU and VMware keep it, or a LiME image.",
            valueName: "file"))
    var memory: String?

    @Option(
        help: ArgumentHelp(
            "Reads an ELF dump of a virtual machine (dump-guest-memory) or of a kernel (vmcore).",
            valueName: "file"))
    var dump: String?

    /// How many of them were given.
    var count: Int { [core, criu, memory, dump].count { $0 != nil } }

    /// What is read.
    var path: String? { core ?? criu ?? memory ?? dump }

    /// The base name of what is read.
    var baseName: String? {
        path?.split(separator: "/").last.map { name in
            String(name.prefix { $0 != "." })
        }
    }

    /// The snapshot that was asked for.
    func read(as label: InstanceLabel) throws(InputError) -> Snapshot {
        if let core { return try CoreFile.read(core, label: label) }
        if let criu { return try CRIUImages.read(criu, label: label) }
        if let memory { return try RawMemory.read(memory, label: label) }
        if let dump { return try GuestDump.read(dump, label: label) }
        preconditionFailure("a source was asked for that nobody named")
    }
}
