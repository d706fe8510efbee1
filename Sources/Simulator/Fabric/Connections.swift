import EventKernel

/// Which adapters are connected, as a scheme says: who has how many connections, and which is closed for a new one.
///
/// A mesh that is complete is only counted. What is set up one by one is in a table, of which each adapter has two
/// lists, by last use: connections in use, and connections that nobody uses.
struct Connections: ~Copyable {
    struct Link: BitwiseCopyable {
        /// The two ends, the lower first.
        var ends: (UInt32, UInt32)
        /// The neighbours in the list of each end, -1 for none.
        var previous: (Int32, Int32) = (-1, -1)
        var next: (Int32, Int32) = (-1, -1)
        /// When its set-up is done.
        var readyAt: UInt64
        /// Flows that use it, or wait for its set-up.
        var uses: UInt32 = 0
    }

    struct List: BitwiseCopyable {
        var first: Int32 = -1
        var last: Int32 = -1
    }

    private let scheme: ConnectionScheme
    private let cap: Int
    private let costs: FabricCosts
    private let nodes: Int
    private var links = Slab<Link>()
    private var free = Slab<UInt32>()
    /// Pairs to places in `links`. Only looked into, never walked through.
    private var byPair: [UInt64: UInt32] = [:]
    /// Two for each node: its idle connections, then those in use.
    private var lists: Slab<List>
    private var counts: Slab<Int32>
    /// Nodes that never failed: these are connected to each other from the beginning, in a mesh.
    private var isMeshed: Slab<Bool>
    private var meshed: Int
    /// Adapters whose number of connections changed since this was emptied; some more than once.
    var changed = Slab<UInt32>()
    private(set) var statistics = FabricStatistics()

    init(nodes: Int, scheme: ConnectionScheme, costs: FabricCosts) {
        self.nodes = nodes
        self.scheme = scheme
        self.costs = costs
        let each: Int
        switch scheme {
        case .mesh: (each, cap, meshed) = (max(nodes - 1, 0), .max, nodes)
        case .onDemand(let most): (each, cap, meshed) = (0, max(most, 1), 0)
        case .shared(let count): (each, cap, meshed) = (max(count, 1), .max, 0)
        }
        lists = Slab(repeating: List(), count: 2 * nodes)
        counts = Slab(repeating: Int32(each), count: nodes)
        isMeshed = Slab(repeating: meshed > 0, count: nodes)
        let ends = UInt64(nodes) * UInt64(each)
        if case .shared = scheme { statistics.connections = ends } else { statistics.connections = ends / 2 }
        statistics.connectionsPeak = statistics.connections
        statistics.adapterPeak = nodes > 0 ? each : 0
        statistics.memory = UInt64(nodes) * costs.memory(each)
        statistics.memoryPeak = statistics.memory
    }

    /// Connections of the adapter of `node`.
    func count(at node: Int) -> Int { Int(counts[node]) }

    /// A flow between `a` and `b` begins to use their connection. `setUps` counts those that its job had to set up,
    /// each after the other.
    /// - Returns: the connection to release after use, -1 where there is nothing to release, and when it can be used.
    mutating func use(_ a: Int, _ b: Int, now: UInt64, setUps: inout Int) -> (link: Int32, readyAt: UInt64) {
        if case .shared = scheme {
            statistics.switches += 1
            return (-1, now.adding(clamped: costs.change))
        }
        if a == b || (isMeshed[a] && isMeshed[b]) { return (-1, now) }
        let key = Connections.key(a, b)
        if let place = byPair[key] {
            let link = Int(place)
            if links[link].uses == 0 { move(link, toUsed: true) }
            links[link].uses += 1
            return (Int32(place), max(now, links[link].readyAt))
        }
        setUps += 1
        let readyAt = now.adding(clamped: costs.setUp(setUps))
        makeRoom(at: a)
        makeRoom(at: b)
        let link = Link(ends: (UInt32(min(a, b)), UInt32(max(a, b))), readyAt: readyAt, uses: 1)
        let place: Int
        if free.count > 0 {
            place = Int(free.removeLast())
            links[place] = link
        } else {
            place = links.count
            links.append(link)
        }
        byPair[key] = UInt32(place)
        append(place, toUsed: true)
        statistics.connectionsSetUp += 1
        add(1, a, b)
        return (Int32(place), readyAt)
    }

    /// A flow does not use the connection any more.
    mutating func release(_ link: Int32) {
        guard link >= 0 else { return }
        let place = Int(link)
        links[place].uses -= 1
        guard links[place].uses == 0 else { return }
        move(place, toUsed: false)
        let ends = links[place].ends
        for node in [Int(ends.0), Int(ends.1)] where counts[node] > cap { closeOldest(at: node) }
    }

    /// Ends all connections of `node`, which no flow uses any more.
    mutating func fail(_ node: Int) {
        if case .shared = scheme { return }
        for used in [0, 1] {
            while lists[2 * node + used].first >= 0 {
                statistics.connectionsLost += 1
                close(Int(lists[2 * node + used].first))
            }
        }
        guard isMeshed[node] else { return }
        isMeshed[node] = false
        meshed -= 1
        for other in 0..<nodes where isMeshed[other] {
            statistics.connectionsLost += 1
            add(-1, node, other)
        }
    }

    // MARK: - Closing

    /// Closes idle connections of `node` until one more is within the cap.
    private mutating func makeRoom(at node: Int) {
        while counts[node] >= cap, closeOldest(at: node) {}
        if counts[node] >= cap { statistics.setUpsBeyondCap += 1 }
    }

    /// Closes the connection of `node` that has been idle the longest; false when all are in use.
    @discardableResult
    private mutating func closeOldest(at node: Int) -> Bool {
        let oldest = lists[2 * node].first
        guard oldest >= 0 else { return false }
        statistics.connectionsClosed += 1
        close(Int(oldest))
        return true
    }

    private mutating func close(_ place: Int) {
        let ends = links[place].ends
        unlink(place, fromUsed: links[place].uses > 0)
        byPair[Connections.key(Int(ends.0), Int(ends.1))] = nil
        free.append(UInt32(place))
        add(-1, Int(ends.0), Int(ends.1))
    }

    private mutating func add(_ change: Int32, _ a: Int, _ b: Int) {
        for node in [a, b] {
            statistics.memory -= costs.memory(Int(counts[node]))
            counts[node] += change
            statistics.memory += costs.memory(Int(counts[node]))
            statistics.adapterPeak = max(statistics.adapterPeak, Int(counts[node]))
            changed.append(UInt32(node))
        }
        if change > 0 { statistics.connections += 1 } else { statistics.connections -= 1 }
        statistics.connectionsPeak = max(statistics.connectionsPeak, statistics.connections)
        statistics.memoryPeak = max(statistics.memoryPeak, statistics.memory)
    }

    // MARK: - Lists

    private mutating func move(_ place: Int, toUsed used: Bool) {
        unlink(place, fromUsed: !used)
        append(place, toUsed: used)
    }

    private mutating func append(_ place: Int, toUsed used: Bool) {
        let ends = links[place].ends
        links[place].previous = (append(place, 2 * Int(ends.0) + (used ? 1 : 0)), -1)
        links[place].previous.1 = append(place, 2 * Int(ends.1) + (used ? 1 : 0))
        links[place].next = (-1, -1)
    }

    /// Makes `place` the last of a list.
    /// - Returns: the one before it.
    private mutating func append(_ place: Int, _ list: Int) -> Int32 {
        let last = lists[list].last
        if last >= 0 {
            setNext(of: last, in: list / 2, to: Int32(place))
        } else {
            lists[list].first = Int32(place)
        }
        lists[list].last = Int32(place)
        return last
    }

    private mutating func unlink(_ place: Int, fromUsed used: Bool) {
        let link = links[place]
        unlink(link.previous.0, link.next.0, node: Int(link.ends.0), used: used)
        unlink(link.previous.1, link.next.1, node: Int(link.ends.1), used: used)
    }

    private mutating func unlink(_ previous: Int32, _ next: Int32, node: Int, used: Bool) {
        let list = 2 * node + (used ? 1 : 0)
        if previous >= 0 { setNext(of: previous, in: node, to: next) } else { lists[list].first = next }
        if next >= 0 { setPrevious(of: next, in: node, to: previous) } else { lists[list].last = previous }
    }

    private mutating func setNext(of link: Int32, in node: Int, to next: Int32) {
        let place = Int(link)
        if links[place].ends.0 == UInt32(node) {
            links[place].next.0 = next
        } else {
            links[place].next.1 = next
        }
    }

    private mutating func setPrevious(of link: Int32, in node: Int, to previous: Int32) {
        let place = Int(link)
        if links[place].ends.0 == UInt32(node) {
            links[place].previous.0 = previous
        } else {
            links[place].previous.1 = previous
        }
    }

    private static func key(_ a: Int, _ b: Int) -> UInt64 { UInt64(min(a, b)) << 32 | UInt64(max(a, b)) }
}
