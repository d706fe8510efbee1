import EventKernel

/// The executions under way, by unit, in the order in which they end: for runs in which nobody needs to know of an end
/// before the unit is looked at again.
///
/// Most units have at most one execution under way, so the first end of each unit is kept apart from the rest.
struct BusyIndex: ~Copyable {
    struct Heap: BitwiseCopyable {
        var base: UnsafeMutablePointer<EventKey>?
        var count: UInt32 = 0
        var capacity: UInt32 = 0
    }

    /// The first end of each unit; `.last` for none.
    private var first: Slab<EventKey>
    private var rest: Slab<Heap>

    /// No executions, for this many units.
    init(units: Int) {
        first = Slab(repeating: .last, count: units)
        rest = Slab(repeating: Heap(base: nil), count: units)
    }

    deinit {
        for unit in 0..<rest.count { rest[unit].base?.deallocate() }
    }

    /// When the unit's next execution ends, in nanoseconds; `.max` when none is under way.
    @inline(__always)
    func nextEnd(of unit: Int) -> UInt64 { first[unit].time }

    /// Adds an execution.
    @inline(__always)
    mutating func add(_ key: EventKey, unit: Int) {
        let current = first[unit]
        if current == .last {
            first[unit] = key
        } else if key < current {
            first[unit] = key
            push(current, unit)
        } else {
            push(key, unit)
        }
    }

    /// Takes out the execution of `unit` that ends first; traps when there is none.
    @inline(__always)
    mutating func removeFirst(of unit: Int) -> EventKey {
        let key = first[unit]
        precondition(key < .last, "no execution is under way")
        first[unit] = rest[unit].count == 0 ? .last : pop(unit)
        return key
    }

    private mutating func push(_ key: EventKey, _ unit: Int) {
        var heap = rest[unit]
        if heap.count == heap.capacity {
            let capacity = max(heap.capacity * 2, 4)
            let larger = UnsafeMutablePointer<EventKey>.allocate(capacity: Int(capacity))
            if let base = heap.base {
                larger.moveInitialize(from: base, count: Int(heap.count))
                base.deallocate()
            }
            heap.base = larger
            heap.capacity = capacity
        }
        guard let base = heap.base else { return }
        heap.count += 1
        rest[unit] = heap
        KeyHeap.siftUp(base, from: Int(heap.count) - 1, key)
    }

    private mutating func pop(_ unit: Int) -> EventKey {
        guard let base = rest[unit].base else { return .last }
        let key = base[0]
        rest[unit].count -= 1
        let count = Int(rest[unit].count)
        if count > 0 { KeyHeap.replaceFirst(base, count, with: base[count]) }
        return key
    }
}
