/// A job of Slurm's: its number and, where sbatch says it, the cluster that has it.
struct SlurmJob: Equatable {
    /// The number, in decimal digits.
    let number: String
    /// The cluster; empty for that of the machine where commands are given.
    let cluster: String

    /// The job that a line names: `4711` or `4711;CLUSTER`, as `sbatch --parsable` prints it, or
    /// `Submitted batch job 4711 on cluster CLUSTER`, as it does for others; nil for any other line.
    init?(line: some StringProtocol) {
        var words = line.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == 13 }
            .map { String(decoding: $0, as: UTF8.self) }
        if words.starts(with: ["Submitted", "batch", "job"]) {
            words.removeFirst(3)
            if words.count == 4 && words[1...2] == ["on", "cluster"] { words = ["\(words[0]);\(words[3])"] }
        }
        guard words.count == 1 else { return nil }
        let parts = words[0].utf8.split(
            separator: UInt8(ascii: ";"), maxSplits: 1, omittingEmptySubsequences: false)
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard (1...10).contains(parts[0].count), parts[0].allSatisfy(digits.contains),
            parts[0].contains(where: { $0 != digits.lowerBound })
        else { return nil }
        number = String(decoding: parts[0], as: UTF8.self)
        cluster = parts.count == 2 ? String(decoding: parts[1], as: UTF8.self) : ""
        if parts.count == 2 && !SlurmJob.isName(cluster) { return nil }
    }

    /// The job that the last line of a text that names one names: sites print banners and checks before it.
    init?(lastIn text: String) {
        let jobs = text.utf8.split(separator: UInt8(ascii: "\n")).compactMap {
            SlurmJob(line: String(decoding: $0, as: UTF8.self))
        }
        guard let last = jobs.last else { return nil }
        self = last
    }

    /// The job as `sbatch --parsable` prints it.
    var text: String { cluster.isEmpty ? number : "\(number);\(cluster)" }

    /// Options of Slurm's commands that ask the right cluster.
    var clusterOptions: [String] { cluster.isEmpty ? [] : ["-M", cluster] }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0.isASCII
                    && ($0.properties.isAlphabetic || ("0"..."9").contains($0)
                        || "_-.".unicodeScalars.contains($0))
            }
    }
}
