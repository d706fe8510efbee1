import EventKernel

/// The sandboxes that can take a request, by unit and idle state, in the order of reuse.
///
/// Most recent and least recent use the doubly linked list whose ends are in the unit's record and whose links are in
/// the sandboxes' (a take is a few loads). Oldest keeps a heap and random an array for each unit.
extension ClusterState {
    /// Lists `sandbox` as able to take requests.
    @inline(__always)
    mutating func list(_ sandbox: Int) {
        if isLinked && sandboxes[sandbox].state == 0 {
            let unit = Int(sandboxes[sandbox].unit)
            var ends = ListEnds(head: units[unit].head, tail: units[unit].tail)
            link(sandbox, &ends)
            units[unit].head = ends.head
            units[unit].tail = ends.tail
        } else {
            listSlowly(sandbox)
        }
    }

    /// Takes `sandbox` off the list.
    @inline(__always)
    mutating func unlist(_ sandbox: Int) {
        if isLinked && sandboxes[sandbox].state == 0 {
            let unit = Int(sandboxes[sandbox].unit)
            var ends = ListEnds(head: units[unit].head, tail: units[unit].tail)
            unlink(sandbox, &ends)
            units[unit].head = ends.head
            units[unit].tail = ends.tail
        } else {
            unlistSlowly(sandbox)
        }
    }

    /// The sandbox that takes the unit's next request; nil when none can. It stays listed.
    @inline(__always)
    mutating func nextAvailable(of unit: Int) -> Int? {
        if isLinked, !looksBeyondWarm {
            let first = reuse == .mostRecent ? units[unit].head : units[unit].tail
            if first != .max { return Int(first) }
            if idleStateCount == 1 { return nil }
        }
        return nextAvailableSlowly(of: unit)
    }

    @inline(__always)
    private mutating func link(_ sandbox: Int, _ ends: inout ListEnds) {
        sandboxes[sandbox].previous = .max
        sandboxes[sandbox].next = ends.head
        if ends.head == .max {
            ends.tail = UInt32(sandbox)
        } else {
            sandboxes[Int(ends.head)].previous = UInt32(sandbox)
        }
        ends.head = UInt32(sandbox)
    }

    @inline(__always)
    private mutating func unlink(_ sandbox: Int, _ ends: inout ListEnds) {
        let previous = sandboxes[sandbox].previous
        let next = sandboxes[sandbox].next
        if previous == .max { ends.head = next } else { sandboxes[Int(previous)].next = next }
        if next == .max { ends.tail = previous } else { sandboxes[Int(next)].previous = previous }
    }

    @inline(never)
    private mutating func listSlowly(_ sandbox: Int) {
        let place = listPlace(sandbox)
        switch reuse {
        case .mostRecent, .leastRecent:
            var ends = otherLists[place]
            link(sandbox, &ends)
            otherLists[place] = ends
        case .oldest:
            let key = EventKey(
                time: SimTime(nanoseconds: details[sandbox].serial), kind: 0, sequence: 0,
                index: UInt32(sandbox))
            pools[place].insert(key, positions: &sandboxes)
        case .random:
            sandboxes[sandbox].previous = UInt32(pools[place].keys.count)
            pools[place].keys.append(
                EventKey(time: .zero, kind: 0, sequence: 0, index: UInt32(sandbox)))
        }
    }

    @inline(never)
    private mutating func unlistSlowly(_ sandbox: Int) {
        let place = listPlace(sandbox)
        switch reuse {
        case .mostRecent, .leastRecent:
            var ends = otherLists[place]
            unlink(sandbox, &ends)
            otherLists[place] = ends
        case .oldest:
            pools[place].remove(at: Int(sandboxes[sandbox].previous), positions: &sandboxes)
        case .random:
            let hole = Int(sandboxes[sandbox].previous)
            let last = pools[place].keys.removeLast()
            if last.index != sandbox {
                pools[place].keys[hole] = last
                sandboxes[last.index].previous = UInt32(hole)
            }
        }
    }

    @inline(never)
    private mutating func nextAvailableSlowly(of unit: Int) -> Int? {
        for state in lookUpOrder {
            if let sandbox = nextAvailable(of: unit, in: state) { return sandbox }
        }
        return nil
    }

    /// The sandbox in `state` that takes the unit's next request; nil when none can. It stays listed.
    @inline(never)
    mutating func nextAvailable(of unit: Int, in state: Int) -> Int? {
        let place = unit * idleStateCount + state
        switch reuse {
        case .mostRecent, .leastRecent:
            let ends =
                state == 0 ? ListEnds(head: units[unit].head, tail: units[unit].tail) : otherLists[place]
            let first = reuse == .mostRecent ? ends.head : ends.tail
            return first == .max ? nil : Int(first)
        case .oldest: return pools[place].keys.first?.index
        case .random:
            let count = pools[place].keys.count
            return count == 0 ? nil : pools[place].keys[Int(reuseStream.below(UInt64(count)))].index
        }
    }

    private func listPlace(_ sandbox: Int) -> Int {
        Int(sandboxes[sandbox].unit) * idleStateCount + Int(sandboxes[sandbox].state)
    }
}

/// First and last of a doubly linked list of sandboxes.
struct ListEnds: BitwiseCopyable {
    var head: UInt32 = .max
    var tail: UInt32 = .max
}

/// The available sandboxes of one unit and state as a binary heap by creation (oldest first), or as a plain array.
/// A sandbox's place is kept in its `previous`.
struct SandboxPool {
    var keys: ContiguousArray<EventKey> = []

    mutating func insert(_ key: EventKey, positions: inout Slab<Sandbox>) {
        keys.append(key)
        siftUp(keys.count - 1, positions: &positions)
    }

    mutating func remove(at place: Int, positions: inout Slab<Sandbox>) {
        let last = keys.removeLast()
        guard place < keys.count else { return }
        keys[place] = last
        siftUp(place, positions: &positions)
        siftDown(Int(positions[last.index].previous), positions: &positions)
    }

    private mutating func siftUp(_ start: Int, positions: inout Slab<Sandbox>) {
        let key = keys[start]
        var hole = start
        while hole > 0, key < keys[(hole - 1) / 2] {
            keys[hole] = keys[(hole - 1) / 2]
            positions[keys[hole].index].previous = UInt32(hole)
            hole = (hole - 1) / 2
        }
        keys[hole] = key
        positions[key.index].previous = UInt32(hole)
    }

    private mutating func siftDown(_ start: Int, positions: inout Slab<Sandbox>) {
        let key = keys[start]
        var hole = start
        while true {
            var child = 2 * hole + 1
            guard child < keys.count else { break }
            if child + 1 < keys.count, keys[child + 1] < keys[child] { child += 1 }
            guard keys[child] < key else { break }
            keys[hole] = keys[child]
            positions[keys[hole].index].previous = UInt32(hole)
            hole = child
        }
        keys[hole] = key
        positions[key.index].previous = UInt32(hole)
    }
}

// Sandboxes that are starting and can be claimed.
extension ClusterState {
    /// Lists a starting sandbox as one that calls may claim.
    mutating func listClaimable(_ sandbox: Int) {
        let unit = Int(sandboxes[sandbox].unit)
        let head = unitDetails[unit].loading
        sandboxes[sandbox].previous = .max
        sandboxes[sandbox].next = head
        if head != .max { sandboxes[Int(head)].previous = UInt32(sandbox) }
        unitDetails[unit].loading = UInt32(sandbox)
        details[sandbox].isClaimable = true
    }

    /// Takes a starting sandbox off that list.
    mutating func unlistClaimable(_ sandbox: Int) {
        let unit = Int(sandboxes[sandbox].unit)
        let previous = sandboxes[sandbox].previous
        let next = sandboxes[sandbox].next
        if previous == .max { unitDetails[unit].loading = next } else { sandboxes[Int(previous)].next = next }
        if next != .max { sandboxes[Int(next)].previous = previous }
        details[sandbox].isClaimable = false
    }
}
