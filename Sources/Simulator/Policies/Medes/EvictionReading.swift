import EventKernel

/// What Medes' eviction reads of a cluster besides, in ways that allocate nothing. What these functions do by default is
/// right for any cluster.
protocol EvictionReading: ClusterReading, ~Copyable {
    /// The first place (unit * `states` + state), from `start` on, whose count differs from that in `seen`; nil when
    /// there is none.
    func firstChange(from start: Int, since seen: borrowing Slab<UInt32>, states: Int) -> Int?

    /// Tells `longest` of the idle sandboxes of `unit` in `state`, those at least that it can want.
    func look(at unit: UnitID, in state: IdleStateID, for longest: inout LongestIdle)
}

/// Of idle sandboxes that it is told of, the one to evict: that which has been in its state the longest, of equals the
/// oldest, once it has been there long enough.
struct LongestIdle {
    /// The one to evict; nil when there is none.
    private(set) var sandbox: SandboxID?
    /// Before this time there will be none among those seen, nor among those that become idle from now on.
    private(set) var noneBefore: SimTime
    private let now: SimTime
    private let settled: SimDuration
    private var since = SimTime.zero
    private var serial: UInt64 = 0

    /// Nothing seen yet, at `now`; sandboxes must have been in their state for `settled`.
    init(now: SimTime, settled: SimDuration) {
        self.now = now
        self.settled = settled
        noneBefore = now + settled
    }

    /// An idle sandbox, in its state since `since`.
    mutating func see(_ sandbox: SandboxID, since: SimTime, serial: UInt64, isEvictable: Bool) {
        guard isEvictable else {
            // Nobody says when this changes.
            noneBefore = now
            return
        }
        guard since + settled <= now else {
            noneBefore = min(noneBefore, since + settled)
            return
        }
        if self.sandbox != nil, (self.since, self.serial) <= (since, serial) { return }
        (self.sandbox, self.since, self.serial) = (sandbox, since, serial)
    }
}

extension EvictionReading where Self: ~Copyable {
    func firstChange(from start: Int, since seen: borrowing Slab<UInt32>, states: Int) -> Int? {
        (start..<max(seen.count, start)).first { place in
            let count = count(of: UnitID(UInt32(place / states)), in: IdleStateID(UInt8(place % states)))
            return UInt32(count) != seen[place]
        }
    }

    func look(at unit: UnitID, in state: IdleStateID, for longest: inout LongestIdle) {
        for sandbox in idleSandboxes(of: unit, in: state) {
            longest.see(
                sandbox.id, since: sandbox.since, serial: sandbox.serial,
                isEvictable: isEvictable(sandbox.id))
        }
    }
}

extension ClusterState: EvictionReading {
    func firstChange(from start: Int, since seen: borrowing Slab<UInt32>, states: Int) -> Int? {
        var place = start
        while place < seen.count {
            // Most counts are as they were: a block of them is compared without a branch, by vectors.
            if place & 63 == 0, place &+ 64 <= seen.count {
                var difference: UInt32 = 0
                for offset in 0..<64 {
                    difference |= stateCounts[place &+ offset] ^ seen[place &+ offset]
                }
                if difference == 0 {
                    place &+= 64
                    continue
                }
            }
            let end = min(seen.count, (place | 63) &+ 1)
            while place < end {
                if stateCounts[place] != seen[place] { return place }
                place &+= 1
            }
        }
        return nil
    }

    func look(at unit: UnitID, in state: IdleStateID, for longest: inout LongestIdle) {
        let place = unit.index * idleStateCount + state.index
        if isLinked {
            // Those that became idle first are last. Ones that run, with a slot free, stand among them.
            var next = state == .warm ? units[unit.index].tail : otherLists[place].tail
            var latest = UInt64.max
            while next != .max, sandboxes[Int(next)].since <= latest {
                if see(Int(next), for: &longest) { latest = sandboxes[Int(next)].since }
                next = sandboxes[Int(next)].previous
            }
        } else {
            for index in pools[place].keys.indices {
                _ = see(pools[place].keys[index].index, for: &longest)
            }
        }
    }

    /// Tells `longest` of `sandbox` if it is idle.
    /// - Returns: whether it can be evicted.
    private func see(_ sandbox: Int, for longest: inout LongestIdle) -> Bool {
        let record = sandboxes[sandbox]
        if record.running > 0 { return false }
        let isEvictable = isEvictable(SandboxID(UInt32(sandbox)))
        longest.see(
            SandboxID(UInt32(sandbox)), since: SimTime(nanoseconds: record.since),
            serial: details[sandbox].serial, isEvictable: isEvictable)
        return isEvictable
    }
}
