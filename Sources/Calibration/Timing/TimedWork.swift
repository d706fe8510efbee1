/// Something whose time is measured: operations that are numbered, so that work which differs from one to the next
/// (pages, say) is measured over all of them.
public struct TimedWork {
    /// What it is, for tables.
    public var name: String
    /// How many different operations there are; nil when all are the same, and their numbers mean nothing.
    public var period: Int?
    /// At most so many operations between two preparations.
    public var most: Int
    /// Makes ready for the operations of a range; not timed.
    public var prepare: ((Range<Int>) -> Void)?
    /// Performs the operations of a range, once each.
    public var run: (Range<Int>) -> Void

    /// Work of operations numbered from 0.
    public init(
        _ name: String, period: Int? = nil, most: Int = 1 << 30, prepare: ((Range<Int>) -> Void)? = nil,
        run: @escaping (Range<Int>) -> Void
    ) {
        precondition(most >= 1 && (period ?? 1) >= 1, "work without operations")
        self.name = name
        self.period = period
        self.most = most
        self.prepare = prepare
        self.run = run
    }
}
