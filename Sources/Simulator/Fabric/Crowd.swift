import EventKernel

/// The flows that a busy adapter serves. Those that its link holds up all go at one rate, so that one number says how
/// far each of them is: the time of a link that served it alone. A flow that comes or goes changes the rate of all,
/// but not their order, and so costs O(log flows) and not O(flows).
///
/// Virtual time passes at 1 / `sharing` of the clock's, and is counted in 2^-40 ns, rounded down: nothing is early.
struct Crowd {
    /// When a held-up flow is done, in virtual time; of equals, the one that began first.
    struct End: Comparable, BitwiseCopyable {
        var virtual: UInt128
        var sequence: UInt64

        static func < (a: End, b: End) -> Bool {
            a.virtual != b.virtual ? a.virtual < b.virtual : a.sequence < b.sequence
        }
    }

    /// Whose flows these are.
    var source = 0
    /// The flows that the link holds up, by their ends.
    var ends = PlacedHeap<End>()
    /// The same, by the paces at which their readers could take them, the slowest first (as negative numbers).
    var heldUp = PlacedHeap<Double>()
    /// The others, each at its reader's pace, the fastest first.
    var free = PlacedHeap<Double>()
    /// Virtual time at `since`, and by how many flows the link is shared from then on.
    private var virtual: UInt128 = 0
    private(set) var since: UInt64
    private var sharing: UInt32

    /// Nobody yet at the adapter of `source`, whose link is shared by `sharing` flows.
    init(source: Int, sharing: UInt32, now: UInt64) {
        self.source = source
        self.sharing = sharing
        since = now
    }

    /// Virtual time at `now`.
    func time(at now: UInt64) -> UInt128 {
        now > since ? virtual + UInt128(now - since) << 40 / UInt128(max(sharing, 1)) : virtual
    }

    /// From `now` on the link is shared by `sharing` flows.
    mutating func share(among sharing: UInt32, from now: UInt64) {
        if sharing == self.sharing { return }
        virtual = time(at: now)
        since = max(now, since)
        self.sharing = sharing
    }

    /// The first whole nanosecond, to a millionth of one, at which the clock is past `end`.
    func clock(at end: UInt128) -> UInt64 {
        guard end > virtual else { return since }
        let wait = (end - virtual) * UInt128(max(sharing, 1))
        let millionth: UInt128 = (1 << 40) / 1_000_000
        let nanoseconds = wait > millionth ? (wait - millionth + (1 << 40 - 1)) >> 40 : 0
        return nanoseconds < UInt128(1) << 63 ? since.adding(clamped: UInt64(nanoseconds)) : .max
    }

    /// When the first of the flows that are held up is done; `.max` when there are none.
    var firstEnd: UInt64 { ends.first.map { clock(at: $0.key.virtual) } ?? .max }

    /// Virtual time that `pages` take on a link of `each` nanoseconds a page.
    static func span(_ pages: Double, each: Double) -> UInt128 {
        let nanoseconds = (pages * each).nextUp
        // More than the clock's 63 bits are endless; times the flows of an adapter they must fit.
        return nanoseconds < 0x1p63 ? UInt128((nanoseconds * 0x1p40).rounded(.up)) : 1 << 103
    }

    /// Pages that are read in so much virtual time, rounded up.
    static func pages(in span: UInt128, each: Double) -> Double {
        (Double(span) * 0x1p-40 / each).nextUp
    }
}
