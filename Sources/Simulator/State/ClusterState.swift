import EventKernel
import Synchronization
import Workload

/// The cluster at one instant: nodes, units, sandboxes and the memory ledger. Policies get it to read.
public struct ClusterState: ~Copyable {
    var ledger: MemoryLedger
    var units: Slab<Unit>
    var unitDetails: Slab<UnitDetails>
    var sandboxes: Slab<Sandbox>
    var details: Slab<SandboxDetails>
    /// Places in the sandbox table that are free, last freed on top.
    var freePlaces: Slab<UInt32>
    /// Sandboxes that exist, over time.
    var alive = PeakedAmount()
    /// Sandboxes that are idle.
    var idleCount: UInt64 = 0
    var nextSerial: UInt64 = 0

    /// Never asked. What holds an atomic has to stay where it is: without it the compiler copies the whole cluster, and
    /// the engine around it, whenever a function that only reads is called (docs/performance.md).
    private let staysInPlace = Atomic<Bool>(true)

    let reuse: ReuseOrder
    let isLinked: Bool
    let idleStateCount: Int
    /// Lists of the states after `warm`, by unit * states + state.
    var otherLists: Slab<ListEnds>
    /// Heaps or arrays for the reuse orders that need them, by unit * states + state.
    var pools: [SandboxPool]
    var reuseStream: RandomStream

    /// By node; empty when there is no reclaimer.
    var reclaimHeaps: [ReclaimHeap]
    /// For each node, at least the memory that is free or held by idle sandboxes there. Lowered only when a search finds
    /// the bound too high, so it costs nothing until memory is short.
    var roomBound: MaxTree
    var isRoomBoundLowered = false

    /// Whether the reclaimer wants uses counted by node.
    var countsUsesByNode = false
    /// Sandboxes and uses of each unit on each node where it has any, when they are counted.
    var unitsOnNodes: [UInt64: UnitOnNode] = [:]

    var resources: SerialResources
    var gates: Gates

    /// What there is to know of each idle state.
    let traits: [StateTraits]
    /// Sandboxes that others are forked from.
    var donors: Donors
    /// Whether an idle sandbox in another state than `warm` may be taken before a warm one.
    let looksBeyondWarm: Bool
    /// Idle states in the order in which a request looks for a sandbox; those that are never taken are left out.
    let lookUpOrder: [Int]
    /// Bytes a sandbox of unit u keeps in place when it is idle in state s, by u * states + s; its image comes on top.
    var residentInState: Slab<UInt64>
    /// Bytes a sandbox of unit u holds in place while it is on the way into state s, by u * states + s: what it needs
    /// now and what it will need then.
    var heldOnTheWay: Slab<UInt64>
    /// Sandboxes of unit u that are in state s or on the way there, or run and come back to it, by u * states + s.
    var stateCounts: Slab<UInt32>
    /// What sandboxes of unit u held once they were in state s: the sum and how many, by u * states + s.
    var heldAfterEntry: Slab<HeldAfterEntry>
    /// Sandboxes idle in each state, over time.
    var idleInState: [PeakedAmount]

    var images = ImageTable()
    var bases: BaseSandboxes
    /// Whether since the engine looked last images or shared pages went, or base sandboxes may go at last: nodes, also
    /// such as nothing else happened on, may have room for a call that waits.
    var hasNewRoom = false
    /// For each node, image bytes that go with idle sandboxes in states after `warm`, should they be evicted.
    var evictableImages: Slab<UInt64>
    /// Sandboxes that share equal pages, by node and unit.
    var merged: [UInt64: UInt32] = [:]

    init(
        scenario: Scenario, nodes: [NodeGroup], unitMemory: [Bytes], starts: borrowing StartTable,
        bases: BaseSandboxes, mergeable: [UInt64], seed: UInt64
    ) {
        let fractions = scenario.idleStates.map { $0.localFraction(of: scenario.layers) }
        let traits = scenario.idleStates.map(StateTraits.init)
        let resident = unitMemory.enumerated().flatMap { unit, memory in
            fractions.enumerated().map { state, fraction in
                if state == 0 { return memory.count }
                let kept = UInt64((Double(memory.count) * fraction).rounded(), within: 0...memory.count)
                let shared = traits[state].isMerged ? min(mergeable[unit], kept) : 0
                return kept - shared + scenario.idleStates[state].overhead.count
            }
        }
        let onTheWay = unitMemory.flatMap { memory in
            fractions.enumerated().map { state, fraction in
                let kept = UInt64((Double(memory.count) * fraction).rounded(), within: 0...memory.count)
                return max(memory.count, kept + scenario.idleStates[state].overhead.count)
            }
        }
        let isLinked = scenario.sandbox.reuse == .mostRecent || scenario.sandbox.reuse == .leastRecent
        ledger = MemoryLedger(nodes)
        roomBound = MaxTree(nodes.map(\.memory.count))
        units = Slab(unitMemory.map { Unit(memory: $0.count, keepAlive: Unit.ask) })
        unitDetails = Slab(repeating: UnitDetails(), count: unitMemory.count)
        sandboxes = Slab()
        details = Slab()
        freePlaces = Slab()
        reuse = scenario.sandbox.reuse
        self.isLinked = isLinked
        idleStateCount = fractions.count
        otherLists = Slab(repeating: ListEnds(), count: isLinked && fractions.count > 1 ? resident.count : 0)
        pools = isLinked ? [] : Array(repeating: SandboxPool(), count: resident.count)
        reuseStream = RandomStream(seed: seed, purpose: .reuse)
        reclaimHeaps = Array(repeating: ReclaimHeap(), count: nodes.count)
        resources = SerialResources(starts.resources, nodes: nodes.count)
        gates = Gates(starts.gates, nodes: nodes.count)
        lookUpOrder =
            traits.indices.filter { traits[$0].taken == .first }
            + traits.indices.filter { traits[$0].taken == .inOrder }
        donors = Donors(units: traits.contains { $0.forks } ? unitMemory.count : 0)
        looksBeyondWarm = lookUpOrder[0] != 0
        self.traits = traits
        residentInState = Slab(resident)
        heldOnTheWay = Slab(onTheWay)
        stateCounts = Slab(repeating: 0, count: resident.count)
        heldAfterEntry = Slab(repeating: HeldAfterEntry(), count: resident.count)
        idleInState = Array(repeating: PeakedAmount(), count: fractions.count)
        evictableImages = Slab(repeating: 0, count: nodes.count)
        self.bases = bases
    }
}

// What policies read.
extension ClusterState {
    /// How many nodes there are.
    public var nodeCount: Int { ledger.accounts.count }

    /// The node with the most free memory; of equals, the first.
    /// - Complexity: O(log nodes).
    public var nodeWithMostFreeMemory: NodeID { NodeID(UInt32(ledger.free.indexOfMaximum)) }

    /// Memory of `node` in which new sandboxes may be built: what is left below its limit.
    public func freeMemory(of node: NodeID) -> Bytes { Bytes(ledger.free(of: node.index)) }

    /// The first node at or after `start`, in a circle, with at least `memory` free; nil when there is none.
    /// - Complexity: O(log nodes).
    public func nextNode(from start: NodeID, withFree memory: Bytes) -> NodeID? {
        let index =
            ledger.free.first(from: start.index, atLeast: memory.count)
            ?? ledger.free.first(from: 0, atLeast: memory.count)
        return index.map { NodeID(UInt32($0)) }
    }

    func view(of sandbox: Int) -> SandboxView {
        let record = sandboxes[sandbox]
        let detail = details[sandbox]
        return SandboxView(
            id: SandboxID(UInt32(sandbox)), unit: UnitID(record.unit), node: NodeID(record.node),
            state: IdleStateID(record.state), createdAt: SimTime(nanoseconds: detail.createdAt),
            since: SimTime(nanoseconds: record.since), lastUsed: SimTime(nanoseconds: record.freeAt),
            uses: record.uses, memory: Bytes(units[Int(record.unit)].memory), hasImage: detail.image != .max,
            mark: record.mark,
            serial: detail.serial)
    }

    /// What a reclaimer sees of the unit of `sandbox`: with uses by its scope.
    func view(ofUnitOf sandbox: Int, warmStart: SimDuration) -> UnitView {
        var view = view(ofUnit: Int(sandboxes[sandbox].unit), warmStart: warmStart)
        if countsUsesByNode { view.usesSinceResident = unitsOnNodes[placeOfUnit(sandbox)]?.uses ?? 0 }
        return view
    }

    func view(ofUnit unit: Int, warmStart: SimDuration) -> UnitView {
        let record = units[unit]
        let detail = unitDetails[unit]
        return UnitView(
            id: UnitID(UInt32(unit)), memory: Bytes(record.memory),
            coldStart: SimDuration(nanoseconds: detail.meanCold), warmStart: warmStart,
            sandboxes: detail.sandboxes,
            idle: record.idle, usesSinceResident: UInt64(record.uses),
            lastEnd: record.lastEnd == .max ? nil : SimTime(nanoseconds: record.lastEnd))
    }
}

// Rooms: memory free or held by idle sandboxes.
extension ClusterState {
    /// Memory of `node` that is free below its limit or can be freed by evicting idle sandboxes.
    func room(of node: Int) -> UInt64 {
        let room = roomBeyondLimit(of: node)
        let kept = ledger.capacities[node] - ledger.limits[node]
        return room > kept ? room - kept : 0
    }

    /// Memory of `node` that nobody holds or that can be freed by evicting idle sandboxes.
    func roomBeyondLimit(of node: Int) -> UInt64 {
        ledger.spare(of: node) + ledger.held(of: node, for: .idle) + evictableImages[node]
    }

    /// The node with the most room, of equals the one of the lowest number; nil when even that has less than `bytes`.
    ///
    /// The bounds are a tournament. Its winner is lowered to the room that the node has; when there was nothing to
    /// lower, that room is the most: every other node's is at most its bound, which is at most this one, and less for
    /// nodes of lower numbers, which would have won otherwise.
    /// - Complexity: O(log nodes) amortised: a bound that was lowered is exact, and is lowered again only after the room
    ///   of its node has shrunk, as it does when a sandbox is built, begins to execute or moves. Each of these pays for
    ///   one lowering; the first search pays for one a node.
    mutating func nodeWithMostRoom(atLeast bytes: UInt64) -> Int? {
        while roomBound.maximum >= bytes {
            let node = roomBound.indexOfMaximum
            let room = room(of: node)
            if room == roomBound[node] { return node }
            roomBound.set(node, to: room)
            isRoomBoundLowered = true
        }
        return nil
    }

    /// To be called when the room of `node` may have grown.
    @inline(__always)
    mutating func roomGrew(of node: Int) {
        if isRoomBoundLowered {
            let room = room(of: node)
            if room > roomBound[node] { roomBound.set(node, to: room) }
        }
    }
}
