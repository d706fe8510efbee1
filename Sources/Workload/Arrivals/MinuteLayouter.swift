import EventKernel

/// Where in its minute each call falls, by the rules of `MinuteLayout`.
struct MinuteLayouter {
    static let minute: UInt64 = 60_000_000_000

    private let layout: MinuteLayout
    /// Each function's stream of positions; word minute · 2^32 + k belongs to its k-th call in that minute.
    private var streams: ContiguousArray<RandomStream> = []
    /// Each function's phase under `.even`, in ns of a whole minute.
    private var phases: ContiguousArray<UInt64> = []
    private var gaps: QuantileTable?

    init(_ layout: MinuteLayout, functionCount: Int, seed: UInt64) {
        self.layout = layout
        let all = (0..<UInt64(functionCount)).lazy.map {
            RandomStream(seed: seed, purpose: .minutePosition, entity: $0)
        }
        switch layout {
        case .even:
            phases = ContiguousArray(
                all.map { $0.word(at: .max).multipliedFullWidth(by: MinuteLayouter.minute).high })
        case .uniform:
            streams = ContiguousArray(all)
        case .poisson:
            streams = ContiguousArray(all)
            gaps = QuantileTable(.exponential(mean: 1))
        case .burst(let offset):
            precondition(offset.nanoseconds < MinuteLayouter.minute, "a burst must fall inside its minute")
        }
    }

    /// Lays out the calls of `cells` in `minute`, in order: those of one slice, of `slices` equal ones.
    func lay(
        _ cells: MinuteCounts.Cells, minute: Int, slice: UInt64, of slices: UInt64,
        into scatter: inout MinuteScatter
    ) {
        let width = MinuteLayouter.minute / slices
        let low = width * slice
        let high = slice + 1 == slices ? MinuteLayouter.minute : low + width
        let first = UInt64(minute) &<< 32
        switch layout {
        case .even: even(cells, low, high, &scatter)
        case .uniform: uniform(cells, first, low, high, &scatter)
        case .poisson: poisson(cells, first, low, high, &scatter)
        case .burst(let offset):
            burst(cells, offset.nanoseconds, slice, &scatter)
            return
        }
        scatter.sort(low: low, high: high)
    }

    private func uniform(
        _ cells: MinuteCounts.Cells, _ first: UInt64, _ low: UInt64, _ high: UInt64,
        _ scatter: inout MinuteScatter
    ) {
        for cell in cells {
            let stream = streams[cell.function.index]
            for k in 0..<UInt64(cell.count) {
                let offset = stream.word(at: first &+ k).multipliedFullWidth(by: MinuteLayouter.minute).high
                if offset >= low, offset < high {
                    scatter.append(offset: offset, function: UInt64(cell.function.raw))
                }
            }
        }
    }

    /// Steps of 60 s / count in whole nanoseconds, the remainder spread as in Bresenham's line.
    private func even(
        _ cells: MinuteCounts.Cells, _ low: UInt64, _ high: UInt64, _ scatter: inout MinuteScatter
    ) {
        for cell in cells {
            let count = UInt64(cell.count)
            let (step, excess) = MinuteLayouter.minute.quotientAndRemainder(dividingBy: count)
            var (offset, rest) = phases[cell.function.index].quotientAndRemainder(dividingBy: count)
            for _ in 0..<count {
                if offset >= high { break }
                if offset >= low { scatter.append(offset: offset, function: UInt64(cell.function.raw)) }
                offset &+= step
                rest &+= excess
                if rest >= count {
                    rest &-= count
                    offset &+= 1
                }
            }
        }
    }

    private func poisson(
        _ cells: MinuteCounts.Cells, _ first: UInt64, _ low: UInt64, _ high: UInt64,
        _ scatter: inout MinuteScatter
    ) {
        guard let gaps else { return }
        for cell in cells {
            let stream = streams[cell.function.index]
            let mean = Double(MinuteLayouter.minute) / Double(cell.count)
            var clock = 0.0
            var position = first
            while true {
                clock += gaps.value(stream.word(at: position)) * mean
                if clock >= Double(high) { break }
                position &+= 1
                let offset = UInt64(bitPattern: Int64(clock))
                if offset >= low { scatter.append(offset: offset, function: UInt64(cell.function.raw)) }
            }
        }
    }

    /// All calls share one time, so slices go by the calls' order instead.
    private func burst(
        _ cells: MinuteCounts.Cells, _ offset: UInt64, _ slice: UInt64, _ scatter: inout MinuteScatter
    ) {
        let low = slice * MinuteArrivalSource.sliceLimit
        let high = low + MinuteArrivalSource.sliceLimit
        var place: UInt64 = 0
        for cell in cells {
            let start = max(place, low)
            place += UInt64(cell.count)
            let end = min(place, high)
            if end > start {
                let function = UInt64(cell.function.raw)
                scatter.append(offset: offset, function: function, times: Int(end - start))
            }
            if place >= high { return }
        }
    }
}
