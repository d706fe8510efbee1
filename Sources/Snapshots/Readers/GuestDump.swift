import Files
import PageContent

/// Reads the memory of a virtual machine from an ELF dump: QEMU's `dump-guest-memory`, libvirt's
/// `virsh dump --memory-only`.
///
/// Every page is of kind `guest`, its place the number of its physical page, as for `RawMemory`. Pages in
/// holes of the file are counted in `zeroMappings`; pages of zeros that the file stores are content. What the
/// file names but does not hold is left out. Dumps with `paging` name pages by virtual address, some twice:
/// they are refused, as are compressed kdumps.
///
/// Needs 4,113 bytes of memory for each page that the file stores, and those of the file's tables (112 MiB at
/// most).
public enum GuestDump {
    /// Reads the dump at `path`.
    /// - Throws: `InputError` when it cannot be read, is of another format, damaged or cut short.
    public static func read(_ path: String, label: InstanceLabel) throws(InputError) -> Snapshot {
        let dump = try ELFFile(InputFile(path: path), ofMachine: true)
        if dump.isOfProcess {
            throw InputError(file: path, "is the core of a process", remedy: "read it with --core")
        }
        let segments = dump.segments.filter { $0.stored > 0 }.sorted { $0.physical < $1.physical }
        for (before, after) in zip(segments, segments.dropFirst())
        where before.physical + UInt64(before.stored) > after.physical {
            throw InputError(
                file: path, "holds the physical memory from byte \(after.physical) on twice",
                remedy: "dump without paging (-p)")
        }
        var names = RegionNames()
        let region = names.next(RegionNames.guest)
        let runs = segments.map {
            StoredRun(
                file: dump.file, offset: $0.offset, count: $0.stored / Page.size, kind: .guest,
                region: region,
                firstPage: $0.physical / UInt64(Page.size))
        }
        let pages = try GatheredPages(runs, keepsZeros: true, path: path)
        return pages.snapshot(label: label, labels: [SnapshotLabel(name: "origin", value: "guest-dump")])
    }
}

extension ELFFile {
    /// Whether it is of a process: those have an auxiliary vector or a list of files.
    var isOfProcess: Bool {
        notes.contains {
            $0.owner == "CORE" && ($0.type == CoreNotes.auxiliary || $0.type == CoreNotes.files)
        }
    }

    /// Whether a virtual machine monitor wrote it.
    var isOfMachine: Bool { notes.contains { $0.owner == "QEMU" || $0.owner == "VBCORE" } }
}
