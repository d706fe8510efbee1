import CPrefetch

/// Fixed-width records in one block of memory, addressed by index: the storage of everything that changes on each
/// event. It grows by doubling and never shrinks; it is owned by one place and cannot be copied by accident.
///
/// Indices are checked in debug builds only. That is the one difference to `ContiguousArray`, and it is worth
/// 5 to 30 ns an invocation (docs/performance.md): an array also asks, on each write, whether it is shared.
@frozen
public struct Slab<Element: BitwiseCopyable>: ~Copyable {
    @usableFromInline var base: UnsafeMutablePointer<Element>
    @usableFromInline var used: Int
    @usableFromInline var capacity: Int

    /// How many records there are.
    @inlinable @inline(__always) public var count: Int { used }

    /// A slab of `count` copies of `element`.
    @inlinable
    public init(repeating element: Element, count: Int) {
        capacity = max(count, 16)
        base = Slab.allocate(capacity)
        base.initialize(repeating: element, count: count)
        used = count
    }

    /// An empty slab.
    @inlinable
    public init() {
        capacity = 16
        base = Slab.allocate(capacity)
        used = 0
    }

    /// A slab of these records.
    @inlinable
    public init(_ elements: [Element]) {
        capacity = max(elements.count, 16)
        base = Slab.allocate(capacity)
        used = elements.count
        elements.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { base.initialize(from: start, count: source.count) }
        }
    }

    deinit { base.deallocate() }

    /// The record at `index`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Element {
        unsafeAddress {
            assert(index >= 0 && index < count, "slab index out of range")
            return UnsafePointer(base + index)
        }
        unsafeMutableAddress {
            assert(index >= 0 && index < count, "slab index out of range")
            return base + index
        }
    }

    /// Brings the record at `index` near, as it will be wanted soon. Any index is allowed.
    @inlinable @inline(__always)
    public func prefetch(_ index: Int) { CPrefetch_line(base + index) }

    /// Adds a record at the end.
    /// - Complexity: O(1) amortised.
    @inlinable
    public mutating func append(_ element: Element) {
        if used == capacity { grow() }
        (base + used).initialize(to: element)
        used &+= 1
    }

    /// Removes and returns the last record; traps when there is none.
    @inlinable
    public mutating func removeLast() -> Element {
        precondition(used > 0, "removeLast on an empty slab")
        used &-= 1
        return base[used]
    }

    /// Forgets all records, keeping the memory.
    @inlinable
    public mutating func removeAll() { used = 0 }

    /// Memory that begins on a cache line, so that a record of 64 bytes lies on one.
    @usableFromInline
    static func allocate(_ capacity: Int) -> UnsafeMutablePointer<Element> {
        UnsafeMutableRawPointer.allocate(byteCount: capacity * MemoryLayout<Element>.stride, alignment: 64)
            .bindMemory(to: Element.self, capacity: capacity)
    }

    @usableFromInline
    mutating func grow() {
        let larger = Slab.allocate(capacity * 2)
        larger.moveInitialize(from: base, count: used)
        base.deallocate()
        base = larger
        capacity *= 2
    }
}
