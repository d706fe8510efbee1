import Files
import PageContent

/// Reads the memory of a virtual machine that lies page by page in a file: Firecracker's memory file, QEMU's
/// `memory-backend-file` or `pmemsave`.
///
/// Every page is of kind `guest`, its place the number of its physical page. A page that lies in a hole of
/// the file was never written by the guest and takes no memory in the monitor either: it is counted in
/// `zeroMappings`. A page of zeros that the file stores is content like any other. Files must therefore be
/// copied as they are (`cp --sparse=auto`).
///
/// Needs 4,113 bytes of memory for each page that the file stores.
public enum RawMemory {
    /// Reads the memory file at `path`.
    /// - Throws: `InputError` when it cannot be read, is of another format or is not a whole number of pages.
    public static func read(_ path: String, label: InstanceLabel) throws(InputError) -> Snapshot {
        let file = try InputFile(path: path)
        if let format = try ForeignFormat(of: file), format != .lime {
            throw InputError(file: path, "is \(format.name), not raw memory", remedy: format.remedy)
        }
        guard file.size > 0, file.size % Page.size == 0 else {
            throw InputError(
                file: path, "holds \(file.size) bytes, which is not a whole number of 4 KiB pages",
                remedy: "it was cut short, or is not the memory file of a virtual machine")
        }
        var names = RegionNames()
        let run = StoredRun(
            file: file, offset: 0, count: file.size / Page.size, kind: .guest,
            region: names.next(RegionNames.guest), firstPage: 0)
        let pages = try GatheredPages([run], keepsZeros: true, path: path)
        return pages.snapshot(label: label, labels: [SnapshotLabel(name: "origin", value: "vm-memory")])
    }
}

extension GatheredPages {
    /// The snapshot of these pages.
    func snapshot(label: InstanceLabel, filePages: [FilePage] = [], labels: [SnapshotLabel]) -> Snapshot {
        let set = PageSet(
            label: label, memory: memory, kinds: kinds, places: places, filePages: filePages,
            zeroMappings: leftOut)
        return Snapshot(pages: set, labels: labels)
    }
}

extension SnapshotLabel {
    /// The label `name` with a text from a foreign file: at most 64 characters, those that do not print
    /// replaced.
    static func foreign(_ name: String, _ text: some Sequence<UInt8>) -> SnapshotLabel {
        let characters = text.prefix(64).map { $0 > 32 && $0 < 127 ? $0 : UInt8(ascii: "?") }
        return SnapshotLabel(name: name, value: String(decoding: characters, as: UTF8.self))
    }
}
