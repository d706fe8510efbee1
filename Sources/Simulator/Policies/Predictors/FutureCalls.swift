import EventKernel
import Workload

/// Every call of the run by unit, in time order, for policies that see the future. Takes 8 bytes a call.
///
/// The arrivals are a pure function of (workload, seed, layout), so these are exactly the calls that the
/// engine meets.
struct FutureCalls {
    /// Where the calls of each unit begin in `times`; one more at the end.
    let offsets: ContiguousArray<Int>
    /// Arrival times in nanoseconds, unit after unit.
    let times: ContiguousArray<UInt64>
    private var states: ContiguousArray<State>

    private struct State {
        /// The first call of the unit that has not arrived yet.
        var cursor: Int
        /// So many calls from there on are promised a sandbox.
        var promised = 0
        /// Sandboxes that were sent away in the instant `leftAt`: in this instant they are still there.
        var left = 0
        var leftAt = SimTime.never
    }

    /// The calls of `context`'s run. When `ends` is given it is filled with the times at which the executions
    /// end if every start is warm, sorted within each unit.
    init(_ context: PolicyContext, ends: UnsafeMutablePointer<ContiguousArray<UInt64>>? = nil) {
        let units = context.units.count
        var offsets = ContiguousArray(repeating: 0, count: units + 1)
        FutureCalls.forEachCall(of: context) { unit, _ in offsets[unit + 1] += 1 }
        for unit in 0..<units { offsets[unit + 1] += offsets[unit] }

        var cursors = ContiguousArray(offsets.dropLast())
        var times = ContiguousArray<UInt64>(repeating: 0, count: offsets[units])
        if let ends { ends.pointee = times }
        let warmStarts = context.units.map(\.warmStart.nanoseconds)
        FutureCalls.forEachCall(of: context) { unit, call in
            let place = cursors[unit]
            cursors[unit] += 1
            times[place] = call.time.nanoseconds
            ends?.pointee[place] = call.time.nanoseconds + call.execution.nanoseconds + warmStarts[unit]
        }
        if let ends {
            for unit in 0..<units { FutureCalls.sort(&ends.pointee, offsets[unit]..<offsets[unit + 1]) }
        }
        self.offsets = offsets
        self.times = times
        states = ContiguousArray(offsets.dropLast().map { State(cursor: $0) })
    }

    /// A call of `unit` has arrived: if it was promised a sandbox, it takes one.
    mutating func arrived(at unit: Int) {
        if states[unit].cursor < offsets[unit + 1] { states[unit].cursor += 1 }
        if states[unit].promised > 0 { states[unit].promised -= 1 }
    }

    /// The next call of `unit` that is not promised a sandbox: its place in `times`; nil when there is none.
    func nextWithout(_ unit: Int) -> Int? {
        let place = states[unit].cursor + states[unit].promised
        return place < offsets[unit + 1] ? place : nil
    }

    /// Promises a sandbox to the call that `nextWithout` names.
    mutating func promise(_ unit: Int) { states[unit].promised += 1 }

    /// Nanoseconds from now until the call at `place`.
    func gap(until place: Int, now: SimTime) -> UInt64 { times[place] - min(times[place], now.nanoseconds) }

    /// Evicts an idle sandbox of `unit` at once.
    mutating func sendAway(_ unit: Int, now: SimTime) -> IdleStep {
        states[unit].left = states[unit].leftAt == now ? states[unit].left + 1 : 1
        states[unit].leftAt = now
        return .evict(after: .zero)
    }

    /// What becomes of an idle sandbox that is kept for a promise: it stays until the last call promised, and
    /// is asked about again then, if no call took it; it goes when there are more idle sandboxes than
    /// promises. It stays for at least one nanosecond, so that a call of this instant comes first.
    mutating func keep(_ unit: UnitView, now: SimTime) -> IdleStep {
        let state = states[unit.id.index]
        let idle = Int(unit.idle) - (state.leftAt == now ? state.left : 0)
        if state.promised == 0 || idle > state.promised { return sendAway(unit.id.index, now: now) }
        let last = min(state.cursor + state.promised, offsets[unit.id.index + 1]) - 1
        return .enter(.warm, after: SimDuration(nanoseconds: max(gap(until: last, now: now), 1)))
    }

    /// Promises to each execution of `unit`, in order of their ends, the first later call that is not
    /// promised yet, and gives the time in between, the call's place in `times`, and whether it is the very
    /// next to come, with no other execution under way and nothing else promised.
    func forEachGap(
        of unit: Int, ends: ContiguousArray<UInt64>,
        _ body: (_ gap: UInt64, _ place: Int, _ isNext: Bool) -> Void
    ) {
        let last = offsets[unit + 1]
        var place = offsets[unit]
        for index in offsets[unit]..<last {
            // When the k-th execution ends, k calls have arrived at least: its own too if it took no time.
            place = max(place, index + 1)
            while place < last, times[place] < ends[index] { place += 1 }
            if place == last { return }
            body(times[place] - ends[index], place, place == index + 1)
            place += 1
        }
    }

    private static func forEachCall(of context: PolicyContext, _ body: (Int, Arrival) -> Void) {
        let source = context.workload.arrivals(seed: context.seed, layout: context.scenario.layout)
        let batch = UnsafeMutableBufferPointer<Arrival>.allocate(capacity: 512)
        defer { batch.deallocate() }
        while true {
            let count = source.next(into: batch)
            if count == 0 { return }
            for call in batch[..<count] { body(context.unitOfFunction[call.function.index].index, call) }
        }
    }

    /// Sorts a part; most are sorted already, since few executions overtake each other.
    private static func sort(_ values: inout ContiguousArray<UInt64>, _ part: Range<Int>) {
        for index in part.dropFirst() where values[index] < values[index - 1] {
            values[part].sort()
            return
        }
    }
}
