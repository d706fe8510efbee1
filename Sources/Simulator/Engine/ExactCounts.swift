/// How often each value was added, exactly.
struct ExactCounts {
    private var counts: [UInt64: UInt64] = [:]

    /// Adds a value.
    mutating func add(_ value: UInt64) { counts[value, default: 0] += 1 }

    /// The values in order.
    var sorted: [ValueCount] {
        counts.map { ValueCount(value: $0.key, count: $0.value) }.sorted { $0.value < $1.value }
    }
}

/// A value in nanoseconds, and how often it was seen.
public struct ValueCount: Hashable, Sendable {
    /// The value in nanoseconds.
    public var value: UInt64
    /// How often.
    public var count: UInt64

    /// A value and how often it was seen.
    public init(value: UInt64, count: UInt64) {
        self.value = value
        self.count = count
    }
}
