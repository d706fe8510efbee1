import CProcess
import Glibc
import Machine

/// What is worth knowing of a process to tell which snapshots may be compared. Nothing of its environment but
/// the hash seed is looked at, and nothing of its arguments.
enum ProcessFacts {
    /// The facts of `process` as labels.
    static func labels(of process: Int32, regions: [MemoryRegion]) -> [SnapshotLabel] {
        var labels = [SnapshotLabel(name: "origin", value: "live process")]
        func add(_ name: String, _ value: String?) {
            if let value { labels.append(SnapshotLabel(name: name, value: tidy(value))) }
        }
        let executable = executable(of: process)
        add("executable", executable)
        add("randomisation", randomisation(of: process))
        add("position-independent", positionIndependence(of: process))
        let isPython =
            executable?.hasPrefix("python") == true || regions.contains { $0.name.contains("/libpython") }
        if isPython { add("hash-seed", hashSeed(of: process)) }
        add("kernel", ProcFile.text("/proc/sys/kernel/osrelease"))
        add("machine", machine())
        add("huge-pages", hugePages())
        return labels
    }

    /// The base name of the program that `process` runs.
    static func executable(of process: Int32) -> String? {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/\(process)/exe", &path, path.count)
        guard count > 0 else { return nil }
        let text = String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let deleted = " (deleted)"
        let kept = text.hasSuffix(deleted) ? String(text.dropLast(deleted.count)) : text
        return kept.split(separator: "/").last.map { tidy(String($0)) }
    }

    /// A value without characters that could mislead a terminal, and of bounded length.
    static func tidy(_ value: String) -> String {
        String(
            String.UnicodeScalarView(
                value.unicodeScalars.prefix(200).map { $0.value < 32 || $0.value == 127 ? "?" : $0 }))
    }

    private static func randomisation(of process: Int32) -> String? {
        guard let bits = ProcFile.text("/proc/\(process)/personality").flatMap({ UInt($0, radix: 16) }) else {
            return nil
        }
        let isOff =
            cprocess_is_unrandomised(bits) != 0 || ProcFile.text("/proc/sys/kernel/randomize_va_space") == "0"
        return isOff ? "off" : "on"
    }

    /// From the ELF header's type: 3 for a position-independent program, 2 for one with fixed addresses.
    private static func positionIndependence(of process: Int32) -> String? {
        guard let head = SystemFile.bytes("/proc/\(process)/exe", limit: 18), head.count == 18,
            head[..<4] == [0x7F, 0x45, 0x4C, 0x46]
        else { return nil }
        switch head[16] {
        case 2: return "no"
        case 3: return "yes"
        default: return nil
        }
    }

    private static func hashSeed(of process: Int32) -> String? {
        guard let environment = SystemFile.bytes("/proc/\(process)/environ", limit: 4 << 20) else {
            return nil
        }
        let name = Array("PYTHONHASHSEED=".utf8)
        for entry in environment.split(separator: 0) where entry.starts(with: name) {
            // Only a number may leave this function.
            if let seed = UInt32(String(decoding: entry.dropFirst(name.count), as: UTF8.self)) {
                return "\(seed)"
            }
        }
        return "random"
    }

    private static func machine() -> String? {
        guard let text = ProcFile.text("/proc/cpuinfo") else { return nil }
        for line in text.split(separator: "\n") where line.hasPrefix("model name") {
            return line.split(separator: ":", maxSplits: 1).last.map { String($0.drop { $0 == " " }) }
        }
        return nil
    }

    /// The mode in brackets: `always [madvise] never`.
    private static func hugePages() -> String? {
        guard let text = ProcFile.text("/sys/kernel/mm/transparent_hugepage/enabled"),
            let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"), open < close
        else { return nil }
        return String(text[text.index(after: open)..<close])
    }
}
