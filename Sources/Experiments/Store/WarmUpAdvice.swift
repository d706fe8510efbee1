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
        /// It does not settle within the run, or the run has too few moments to tell.
        case unknown
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
            try StoreRow.forEach(in: "series", of: store.path, database, sql: sql) { row in
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
        guard let cut = WarmUp.mser5(total) else { return .unknown }
        return cut == 0 ? .settled : .settles(seconds: numbers[rows[cut]] - numbers[0])
    }

    /// The advice in a sentence; empty without runs.
    public var text: String {
        if entries.isEmpty { return "" }
        let words = entries.map { entry in
            switch entry.finding {
            case .settled: "\(entry.policy) is settled"
            case .settles(let seconds):
                "\(entry.policy) settles \(Decimal.fixed(seconds / 60, decimals: 0)) min after measurement begins"
            case .unknown: "\(entry.policy) does not settle within the run, or the run is too short to tell"
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
        case .unknown: .infinity
        }
    }
}

extension StoredSeries {
    /// The numbers of a series as a store keeps them; a rest that is no whole number is left out.
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
