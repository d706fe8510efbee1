import EventKernel

/// How often each unit is called, over the last so many windows of equal length: the highest count of one window, and
/// the mean. The window that has not ended yet does not count.
///
/// An arrival costs a comparison and an addition. When a window ends, units that were called within memory are brought
/// up to date, and no others.
struct ArrivalRates: ~Copyable {
    struct Record: BitwiseCopyable {
        /// Calls in the window that has not ended.
        var current: UInt32 = 0
        /// The most calls of one window that has.
        var most: UInt32 = 0
        /// Calls of all windows that are remembered.
        var sum: UInt64 = 0
        /// Whether the unit is in `live`.
        var isLive = false
    }

    private var records: Slab<Record>
    /// Calls by window, by unit * windows + place.
    private var counts: Slab<UInt32>
    /// Units with calls in a window that is remembered or runs.
    private var live: ContiguousArray<UInt32> = []
    private let windows: Int
    private let width: UInt64
    private var end: UInt64
    private var place = 0
    /// Windows that have ended, `windows` at most.
    private var ended = 0
    /// How many windows have ended since the run began; rates change only then.
    private(set) var windowsEnded: UInt64 = 0
    private var sumOfMost: UInt64 = 0
    private var sumOfAll: UInt64 = 0

    /// Nothing called yet.
    init(units: Int, windows: Int, width: SimDuration) {
        records = Slab(repeating: Record(), count: units)
        counts = Slab(repeating: 0, count: units * windows)
        live.reserveCapacity(units)
        self.windows = windows
        self.width = width.nanoseconds
        end = width.nanoseconds
    }

    /// A call of `unit`.
    @inline(__always)
    mutating func add(_ unit: Int, now: SimTime) {
        if now.nanoseconds >= end { endWindows(now.nanoseconds) }
        records[unit].current &+= 1
        if !records[unit].isLive { enlist(unit) }
    }

    /// Ends the windows that lie before `now`; to be called before rates are asked.
    mutating func advance(to now: SimTime) {
        if now.nanoseconds >= end { endWindows(now.nanoseconds) }
    }

    /// The highest rate of `unit` within one window, in calls a second.
    func highest(_ unit: Int) -> Double { Double(records[unit].most) / seconds }

    /// Its mean rate in calls a second; 0 before the first window has ended.
    func mean(_ unit: Int) -> Double {
        ended == 0 ? 0 : Double(records[unit].sum) / (Double(ended) * seconds)
    }

    /// The highest rate of `unit` as a part of those of all units; 0 when nothing was called.
    func shareOfHighest(_ unit: Int) -> Double {
        sumOfMost == 0 ? 0 : Double(records[unit].most) / Double(sumOfMost)
    }

    /// The mean rate of `unit` as a part of those of all units; 0 when nothing was called.
    func shareOfMean(_ unit: Int) -> Double {
        sumOfAll == 0 ? 0 : Double(records[unit].sum) / Double(sumOfAll)
    }

    private var seconds: Double { Double(width) / 1e9 }

    @inline(never)
    private mutating func enlist(_ unit: Int) {
        records[unit].isLive = true
        live.append(UInt32(unit))
    }

    @inline(never)
    private mutating func endWindows(_ now: UInt64) {
        let passed = (now - end) / width + 1
        windowsEnded += passed
        for _ in 0..<min(passed, UInt64(windows) + 1) { endWindow() }
        let (end, overflow) = self.end.addingReportingOverflow(passed * width)
        self.end = overflow ? .max : end
    }

    private mutating func endWindow() {
        ended = min(ended + 1, windows)
        var kept = 0
        for index in live.indices {
            let unit = Int(live[index])
            var record = records[unit]
            let first = unit * windows
            let old = counts[first + place]
            counts[first + place] = record.current
            sumOfAll = sumOfAll + UInt64(record.current) - UInt64(old)
            record.sum = record.sum + UInt64(record.current) - UInt64(old)
            sumOfMost -= UInt64(record.most)
            if record.current >= record.most {
                record.most = record.current
            } else if old == record.most {
                record.most = 0
                for window in first..<(first + windows) { record.most = max(record.most, counts[window]) }
            }
            sumOfMost += UInt64(record.most)
            record.current = 0
            record.isLive = record.sum > 0
            records[unit] = record
            if record.isLive {
                live[kept] = UInt32(unit)
                kept += 1
            }
        }
        live.removeSubrange(kept...)
        place = (place + 1) % windows
    }
}
