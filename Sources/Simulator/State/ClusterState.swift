import EventKernel
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

    /// When each serial resource of each node is free again, by node * resources + resource.
    var resourcesFreeAt: Slab<UInt64>
    let resourceCount: Int

    /// Bytes a sandbox of unit u keeps in idle state s, by u * states + s.
    var heldInState: Slab<UInt64>

    init(
        scenario: Scenario, capacities: [Bytes], unitMemory: [Bytes], resources: Int,
        seed: UInt64
    ) {
        let fractions = scenario.idleStates.map { $0.localFraction(of: scenario.layers) }
        let held = unitMemory.flatMap { memory in
            fractions.enumerated().map { state, fraction in
                state == 0 ? memory.count : UInt64((Double(memory.count) * fraction).rounded())
            }
        }
        let isLinked = scenario.sandbox.reuse == .mostRecent || scenario.sandbox.reuse == .leastRecent
        ledger = MemoryLedger(capacities: capacities)
        roomBound = MaxTree(capacities.map(\.count))
        units = Slab(unitMemory.map { Unit(memory: $0.count, keepAlive: Unit.ask) })
        unitDetails = Slab(repeating: UnitDetails(), count: unitMemory.count)
        sandboxes = Slab()
        details = Slab()
        freePlaces = Slab()
        reuse = scenario.sandbox.reuse
        self.isLinked = isLinked
        idleStateCount = fractions.count
        otherLists = Slab(repeating: ListEnds(), count: isLinked && fractions.count > 1 ? held.count : 0)
        pools = isLinked ? [] : Array(repeating: SandboxPool(), count: held.count)
        reuseStream = RandomStream(seed: seed, purpose: .reuse)
        reclaimHeaps = Array(repeating: ReclaimHeap(), count: capacities.count)
        resourceCount = resources
        resourcesFreeAt = Slab(repeating: 0, count: resources * capacities.count)
        heldInState = Slab(held)
    }
}

// What policies read.
extension ClusterState {
    /// How many nodes there are.
    public var nodeCount: Int { ledger.accounts.count }

    /// The node with the most free memory; of equals, the first.
    /// - Complexity: O(log nodes).
    public var nodeWithMostFreeMemory: NodeID { NodeID(UInt32(ledger.free.indexOfMaximum)) }

    /// Memory of `node` that nobody holds.
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
            uses: record.uses, memory: Bytes(units[Int(record.unit)].memory), hasImage: false,
            mark: record.mark,
            serial: detail.serial)
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

// What policies of further idle states read.
extension ClusterState {
    /// How many sandboxes of `unit` are idle in `state`, or were used from it and come back to it; for `warm` all others
    /// that are ready, running ones among them.
    public func count(of unit: UnitID, in state: IdleStateID) -> Int { 0 }

    /// Memory of `node` for sandboxes.
    public func capacity(of node: NodeID) -> Bytes { Bytes(ledger.capacities[node.index]) }

    /// Whether `sandbox` is idle and may go: nothing depends on it that is protected.
    public func isEvictable(_ sandbox: SandboxID) -> Bool { false }

    /// The idle sandboxes of `unit` in `state`, in the order of reuse.
    public func idleSandboxes(of unit: UnitID, in state: IdleStateID) -> [SandboxView] { [] }
}

// Rooms: memory free or held by idle sandboxes.
extension ClusterState {
    /// Memory of `node` that is free or can be freed by evicting idle sandboxes.
    func room(of node: Int) -> UInt64 { ledger.free(of: node) + ledger.held(of: node, for: .idle) }

    /// A node whose room is at least `bytes`: the one with the most, to within the age of the bounds; nil when no node
    /// has that much.
    /// - Complexity: O(log nodes) amortised over the executions that end.
    mutating func nodeWithRoom(for bytes: UInt64) -> Int? {
        while roomBound.maximum >= bytes {
            let node = roomBound.indexOfMaximum
            let room = room(of: node)
            if room >= bytes { return node }
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

// Serial resources: kernel locks, disks, zygotes.
extension ClusterState {
    /// Holds a resource of `node` for `duration` from `time` on, or from when those before have done.
    /// - Returns: when it is let go.
    mutating func hold(_ resource: Int, of node: Int, from time: UInt64, for duration: UInt64) -> UInt64 {
        let place = node * resourceCount + resource
        let end = max(time, resourcesFreeAt[place]) + duration
        resourcesFreeAt[place] = end
        return end
    }
}
