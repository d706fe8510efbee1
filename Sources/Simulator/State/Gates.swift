/// What lets only so many jobs through at a time: those beyond wait in order.
struct Gates {
    private struct Gate {
        var free: Int
        /// Jobs that wait, from `head` on.
        var queue: [UInt32] = []
        var head = 0
    }

    private let settings: [Resource]
    private let nodes: Int
    private var gates: [Gate] = []

    /// Gates of a cluster of `nodes`, all free.
    init(_ settings: [Resource], nodes: Int) {
        self.settings = settings
        self.nodes = nodes
        for resource in settings {
            let count = resource.scope == .node ? nodes : 1
            gates += Array(repeating: Gate(free: resource.servers), count: count)
        }
    }

    private func place(_ gate: Int, _ node: Int) -> Int {
        var place = 0
        for earlier in settings[..<gate] { place += earlier.scope == .node ? nodes : 1 }
        return place + (settings[gate].scope == .node ? node : 0)
    }

    /// Lets `job` through, or has it wait.
    /// - Returns: whether it is through.
    mutating func enter(_ gate: Int, node: Int, job: Int) -> Bool {
        let place = place(gate, node)
        if gates[place].free > 0 {
            gates[place].free -= 1
            return true
        }
        gates[place].queue.append(UInt32(job))
        return false
    }

    /// A job that was through leaves.
    /// - Returns: the job that is through instead, which waited.
    mutating func leave(_ gate: Int, node: Int) -> Int? {
        let place = place(gate, node)
        guard gates[place].head < gates[place].queue.count else {
            gates[place].free += 1
            return nil
        }
        let next = gates[place].queue[gates[place].head]
        gates[place].head += 1
        if gates[place].head > 64, 2 * gates[place].head > gates[place].queue.count {
            gates[place].queue.removeFirst(gates[place].head)
            gates[place].head = 0
        }
        return Int(next)
    }

    /// Takes a job that waits out of the queue.
    mutating func abandon(_ gate: Int, node: Int, job: Int) {
        let place = place(gate, node)
        let head = gates[place].head
        if let found = gates[place].queue[head...].firstIndex(of: UInt32(job)) {
            gates[place].queue.remove(at: found)
        }
    }
}
