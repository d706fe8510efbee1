import Experiments
import Files
import Glibc
import PageContent
import Snapshots

/// What was captured, in numbers: never a byte of it.
struct SnapshotSummary {
    private let pages: PageSet
    private let labels: [SnapshotLabel]
    private let provenance: Provenance
    private let remarks: [String]
    private let report: LiveProcess.Report?
    private let output: String

    init(_ snapshot: Snapshot, _ report: LiveProcess.Report?, output: String) {
        pages = snapshot.pages
        labels = snapshot.labels
        provenance = snapshot.provenance
        remarks = snapshot.remarks
        self.report = report
        self.output = output
    }

    private var counts: [(kind: PageKind, count: Int)] {
        var counts = [Int](repeating: 0, count: 256)
        for kind in pages.kinds { counts[Int(kind.rawValue)] += 1 }
        return PageKind.allCases.map { ($0, counts[Int($0.rawValue)]) }
    }

    /// A few lines for people.
    var text: String {
        let kinds = counts.filter { $0.count > 0 }.map { "\($0.count) \($0.kind.name)" }.joined(
            separator: ", ")
        var text =
            "\(pages.label.function) \(pages.label.instance): \(pages.count) pages (\(kinds)), of these "
            + "\(pages.hugePages) huge; besides \(pages.zeroMappings) zero, "
            + "\(pages.filePages.count) clean of files"
        guard let report else { return text }
        text +=
            "\nstopped \(SnapshotSummary.rounded(report.stopped * 1_000)) ms "
            + "(\(report.processes) processes, \(report.threads) threads), "
            + "copied at \(SnapshotSummary.rounded(rate(report))) GB/s"
        if report.unreadable > 0 { text += "\n\(report.unreadable) pages could not be read and are left out" }
        return text
    }

    /// Everything, for programs.
    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("file", .string(output)), ("function", .string(pages.label.function)),
            ("instance", .whole(UInt64(pages.label.instance))), ("pages", .whole(UInt64(pages.count))),
            ("kinds", .object(counts.map { ($0.kind.name, .whole(UInt64($0.count))) })),
            ("huge_pages", .whole(UInt64(pages.hugePages))),
            ("zero_mappings", .whole(UInt64(pages.zeroMappings))),
            ("clean_file_pages", .whole(UInt64(pages.filePages.count))),
            ("labels", .object(labels.map { ($0.name, .string($0.value)) })),
            (
                "provenance",
                .object([
                    ("origin", .string(provenance.origin.name)),
                    ("region_names", .whole(UInt64(provenance.naming.rawValue))),
                    ("leaves_zeros_out", .bool(provenance.leavesZerosOut)),
                    ("knows_files", .bool(provenance.knowsFiles)),
                    ("page_size", .whole(UInt64(provenance.pageSize))),
                ])
            ), ("remarks", .array(remarks.map { .string($0) })),
        ]
        if let report {
            members.append(
                (
                    "capture",
                    .object([
                        ("processes", .whole(UInt64(report.processes))),
                        ("threads", .whole(UInt64(report.threads))),
                        ("stopped_ms", .number(report.stopped * 1_000)),
                        ("copy_ms", .number(report.copying * 1_000)),
                        ("copy_gb_per_s", .number(rate(report))),
                        ("swapped_pages", .whole(UInt64(report.swapped))),
                        ("unreadable_pages", .whole(UInt64(report.unreadable))),
                        ("pages_shared_again", .whole(UInt64(report.sharedAgain))),
                    ])
                ))
        }
        return .object(members)
    }

    private func rate(_ report: LiveProcess.Report) -> Double {
        Double(report.bytes) / max(report.copying, 1e-9) / 1e9
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
}

/// Keeps what was captured to its owner.
enum Privacy {
    /// A crash must not leave a copy of what was captured behind.
    static func forbidCoreDumps() {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
    }

    /// Makes the directory of `path`, for its owner alone, when it is not there.
    static func makeDirectory(of path: String) throws(InputError) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
        let directory = String(path[..<slash])
        if mkdir(directory, 0o700) == 0 || errno == EEXIST { return }
        throw InputError(
            file: directory, "cannot be made: \(String(cString: strerror(errno)))",
            remedy: "make the directories above it first")
    }
}
