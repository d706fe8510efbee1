import Files
import Workload

/// What is in a store after collecting, and what is missing.
public struct CollectionReport {
    /// Parts that could not be used, and why.
    public let skipped: [InputError]
    private let collection: Collection
    private let store: String
    private let rounds: [ArrayRound]
    private let queue: Slurm.Queue?

    init(_ collection: Collection, store: String, rounds: [ArrayRound], queue: Slurm.Queue?) {
        self.collection = collection
        self.store = store
        self.rounds = rounds
        self.queue = queue
        skipped = collection.skipped
    }

    /// Whether no run is missing.
    public var isComplete: Bool { collection.missing.isEmpty }

    /// Whether tasks of the arrays wait or run.
    public var isWaiting: Bool { (queue?.tasks ?? 0) > 0 }

    /// The report as lines of text.
    public func text(width: Int) -> String {
        let total = collection.jobs.count
        var text = "\(store): \(total - collection.missing.count) of \(Words.count(total, "run")), "
        text += "\(collection.new) of them new, from \(Words.count(collection.parts, "part"))"
        text += skipped.isEmpty ? "\n" : "; \(Words.count(skipped.count, "part")) could not be used\n"
        if isComplete { return text }
        text += "\(Words.count(collection.missing.count, "run")) missing, by point and policy:\n"
        text += table.text(width: width)
        if let tasks = missingTasks { text += tasks }
        if let queue {
            text += queue.tasks == 0 ? "no task is in the queue" : "in the queue: \(queue.text)"
        } else {
            text += "squeue does not say whether tasks are in the queue"
        }
        text += isWaiting ? "\nwhen they have ended, to submit" : "\nto submit"
        text +=
            " what is missing: pagefold sweep collect \(ShellWord.quoted(store)) --resubmit\n"
        return text
    }

    private static let rowLimit = 20

    private var table: TextTable {
        let plan = collection.plan
        var counts: [Int: [Int]] = [:]
        for cell in collection.missing.flatMap({ collection.jobs[$0].cells }) {
            counts[cell.point, default: Array(repeating: 0, count: plan.policies.count)][cell.policy] += 1
        }
        let settings = plan.points[0].settings.map(\.path)
        var table = TextTable(
            [.numbers("point")] + settings.map { .words($0) } + plan.policies.map { .numbers($0) },
            labels: 1 + settings.count)
        let points = counts.keys.sorted()
        for point in points.prefix(Self.rowLimit) {
            let missing = (counts[point] ?? []).map { $0 == 0 ? "" : "\($0)" }
            table.add(["\(point)"] + plan.points[point].settings.map(\.value) + missing)
        }
        if points.count > Self.rowLimit {
            let blank = Array(repeating: "", count: settings.count + plan.policies.count - 1)
            table.add(["...", "and \(points.count - Self.rowLimit) more"] + blank)
        }
        return table
    }

    /// The tasks that had the missing runs in the last round.
    private var missingTasks: String? {
        guard let last = rounds.last else { return nil }
        let missing = Set(collection.missing.map { collection.jobs[$0].digest })
        let places = last.runs.indices.filter { missing.contains(last.runs[$0]) }
        if places.isEmpty { return nil }
        let tasks = Array(Set(places.map { last.share.task(of: $0) }))
        let job = last.job.map { "job \($0.number)" } ?? "an array without a job number"
        let word = tasks.count == 1 ? "task" : "tasks"
        return "left to \(word) \(Words.ranges(tasks)) of \(job), which wrote to \(last.logs)\n"
    }
}

extension Slurm.Queue {
    /// `2 running, 5 pending`.
    var text: String { states.map { "\($0.tasks) \($0.state.lowercased())" }.joined(separator: ", ") }
}
