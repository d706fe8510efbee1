import EventKernel

/// The latest values of some of many series, oldest first: a ring for each series that has any.
struct RecentValues: ~Copyable {
    struct Ring: BitwiseCopyable {
        /// Its place among the rings; `.max` while it has none.
        var place: UInt32 = .max
        var count: UInt32 = 0
        /// Where the next value goes.
        var next: UInt32 = 0
    }

    private let length: Int
    private var rings: Slab<Ring>
    private var values: Slab<Double>

    /// Room for the latest `length` values of each of `count` series; memory is taken with a series' first
    /// value.
    init(series count: Int, length: Int) {
        self.length = length
        rings = Slab(repeating: Ring(), count: count)
        values = Slab()
    }

    /// Whether the series has values.
    func holds(_ series: Int) -> Bool { rings[series].count > 0 }

    /// Adds a value, in place of the oldest when the ring is full.
    mutating func append(_ value: Double, to series: Int) {
        var ring = rings[series]
        if ring.place == .max {
            ring.place = UInt32(values.count / length)
            for _ in 0..<length { values.append(0) }
        }
        values[Int(ring.place) * length + Int(ring.next)] = value
        ring.next = Int(ring.next) + 1 == length ? 0 : ring.next + 1
        ring.count = min(ring.count + 1, UInt32(length))
        rings[series] = ring
    }

    /// The values, oldest first.
    func list(_ series: Int) -> [Double] {
        let ring = rings[series]
        let count = Int(ring.count)
        let first = count < length ? 0 : Int(ring.next)
        return (0..<count).map { values[Int(ring.place) * length + (first + $0) % length] }
    }
}
