import Foundation
import GRDB
import Statistics

/// Whether the warm-up of a sweep was long enough: where the memory held settles within the measured time of
/// replicate 0, by MSER-5.
public struct WarmUpAdvice: Sendable {
    /// The worst of a policy's points.
    public struct Entry: Sendable, Hashable {
        /// The policy.
        public var policy: String
        /// What was found.
        public var finding: Finding
    }

    /// What was found for a policy.
    public enum Finding: Sendable, Hashable {
        /// Memory is steady from the first moment that is measured.
        case settled
        /// It settles so many seconds after measurement begins.
        case settles(seconds: Double)
        /// It does not settle within the run.
        case never
        /// The run has too few moments to tell.
        case tooShort
    }

    /// By policy, in the order of the experiment; policies without runs are left out.
    public let entries: [Entry]

    /// The advice for the runs of `store`.
    public init(_ store: ResultStore) throws {
        var series: [(policy: Int, finding: Finding)] = []
        try store.read { database in
            let sql = """
                SELECT cell.policy, series.data FROM series JOIN cell ON cell.run = series.run
                WHERE series.name = 'memory' AND cell.replicate = 0 ORDER BY cell.policy, cell.point
                """
            try StoreRow.forEach(in: "series", joined: ["cell"], of: store.path, database, sql: sql) { row in
                let policy = try row.place(0, among: store.policies.count)
                series.append((policy, WarmUpAdvice.finding(try row.bytes(1))))
            }
        }
        entries = store.policies.enumerated().compactMap { index, name in
            let findings = series.filter { $0.policy == index }.map(\.finding)
            return findings.max { $0.order < $1.order }.map { Entry(policy: name, finding: $0) }
        }
    }

    private static func finding(_ data: Data) -> Finding {
        let numbers = StoredSeries.numbers(in: data)
        let rows = stride(from: 0, to: numbers.count - 3, by: 4).map { $0 }
        let total = rows.map { numbers[$0 + 1] + numbers[$0 + 2] + numbers[$0 + 3] }
        guard let cut = WarmUp.mser5(total) else {
            return total.count < WarmUp.leastCount ? .tooShort : .never
        }
        return cut == 0 ? .settled : .settles(seconds: numbers[rows[cut]] - numbers[0])
    }

    /// The advice in a sentence; empty without runs.
    public var text: String {
        sentence(entries)
    }

    /// The same of policies that do not settle within the run, or of which the run is too short to tell; empty
    /// where there are none.
    public var warning: String {
        func names(_ finding: Finding) -> String {
            entries.filter { $0.finding == finding }.map(\.policy).joined(separator: ", ")
        }
        let (never, short) = (names(.never), names(.tooShort))
        var words: [String] = []
        if !never.isEmpty {
            words.append(
                "these policies never settle within the run, so their means depend on how long it is: \(never)"
            )
        }
        if !short.isEmpty {
            words.append("fewer than \(WarmUp.leastCount) moments are measured, too few to tell, of \(short)")
        }
        return words.isEmpty
            ? "" : "Warm-up, by MSER-5 on the memory held in replicate 0: \(words.joined(separator: "; "))."
    }

    private func sentence(_ entries: [Entry]) -> String {
        if entries.isEmpty { return "" }
        let words = entries.map { entry in
            switch entry.finding {
            case .settled: "\(entry.policy) is settled"
            case .settles(let seconds):
                "\(entry.policy) settles \(Decimal.fixed(seconds / 60, decimals: 0)) min after measurement begins"
            case .never:
                "\(entry.policy) does not settle within the run, so its means depend on how long that is"
            case .tooShort:
                "\(entry.policy) has fewer than \(WarmUp.leastCount) moments measured, too few to tell"
            }
        }
        return "Warm-up, by MSER-5 on the memory held in replicate 0: \(words.joined(separator: "; "))."
    }
}

extension WarmUpAdvice.Finding {
    /// From good to bad.
    fileprivate var order: Double {
        switch self {
        case .settled: -1
        case .settles(let seconds): seconds
        case .tooShort: .greatestFiniteMagnitude
        case .never: .infinity
        }
    }
}

extension StoredSeries {
    /// The numbers of a series as a store keeps them; a rest that is not a whole number is left out.
    static func numbers(in data: Data) -> [Double] {
        data.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map { index in
                Double(
                    bitPattern: UInt64(
                        littleEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)))
            }
        }
    }

    /// The numbers as a store keeps them.
    var data: Data {
        var data = Data(capacity: values.count * 8)
        for value in values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
        }
        return data
    }
}
