import Files
import PageContent

/// Reads the memory of a virtual machine from an ELF dump: QEMU's `dump-guest-memory`, libvirt's
/// `virsh dump --memory-only --format elf`, VirtualBox's `dumpvmcore`, and a kernel's own `vmcore` (kdump,
/// makedumpfile -E).
///
/// Every page is of kind `guest`, its place the number of its physical page, as for `RawMemory`. Pages of zeros
/// are left out and counted in `zeroMappings`. What the file names but does not hold is left out. Kernels name
/// the memory of their own code a second time: it is read once. Dumps with `paging` name pages by virtual
/// address, some twice: they are refused, as are compressed kdumps.
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
        let segments = withoutSecondKernel(
            dump.segments.filter { $0.stored > 0 }.sorted { $0.physical < $1.physical })
        for (before, after) in zip(segments, segments.dropFirst())
        where before.physical + UInt64(before.stored) > after.physical {
            throw InputError(
                file: path, "holds the physical memory from byte \(after.physical) on twice",
                remedy: "dump without paging (-p)")
        }
        let runs = segments.map {
            StoredRun.covering(
                dump.file, offset: $0.offset, size: $0.stored, address: $0.physical, kind: .guest,
                places: PlaceRun(
                    region: RegionNaming.guest, first: $0.physical / UInt64(Page.size)))
        }
        return try GatheredPages(runs, keepsZeros: false, path: path)
            .snapshot(label: label, origin: "guest-dump", provenance: Provenance(.dump))
    }

    /// Where x86-64 kernels have their own code and data (Documentation/arch/x86/x86_64/mm.rst).
    private static let kernelCode: UInt64 = 0xFFFF_FFFF_8000_0000

    /// `segments`, in order of their physical addresses, without those of a kernel's code whose memory other
    /// segments hold too.
    private static func withoutSecondKernel(_ segments: [ELFFile.Segment]) -> [ELFFile.Segment] {
        // The memory that the other segments hold, without gaps.
        var held: [Range<UInt64>] = []
        for segment in segments where segment.address < kernelCode {
            let range = segment.physical..<(segment.physical + UInt64(segment.stored))
            if let last = held.last, range.lowerBound <= last.upperBound {
                held[held.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                held.append(range)
            }
        }
        return segments.filter { segment in
            if segment.address < kernelCode { return true }
            let after = firstIndex(in: held.count) { held[$0].lowerBound > segment.physical }
            return after == 0
                || held[after - 1].upperBound < segment.physical + UInt64(segment.stored)
        }
    }
}

extension ELFFile {
    /// Whether it is of a process: those have an auxiliary vector or a list of files.
    var isOfProcess: Bool {
        notes.contains {
            $0.owner == "CORE" && ($0.type == CoreNotes.auxiliary || $0.type == CoreNotes.files)
        }
    }

    /// Whether it is of a machine: a virtual machine monitor or a kernel wrote it.
    var isOfMachine: Bool {
        if notes.contains(where: { ["QEMU", "VBCORE", "VMCOREINFO", "Xen"].contains($0.owner) }) {
            return true
        }
        return !isOfProcess && !segments.isEmpty && segments.allSatisfy { $0.address >= 1 << 63 }
    }
}
