import EventKernel
import HardwareCosts

/// The network: reads of base pages under way, the bandwidth that they share, and the adapters' connections.
///
/// Each node has one adapter with two directions. A job reads from several nodes at once, one flow from each. The
/// reader's adapter completes reads at one page in `rdma-read-pages`' time, slowed down by the number of its
/// connections and never faster than the link; jobs that read on it share that equally, and so do the flows of a job.
/// A node's adapter sends at the link's speed at most, shared equally by the flows that it serves. A flow goes at the
/// smaller of its two shares; what it leaves of the larger one goes to nobody (docs/model.md).
///
/// Rates are constant between events, and a flow is done at the first whole nanosecond at which its last page has come,
/// to a millionth of a nanosecond. What a flow has left is rounded up whenever its rate changes: nothing is done early.
struct Fabric: ~Copyable {
    /// Pages to be read from one node.
    struct Read: BitwiseCopyable {
        var node: UInt32
        var pages: UInt32
    }

    /// When `turn` is to be called next, in nanoseconds; `.max` for never. It changes with every call of the other
    /// functions.
    private(set) var nextTurn: UInt64 = .max

    let costs: FabricCosts
    let readsOwnNodeByAdapter: Bool
    var connections: Connections
    var adapters: Slab<FabricAdapter>
    var flows = Slab<FabricFlow>()
    var freeFlows = Slab<UInt32>()
    var jobs = Slab<FabricJob>()
    /// When something happens to each flow that no crowd holds up; to each crowd.
    var heap = FlowHeap()
    var crowdHeap = FlowHeap()
    /// Adapters that serve more flows than `crowdSize`, and free places among them.
    var crowds: ContiguousArray<Crowd> = []
    var freeCrowds: ContiguousArray<Int> = []
    let crowdSize: UInt32
    /// Where each flow stands in its crowd's heaps, by its number; -1: nowhere.
    var endPlaces = Slab<Int32>()
    var pacePlaces = Slab<Int32>()
    /// Adapters of which what they read, or what they serve, may have another rate now.
    var touchedReaders = Slab<UInt32>()
    var touchedSources = Slab<UInt32>()
    private var flowSequence: UInt64 = 0
    private var jobSequence: UInt64 = 0
    private var pages = FabricStatistics()

    /// What the network did until now, and holds now.
    var statistics: FabricStatistics {
        var all = connections.statistics
        all.pagesAsked = pages.pagesAsked
        all.pagesRead = pages.pagesRead
        all.pagesReadOnOwnNode = pages.pagesReadOnOwnNode
        all.pagesGivenUp = pages.pagesGivenUp
        return all
    }

    /// A network of `nodes` adapters, all idle.
    ///
    /// `FabricSettings.needed` lists the costs without which nothing can be read; others count as nothing where they are
    /// missing. An adapter that serves more than `crowdSize` flows is reckoned with in another way, with the same outcome.
    init(nodes: Int, settings: FabricSettings, costs: HardwareCosts, crowdSize: UInt32 = 32) {
        self.crowdSize = crowdSize
        self.costs = FabricCosts(costs)
        readsOwnNodeByAdapter = settings.readsOwnNodeByAdapter
        connections = Connections(nodes: nodes, scheme: settings.connections, costs: self.costs)
        adapters = Slab(repeating: FabricAdapter(), count: nodes)
        for node in 0..<nodes { adapters[node].slowdown = self.costs.slowdown(connections.count(at: node)) }
    }

    /// How many connections the adapter of `node` has.
    func connections(at node: Int) -> Int { connections.count(at: node) }

    /// Begins to read for `job`, whose sandbox is on `reader`. Each node is named once in `reads`. A job that has
    /// nothing to wait for is done at the next turn, which is now.
    mutating func begin(_ job: Int, reader: Int, reads: [Read], now: UInt64) {
        while jobs.count <= job { jobs.append(FabricJob()) }
        precondition(jobs[job].flows == 0, "a job reads once at a time")
        jobSequence += 1
        jobs[job] = FabricJob(reader: UInt32(reader), sequence: jobSequence)
        var total: UInt64 = 0
        for read in reads {
            pages.pagesAsked += UInt64(read.pages)
            if Int(read.node) == reader && !readsOwnNodeByAdapter {
                count(UInt64(read.pages), own: true)
            } else {
                total += UInt64(read.pages)
            }
        }
        guard total > 0 else {
            // A flow without pages stands for it until the next turn.
            let empty = FabricFlow(job: UInt32(job), reader: UInt32(reader), source: UInt32(reader))
            add(empty, at: now, now)
            return settle(now)
        }
        precondition(costs.read != nil, "reading needs the cost of rdma-read-pages")
        let (fixed, each) = costs.reading(total)
        jobs[job].each = each
        var setUps = 0
        for read in reads where read.pages > 0 {
            let source = Int(read.node)
            if source == reader && !readsOwnNodeByAdapter { continue }
            let (link, readyAt) = connections.use(reader, source, now: now, setUps: &setUps)
            var flow = FabricFlow(job: UInt32(job), reader: UInt32(reader), source: read.node)
            flow.link = link
            flow.pages = read.pages
            flow.left = Double(read.pages)
            add(flow, at: readyAt.adding(clamped: fixed), now)
        }
        settle(now)
    }

    /// What is to happen at `nextTurn` happens. Returns jobs whose reads are done, in order; a call that comes too
    /// early changes nothing.
    mutating func turn(now: UInt64) -> [Int] {
        assert(now <= nextTurn, "a turn was missed")
        var done: [Int] = []
        while let first = firstToEnd(by: now) {
            if flows[first].isReading || flows[first].pages == 0 {
                let job = Int(flows[first].job)
                count(UInt64(flows[first].pages), own: flows[first].isOwn)
                end(first)
                if jobs[job].flows == 0 { done.append(job) }
            } else {
                start(first, now)
            }
            // Rates are set anew only once all that happens at this time has happened.
            if firstTime > now { settle(now) }
        }
        nextTurn = firstTime
        return done
    }

    /// When something happens next.
    private var firstTime: UInt64 { min(heap.first?.time ?? .max, crowdHeap.first?.time ?? .max) }

    /// The flow to which something happens next, if that is at `now`; those of crowds come after others.
    private func firstToEnd(by now: UInt64) -> Int? {
        let (first, crowd) = (heap.first, crowdHeap.first)
        if let first, first.time <= min(now, crowd?.time ?? .max) { return first.flow }
        guard let crowd, crowd.time <= now else { return nil }
        return crowds[crowd.flow].ends.first?.flow
    }

    /// Ends the reads of `job`, which is not wanted any more; nothing happens when it reads nothing.
    mutating func cancel(_ job: Int, now: UInt64) {
        guard job < jobs.count, jobs[job].flows > 0 else { return }
        giveUp(job, now)
        settle(now)
    }

    /// Ends all that `node` takes part in, and its connections. Returns the jobs that read from it or on it, in order
    /// of their beginning: they are ended wholly, as what they read is of no use without the rest.
    mutating func fail(node: Int, now: UInt64) -> [Int] {
        var ended: [Int] = []
        // Where nothing is read there is no network.
        if node >= adapters.count { return ended }
        for side in [FabricFlow.Side.reader, .source] {
            while adapters[node].first(side) >= 0 {
                let job = Int(flows[Int(adapters[node].first(side))].job)
                ended.append(job)
                giveUp(job, now)
            }
        }
        connections.fail(node)
        settle(now)
        return ended.sorted { jobs[$0].sequence < jobs[$1].sequence }
    }

    /// Takes in a flow to which something happens at `time`.
    private mutating func add(_ flow: FabricFlow, at time: UInt64, _ now: UInt64) {
        let place: Int
        if freeFlows.count > 0 {
            place = Int(freeFlows.removeLast())
            flows[place] = flow
        } else {
            place = flows.count
            flows.append(flow)
        }
        flows[place].sequence = flowSequence
        jobs[Int(flow.job)].flows += 1
        link(place)
        heap.insert(place, time: time, sequence: flowSequence)
        flowSequence += 1
        if time <= now && flow.pages > 0 { start(place, now) }
    }

    /// Ends all flows of `job`, of which none is done.
    private mutating func giveUp(_ job: Int, _ now: UInt64) {
        while jobs[job].firstFlow >= 0 {
            let flow = Int(jobs[job].firstFlow)
            let asked = UInt64(flows[flow].pages)
            let isDone = flows[flow].isReading && isDone(flow, at: now)
            // What is left is rounded up: a page of which a millionth seems to be missing has come.
            let left = isDone ? 0 : max(left(of: flow, at: now) - 0x1p-20, 0)
            let read = asked - UInt64(left.rounded(.up), within: 0...asked)
            count(read, own: flows[flow].isOwn)
            pages.pagesGivenUp += asked - read
            end(flow)
        }
    }

    private mutating func count(_ read: UInt64, own: Bool) {
        pages.pagesRead += read
        if own { pages.pagesReadOnOwnNode += read }
    }

    /// Gives every flow at a touched adapter its rate, and says when the next turn is.
    private mutating func settle(_ now: UInt64) {
        while connections.changed.count > 0 {
            let node = Int(connections.changed.removeLast())
            let slowdown = costs.slowdown(connections.count(at: node))
            if slowdown == adapters[node].slowdown { continue }
            adapters[node].slowdown = slowdown
            touch(reader: node)
        }
        // Readers first: they lower what sources know of their flows.
        while touchedReaders.count > 0 { settleReads(of: Int(touchedReaders.removeLast()), now) }
        while touchedSources.count > 0 { settleServed(by: Int(touchedSources.removeLast()), now) }
        nextTurn = firstTime
    }
}
