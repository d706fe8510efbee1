import EventKernel
import Simulator
import Workload

/// What a store keeps of a run.
struct FinishedRun: Sendable {
    /// The run's name.
    var digest: String
    /// Every place of the sweep that it fills.
    var cells: [SweepPlan.Cell]
    /// Its scenario.
    var scenario: SweepPlan.PlannedScenario
    /// Its workload.
    var workload: StoredWorkload
    /// Its seed.
    var seed: UInt64
    /// The digest of everything observable.
    var fingerprint: String
    /// The metrics in the order of `Metric.all`; nil for one that the run does not have.
    var metrics: [Double?]
    /// Time of a processor, and time that passed, in seconds.
    var cpuSeconds, wallSeconds: Double
    /// Curves; none for most runs.
    var series: [StoredSeries]
}

/// What a store says of a workload.
struct StoredWorkload: Sendable {
    var digest: String
    var title: String
    /// Its settings, as JSON.
    var settings: String
    var applications: Int
    var functions: Int
    var horizonSeconds: Double
    /// The files it was read from and what there was to warn of, as JSON.
    var inputs, warnings: String
}

/// A curve of a run: rows of numbers.
struct StoredSeries: Sendable {
    /// Its name.
    var name: String
    /// What the numbers of a row are.
    var columns: [String]
    /// The rows, one after the other.
    var values: [Double]
}

extension StoredSeries {
    /// Most moments of a timeline.
    private static let momentLimit = 360

    /// The curves that figures draw.
    static func all(of record: RunRecord) -> [StoredSeries] { [coldShares(record), memory(record)] }

    /// Quantiles over applications of their cold shares, at every percent.
    private static func coldShares(_ record: RunRecord) -> StoredSeries {
        let shares = record.applications.compactMap(\.coldShare).sorted()
        var values: [Double] = []
        if !shares.isEmpty {
            for percent in 0...100 {
                let position = Double(percent) / 100 * Double(shares.count - 1)
                let below = Int(position)
                let above = min(below + 1, shares.count - 1)
                let part = position - Double(below)
                values += [Double(percent) / 100, shares[below] + part * (shares[above] - shares[below])]
            }
        }
        return StoredSeries(
            name: "cold_share_by_application", columns: ["share", "cold_share"], values: values)
    }

    /// Memory held, at moments that lie evenly.
    private static func memory(_ record: RunRecord) -> StoredSeries {
        let rows = record.timeline
        let stride = max((rows.count + momentLimit - 1) / momentLimit, 1)
        var values: [Double] = []
        for row in Swift.stride(from: 0, to: rows.count, by: stride).map({ rows[$0] }) {
            var running = 0.0
            var idle = 0.0
            var other = 0.0
            for (purpose, amount) in zip(MemoryPurpose.allCases, row.memory) {
                switch purpose {
                case .running: running += Double(amount)
                case .idle: idle += Double(amount)
                default: other += Double(amount)
                }
            }
            values += [row.time, running, idle, other]
        }
        return StoredSeries(
            name: "memory", columns: ["time_s", "running_bytes", "idle_bytes", "other_bytes"], values: values)
    }
}
