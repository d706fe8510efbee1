import Files
import PageContent

/// Reads the memory of a virtual machine that lies page by page in a file: Firecracker's memory file, QEMU's
/// `memory-backend-file` or `pmemsave`, VMware's `.vmem`; and LiME images, which say where each part lies.
///
/// Every page is of kind `guest`, its place the number of its physical page. Pages of zeros are left out and
/// counted in `zeroMappings`, whether they lie in a hole of the file or are stored: a monitor leaves holes for
/// what the guest never touched, and copying may fill them. The zeros that a guest wrote go with them.
///
/// Needs 4,113 bytes of memory for each page that the file stores.
public enum RawMemory {
    /// Reads the memory file at `path`.
    /// - Throws: `InputError` when it cannot be read, is of another format or is not a whole number of pages.
    public static func read(_ path: String, label: InstanceLabel) throws(InputError) -> Snapshot {
        let file = try InputFile(path: path)
        let format = try ForeignFormat(of: file)
        if let format, format != .lime {
            throw InputError(file: path, "is \(format.name), not raw memory", remedy: format.remedy)
        }
        if format == nil { try refuseOtherFiles(file) }
        let runs = format == .lime ? try LiMEImage.runs(of: file) : try [whole(file)]
        return try GatheredPages(runs, keepsZeros: false, path: path)
            .snapshot(label: label, origin: "vm-memory", provenance: Provenance(.memory))
    }

    /// Memory has no mark of its own, so whatever has one is something else; and its first page is never all text.
    private static func refuseOtherFiles(_ file: InputFile) throws(InputError) {
        let head = try file.bytes(at: 0, count: min(file.size, Page.size))
        let remedy = "give the memory file of a virtual machine"
        if let kind = head.withUnsafeBytes({ ContentKind(format: $0) }) {
            throw InputError(file: file.path, "is \(kind.name), not raw memory", remedy: remedy)
        }
        let isText = head.allSatisfy { $0 >= 0x20 && $0 != 0x7F || (0x09...0x0D).contains($0) }
        // The page may end within a character.
        let isValid = (0...3).contains { String(validating: head.dropLast($0), as: UTF8.self) != nil }
        if isText, isValid, head.contains(UInt8(ascii: "\n")) {
            throw InputError(file: file.path, "is text, not raw memory", remedy: remedy)
        }
    }

    private static func whole(_ file: InputFile) throws(InputError) -> StoredRun {
        guard file.size > 0, file.size % Page.size == 0 else {
            throw InputError(
                file: file.path, "holds \(file.size) bytes, which is not a whole number of 4 KiB pages",
                remedy: "it was cut short, or is not the memory file of a virtual machine")
        }
        return StoredRun(
            file: file, offset: 0, count: file.size / Page.size, kind: .guest,
            places: PlaceRun(region: RegionNaming.guest, first: 0))
    }
}

/// The parts of a LiME image (github.com/504ensicsLabs/LiME): each has 32 bytes of head, which say the first and
/// the last physical byte that follow.
enum LiMEImage {
    /// Far more than a machine has parts of memory.
    private static let mostParts = 1 << 16

    /// The pages of the image, in the order of the file.
    static func runs(of file: InputFile) throws(InputError) -> [StoredRun] {
        var runs: [StoredRun] = []
        var position = 0
        var end: UInt64 = 0
        while position < file.size {
            func damaged(_ problem: String) -> InputError {
                InputError(
                    file: file.path, "is damaged at byte \(position): \(problem)",
                    remedy: "copy or make it again")
            }
            guard file.size - position > 32, runs.count < mostParts else {
                throw damaged("no part begins there")
            }
            let head = LittleEndian(try file.bytes(at: position, count: 32)[...])
            let (first, last) = (head.word(8), head.word(16))
            guard head.half(0) == 0x4C69_4D45, head.half(4) == 1 else {
                throw damaged("the head of a part does not begin there")
            }
            guard first <= last, first >= end, last < 1 << 52 else {
                throw damaged("a part with absurd addresses")
            }
            position += 32
            guard last - first < UInt64(file.size - position) else {
                throw damaged("its part ends beyond the file, which was cut short")
            }
            let size = Int(last - first) + 1
            runs.append(
                .covering(
                    file, offset: position, size: size, address: first, kind: .guest,
                    places: PlaceRun(region: RegionNaming.guest, first: first / UInt64(Page.size))))
            position += size
            end = last + 1
        }
        return runs
    }
}

extension GatheredPages {
    /// The snapshot of these pages.
    func snapshot(
        label: InstanceLabel, filePages: [FilePage] = [], origin: String, labels: [SnapshotLabel] = [],
        provenance: Provenance, remarks: [String] = []
    ) -> Snapshot {
        let set = PageSet(
            label: label, memory: memory, kinds: kinds, places: places, filePages: filePages,
            zeroMappings: leftOut)
        var remarks = remarks
        if incomplete > 0 {
            remarks.append(
                "\(incomplete) of its pages are stored in part only; the rest of them is taken as zeros")
        }
        return Snapshot(
            pages: set, labels: [SnapshotLabel(name: "origin", value: origin)] + labels,
            provenance: provenance, remarks: remarks)
    }
}
