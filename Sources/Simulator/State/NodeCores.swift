import EventKernel

/// The cores of the nodes under equal processor sharing.
///
/// Each node has a *virtual clock* that runs at the share of its speed that every execution gets: 1 while there are
/// cores enough, cores / demand beyond. An execution of length e that joins at virtual time v ends at v + e, whatever
/// joins or leaves, so one heap by virtual end time gives the order of completions.
struct NodeCores {
    private struct Node {
        var cores: Double
        var virtual: Double = 0
        var updatedAt: UInt64 = 0
        /// When the first of the heap ends if nothing changes; `.max` when it is empty.
        var turnAt: UInt64 = .max
        /// Cores that all of the heap together ask for.
        var wanted = 0.0
        var heap: ContiguousArray<Entry> = []
    }

    private struct Entry {
        var end: Double
        var sequence: UInt64
        var job: UInt32
        var demand: Double

        static func < (a: Entry, b: Entry) -> Bool {
            a.end != b.end ? a.end < b.end : a.sequence < b.sequence
        }
    }

    private var nodes: [Node]
    /// Cores that an execution asks for.
    let demand: Double
    private var sequence: UInt64 = 0

    /// Cores of each node; `demand` cores for each execution. Empty when cores are not shared.
    init(cores: [Double], demand: Double) {
        nodes = cores.map { Node(cores: $0) }
        self.demand = demand
    }

    /// `job` begins to keep `demand` cores of `node` busy, for `nanoseconds` of undisturbed time.
    /// - Returns: when to call `turn` next, if that is news.
    mutating func join(
        _ job: Int, node: Int, nanoseconds: UInt64, demand: Double, now: UInt64
    ) -> UInt64? {
        settle(node, now)
        let entry = Entry(
            end: nodes[node].virtual + Double(nanoseconds), sequence: sequence, job: UInt32(job),
            demand: demand)
        sequence += 1
        nodes[node].wanted += demand
        nodes[node].heap.append(entry)
        siftUp(node)
        return reschedule(node, now)
    }

    /// The time that `turn` was called for has come.
    /// - Returns: the job that ends now (nil when the call was out of date), and when to call again, if that is news.
    mutating func turn(node: Int, now: UInt64) -> (job: Int, next: UInt64?)? {
        guard nodes[node].turnAt == now, let first = nodes[node].heap.first else { return nil }
        settle(node, now)
        // Rounding to whole nanoseconds may leave the virtual clock a hair before the end it was set for.
        nodes[node].virtual = max(nodes[node].virtual, first.end)
        removeFirst(node)
        // That call is spent: the next execution may end now too, and needs one of its own.
        nodes[node].turnAt = .max
        return (Int(first.job), reschedule(node, now))
    }

    /// How many executions share the node's cores.
    func count(on node: Int) -> Int { nodes[node].heap.count }

    private func speed(_ node: Int) -> Double {
        let wanted = nodes[node].wanted
        return wanted <= nodes[node].cores ? 1 : nodes[node].cores / wanted
    }

    private mutating func settle(_ node: Int, _ now: UInt64) {
        nodes[node].virtual += Double(now - nodes[node].updatedAt) * speed(node)
        nodes[node].updatedAt = now
        // An idle node's clock restarts, so that it never grows so large that nanoseconds are lost.
        if nodes[node].heap.isEmpty {
            nodes[node].virtual = 0
            nodes[node].wanted = 0
        }
    }

    private mutating func reschedule(_ node: Int, _ now: UInt64) -> UInt64? {
        guard let first = nodes[node].heap.first else {
            nodes[node].turnAt = .max
            return nil
        }
        let wait = max(first.end - nodes[node].virtual, 0) / speed(node)
        // Work that goes on for longer than time does ends there.
        let at = now + SimDuration(cutting: wait.rounded(.up)).nanoseconds
        if at == nodes[node].turnAt { return nil }
        nodes[node].turnAt = at
        return at
    }

    private mutating func siftUp(_ node: Int) {
        var place = nodes[node].heap.count - 1
        while place > 0, nodes[node].heap[place] < nodes[node].heap[(place - 1) / 2] {
            nodes[node].heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Forgets all jobs on `node`.
    mutating func clear(node: Int, now: UInt64) {
        settle(node, now)
        nodes[node].heap.removeAll()
        nodes[node].turnAt = .max
    }

    /// Forgets `job`, which is on `node`.
    /// - Returns: when to call `turn` next, if that is news.
    mutating func leave(_ job: Int, node: Int, now: UInt64) -> UInt64? {
        settle(node, now)
        let kept = nodes[node].heap.filter { $0.job != UInt32(job) }
        nodes[node].wanted = kept.reduce(0) { $0 + $1.demand }
        nodes[node].heap.removeAll()
        for entry in kept {
            nodes[node].heap.append(entry)
            siftUp(node)
        }
        return reschedule(node, now)
    }

    private mutating func removeFirst(_ node: Int) {
        nodes[node].wanted -= nodes[node].heap[0].demand
        let last = nodes[node].heap.removeLast()
        guard !nodes[node].heap.isEmpty else { return }
        nodes[node].heap[0] = last
        var place = 0
        while true {
            var child = 2 * place + 1
            guard child < nodes[node].heap.count else { break }
            if child + 1 < nodes[node].heap.count, nodes[node].heap[child + 1] < nodes[node].heap[child] {
                child += 1
            }
            guard nodes[node].heap[child] < nodes[node].heap[place] else { break }
            nodes[node].heap.swapAt(place, child)
            place = child
        }
    }
}
