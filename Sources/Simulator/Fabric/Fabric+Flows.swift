import EventKernel

/// One adapter: what reads through it, what it serves.
struct FabricAdapter: BitwiseCopyable {
    /// The first flow of a job of this node, and the first that reads from it; -1 for none.
    var firstReader: Int32 = -1
    var firstServed: Int32 = -1
    /// Jobs of this node that read now, and flows that read from it now.
    var reading: UInt32 = 0
    var serving: UInt32 = 0
    /// What a page's time is multiplied with, by the adapter's connections.
    var slowdown: Double = 1
    /// No flow that it serves is faster than a page in so many nanoseconds by its reader's share alone.
    var leastPace = Double.infinity
    /// Its crowd, when it serves many flows; -1 for none.
    var crowd: Int32 = -1
    /// How many flows it served when their rates were last seen to be right.
    var servingBefore: UInt32 = 0
    /// Whether the rates of what it reads, and of what it serves, are to be set.
    var isTouchedAsReader = false
    var isTouchedAsSource = false

    /// The first flow of a list.
    func first(_ side: FabricFlow.Side) -> Int32 { side == .reader ? firstReader : firstServed }
}

/// A job: all that is read for one sandbox.
struct FabricJob: BitwiseCopyable {
    var reader: UInt32 = 0
    /// Counts jobs in the order of their beginning.
    var sequence: UInt64 = 0
    /// Nanoseconds for a page when nothing else is read.
    var each: Double = 0
    /// Its flows, the first of them (-1: none), and how many of them read now.
    var flows: UInt32 = 0
    var firstFlow: Int32 = -1
    var reading: UInt32 = 0
}

/// What a job reads from one node.
struct FabricFlow: BitwiseCopyable {
    /// Which list of an adapter.
    enum Side { case reader, source }

    let job: UInt32
    let reader: UInt32
    let source: UInt32
    var pages: UInt32 = 0
    /// The connection to release in the end, -1 for none.
    var link: Int32 = -1
    /// Whether pages come; before, it waits for its connection.
    var isReading = false
    /// Pages left at `since`, never fewer than there are.
    var left: Double = 0
    var since: UInt64 = 0
    /// Nanoseconds that a page takes; negative before that is known.
    var pace: Double = -1
    /// Counts flows in the order of their beginning.
    var sequence: UInt64 = 0
    /// In a crowd: what a page takes by the reader's share, and whether the source's link holds it up. Then what is left is
    /// told by its end in virtual time, and not by `left`, `since` and `pace`.
    var readerPace: Double = -1
    var isHeldUp = false
    var virtualEnd: UInt128 = 0
    /// Neighbours in the lists of the job, of the reader and of the source.
    var previous = SIMD3<Int32>(repeating: -1)
    var next = SIMD3<Int32>(repeating: -1)

    init(job: UInt32, reader: UInt32, source: UInt32) {
        self.job = job
        self.reader = reader
        self.source = source
    }

    /// Whether the pages are on the reader's own node.
    var isOwn: Bool { reader == source }

    /// Pages left at `now`, rounded up.
    func left(at now: UInt64) -> Double {
        guard isReading, now > since else { return left }
        guard pace > 0 else { return 0 }
        let come = (Double(now - since) / pace).nextDown
        return min(max((left - come).nextUp, 0), left)
    }

    /// When the last page comes at the present pace, from `since` on.
    var endsAt: UInt64 {
        // A millionth of a nanosecond is what rounding has added, not what is left to wait.
        let wait = max((left * pace - 1e-6).rounded(.up), 0)
        return wait < 0x1p63 ? since.adding(clamped: UInt64(wait)) : .max
    }
}

extension Fabric {
    /// The pages of `flow` begin to come.
    mutating func start(_ flow: Int, _ now: UInt64) {
        flows[flow].isReading = true
        flows[flow].since = now
        let (job, reader, source) = ends(of: flow)
        if jobs[job].reading == 0 { adapters[reader].reading += 1 }
        jobs[job].reading += 1
        adapters[source].serving += 1
        // Until its rate is set, which is before anything else happens, it is not done.
        heap.move(flow, to: .max)
        touch(reader: reader)
        touch(source: source)
    }

    /// `flow` is no more.
    mutating func end(_ flow: Int) {
        let (job, reader, source) = ends(of: flow)
        if flows[flow].isReading {
            jobs[job].reading -= 1
            if jobs[job].reading == 0 { adapters[reader].reading -= 1 }
            adapters[source].serving -= 1
            touch(reader: reader)
            touch(source: source)
        }
        if flows[flow].isReading, adapters[source].crowd >= 0 { leaveCrowd(flow) }
        connections.release(flows[flow].link)
        if !flows[flow].isHeldUp { heap.remove(flow) }
        unlink(flow)
        jobs[job].flows -= 1
        freeFlows.append(UInt32(flow))
    }

    /// What `reader` reads may have another rate now.
    mutating func touch(reader: Int) {
        if adapters[reader].isTouchedAsReader { return }
        adapters[reader].isTouchedAsReader = true
        touchedReaders.append(UInt32(reader))
    }

    /// What `source` serves may have another rate now.
    mutating func touch(source: Int) {
        if adapters[source].isTouchedAsSource { return }
        adapters[source].isTouchedAsSource = true
        touchedSources.append(UInt32(source))
    }

    /// Sets the pace of every flow that `reader` reads.
    mutating func settleReads(of reader: Int, _ now: UInt64) {
        adapters[reader].isTouchedAsReader = false
        var flow = Int(adapters[reader].firstReader)
        while flow >= 0 {
            if flows[flow].isReading {
                let source = Int(flows[flow].source)
                let pace = readerPace(of: flow)
                if adapters[source].crowd >= 0 {
                    join(flow, readerPace: pace, now)
                } else {
                    adapters[source].leastPace = min(adapters[source].leastPace, pace)
                    setPace(of: flow, readerPace: pace, now)
                }
            }
            flow = Int(flows[flow].next[1])
        }
    }

    /// Sets the pace of every flow that `source` serves, unless its link holds up none of them, now as before.
    mutating func settleServed(by source: Int, _ now: UInt64) {
        defer { adapters[source].isTouchedAsSource = false }
        let serving = adapters[source].serving
        if adapters[source].crowd < 0, serving > crowdSize, costs.link > 0 { gather(at: source, now) }
        if adapters[source].crowd >= 0 {
            settleCrowd(at: source, now)
            // Some distance between the two keeps an adapter from going to and fro.
            if serving <= crowdSize / 2 { disperse(at: source, now) }
            adapters[source].servingBefore = serving
            return
        }
        let most = max(adapters[source].serving, adapters[source].servingBefore)
        adapters[source].servingBefore = adapters[source].serving
        if adapters[source].serving == 0 { adapters[source].leastPace = .infinity }
        if costs.link * Double(most) <= adapters[source].leastPace { return }
        var least = Double.infinity
        var flow = Int(adapters[source].firstServed)
        while flow >= 0 {
            if flows[flow].isReading {
                let pace = readerPace(of: flow)
                least = min(least, pace)
                setPace(of: flow, readerPace: pace, now)
            }
            flow = Int(flows[flow].next[2])
        }
        adapters[source].leastPace = least
    }

    /// Nanoseconds that a page of `flow` takes by its share of the reader's adapter.
    func readerPace(of flow: Int) -> Double {
        let (job, reader, _) = ends(of: flow)
        let one = max(jobs[job].each * adapters[reader].slowdown, costs.link)
        return one * Double(adapters[reader].reading) * Double(jobs[job].reading)
    }

    /// Sets the pace of `flow`. One whose pace stays as it is is left alone, so that it loses nothing to rounding.
    private mutating func setPace(of flow: Int, readerPace: Double, _ now: UInt64) {
        set(
            pace: max(readerPace, costs.link * Double(adapters[Int(flows[flow].source)].serving)), of: flow,
            now)
    }

    /// A page of `flow`, which has a place in the heap of all, takes `pace` from `now` on.
    mutating func set(pace: Double, of flow: Int, _ now: UInt64) {
        let isNew = flows[flow].pace < 0
        if pace == flows[flow].pace { return }
        // What is done now needs no other rate.
        if !isNew && heap.time(of: flow) <= now { return }
        flows[flow].left = flows[flow].left(at: now)
        flows[flow].since = now
        flows[flow].pace = pace
        heap.move(flow, to: flows[flow].endsAt)
    }

    private func ends(of flow: Int) -> (job: Int, reader: Int, source: Int) {
        (Int(flows[flow].job), Int(flows[flow].reader), Int(flows[flow].source))
    }

    // MARK: - Lists: 0 of the job, 1 of the reader, 2 of the source

    mutating func link(_ flow: Int) {
        for list in 0..<3 {
            let first = first(of: list, flow)
            flows[flow].next[list] = first
            flows[flow].previous[list] = -1
            if first >= 0 { flows[Int(first)].previous[list] = Int32(flow) }
            setFirst(of: list, flow, to: Int32(flow))
        }
    }

    private mutating func unlink(_ flow: Int) {
        for list in 0..<3 {
            let (previous, next) = (flows[flow].previous[list], flows[flow].next[list])
            if previous >= 0 {
                flows[Int(previous)].next[list] = next
            } else {
                setFirst(of: list, flow, to: next)
            }
            if next >= 0 { flows[Int(next)].previous[list] = previous }
        }
    }

    private func first(of list: Int, _ flow: Int) -> Int32 {
        let (job, reader, source) = ends(of: flow)
        switch list {
        case 0: return jobs[job].firstFlow
        case 1: return adapters[reader].firstReader
        default: return adapters[source].firstServed
        }
    }

    private mutating func setFirst(of list: Int, _ flow: Int, to first: Int32) {
        let (job, reader, source) = ends(of: flow)
        switch list {
        case 0: jobs[job].firstFlow = first
        case 1: adapters[reader].firstReader = first
        default: adapters[source].firstServed = first
        }
    }
}
