/// How a list of runs is divided among the tasks of an array: contiguous shares whose sizes differ by one at
/// most. Runs that share a workload stand together in the list, so a task draws few workloads.
struct TaskShare {
    /// How many runs there are.
    let runs: Int
    /// How many tasks.
    let tasks: Int

    /// The runs of a task, counted from 0.
    func range(of task: Int) -> Range<Int> {
        precondition((0..<tasks).contains(task), "a share belongs to a task")
        return task * runs / tasks..<(task + 1) * runs / tasks
    }

    /// The task whose share a run is in.
    func task(of run: Int) -> Int {
        precondition((0..<runs).contains(run), "a run is in the list")
        return ((run + 1) * tasks - 1) / runs
    }

    /// The sizes in words, such as `3 runs in each task` or `2 to 3 runs in each task`.
    var sizes: String {
        let low = runs / tasks
        let high = (runs + tasks - 1) / tasks
        return low == high ? "\(Words.count(low, "run")) in each task" : "\(low) to \(high) runs in each task"
    }
}

/// Numbers in sentences.
enum Words {
    /// `1 run`, `2 runs`.
    static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    /// Numbers in order as ranges: `0-3, 7`. What is more than `limit` ranges is counted only.
    static func ranges(_ numbers: [Int], limit: Int = 20) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers.sorted() {
            if let last = ranges.last, number <= last.upperBound + 1 {
                ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, number)
            } else {
                ranges.append(number...number)
            }
        }
        let shown = ranges.prefix(limit).map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }
        let more = ranges.count > limit ? " and more (\(numbers.count) in all)" : ""
        return shown.joined(separator: ", ") + more
    }
}
