import CVerbs

/// What is done to the other side's memory.
public enum TransferKind: Hashable, Sendable {
    /// Its bytes are fetched.
    case read
    /// Bytes are put there; with `inline` they travel in the operation itself.
    case write(inline: Bool)
    /// A word is replaced when it holds what is expected.
    case compareAndSwap(expected: UInt64, with: UInt64)
}

/// Moves pieces between the other side's memory and a landing place of this side's, and times it.
public final class Transfer {
    /// The connections that are used, in turn.
    public let connections: Connections
    let landing: RegisteredMemory
    /// The connection whose turn it is; it goes on from pass to pass, so that all of them are used.
    private var turn = 0
    /// How long nothing may happen until the other side is asked whether it is there, and then until it is given up.
    static let silence: UInt64 = 2_000_000_000
    static let surrender: UInt64 = 20_000_000_000

    /// A landing place of at least `landingBytes`, in pages of a kind.
    public init(
        _ connections: Connections, landingBytes: Int, pages: PageKind = .small
    ) throws(VerbsError) {
        self.connections = connections
        landing = try RegisteredMemory(
            MappedMemory(count: landingBytes, pages: pages), in: connections.session.domain)
    }

    var base: UnsafeMutableRawPointer { landing.memory.base }
    private var session: MemorySession { connections.session }

    /// One operation at a time: from before it is posted until its end is seen, in nanoseconds, the clock's own time
    /// included. The first `warmUp` are not counted, and come on top. With several connections they take turns. After
    /// a transfer that failed the connections are let go; make a new set, or a new session.
    public func latency(
        _ plan: TransferPlan, kind: TransferKind = .read, warmUp: Int = 0
    ) throws(VerbsError) -> [UInt64] {
        try prepare(plan, kind: kind, depth: 1)
        do throws(VerbsError) {
            return try single(plan, kind: kind, warmUp: warmUp)
        } catch {
            connections.abandon()
            throw error
        }
    }

    private func single(
        _ plan: TransferPlan, kind: TransferKind, warmUp: Int
    ) throws(VerbsError) -> [UInt64] {
        var samples: [UInt64] = []
        samples.reserveCapacity(plan.pieces.count)
        var operation = cverbs_operation()
        if plan.pieces.isEmpty { return samples }
        for turn in 0..<(warmUp + plan.pieces.count) {
            let index = turn < warmUp ? turn % plan.pieces.count : turn - warmUp
            fill(&operation, plan.pieces[index], kind: kind, slot: 0, flags: CVERBS_SIGNALLED)
            let pair = connections.pairs[turn % connections.count]
            let start = MonotonicClock.now()
            try withUnsafePointer(to: &operation) { pointer throws(VerbsError) in
                try pair.post(UnsafeBufferPointer(start: pointer, count: 1), chained: false)
            }
            var patience = Patience()
            while try pair.completions.poll({ _ in }) == 0 { try patience.wait(for: session) }
            let end = MonotonicClock.now()
            if turn >= warmUp { samples.append(end - start) }
        }
        return samples
    }

    /// The whole plan as fast as the posting allows. Batches take turns over the connections.
    public func rate(
        _ plan: TransferPlan, kind: TransferKind = .read, posting: Posting = Posting()
    ) throws(VerbsError) -> RateSample {
        try prepare(plan, kind: kind, depth: posting.depth)
        try check(posting)
        let slots = max(1, landing.memory.count / max(plan.longest, 1))
        let start = MonotonicClock.now()
        let places = LandingPlaces.slots(slots, of: landing.memory.count / slots)
        try pump(plan.pieces[...], kind: kind, posting: posting, places: places)
        let end = MonotonicClock.now()
        return RateSample(operations: plan.pieces.count, bytes: plan.bytes, nanoseconds: end - start)
    }

    /// Reads the plan in a pass of its own and compares every byte with the pattern that the other side filled its
    /// memory with. Throws `.damage` at the first that differs. `seeds` replaces the patterns of regions that were
    /// written.
    public func verify(_ plan: TransferPlan, seeds: [UInt64]? = nil) throws(VerbsError) {
        try prepare(plan, kind: .read, depth: 1)
        let slot = max(plan.longest, 1)
        let slots = min(
            max(1, landing.memory.count / slot), connections.settings.depth * connections.count,
            connections.completions.capacity)
        let seeds = seeds ?? session.regions.map(\.seed)
        var next = 0
        while next < plan.pieces.count {
            let pieces = plan.pieces[next..<min(next + slots, plan.pieces.count)]
            // What an earlier pass left must not pass for what is read now.
            for index in 0..<pieces.count {
                (base + index * slot).initializeMemory(as: UInt8.self, repeating: 0xa5, count: slot)
            }
            try pump(pieces, kind: .read, posting: Posting(depth: slots), places: .slots(slots, of: slot))
            for (index, piece) in pieces.enumerated() {
                let bytes = UnsafeRawBufferPointer(start: base + index * slot, count: piece.length)
                if let place = Pattern.mismatch(bytes, seed: seeds[piece.region], offset: piece.offset) {
                    throw VerbsError(
                        .damage,
                        "byte \(piece.offset + place) of region \(piece.region) was read as another than lies there",
                        remedy:
                            "no figure of this run can be trusted: check the adapter, its driver and the memory"
                    )
                }
            }
            next += pieces.count
        }
    }

    func prepare(_ plan: TransferPlan, kind: TransferKind, depth: Int) throws(VerbsError) {
        try plan.check(against: session.regions)
        try session.remind()
        guard connections.count > 0 else {
            throw VerbsError(.request, "there is no connection: none was made, or a transfer failed")
        }
        guard plan.longest * min(depth, max(plan.pieces.count, 1)) <= landing.memory.count else {
            throw VerbsError(
                .request,
                "a landing place of \(landing.memory.count) bytes is too small for \(depth) times "
                    + "\(plan.longest) bytes")
        }
        if kind == .read { return }
        for piece in plan.pieces where !session.regions[piece.region].isWritable {
            throw VerbsError(.request, "region \(piece.region) was offered for reading only")
        }
        if case .write(inline: true) = kind, let pair = connections.pairs.first,
            plan.longest > pair.inlineBytes
        {
            throw VerbsError(
                .request,
                "\(plan.longest) bytes do not fit into an operation: the connection takes "
                    + "\(pair.inlineBytes) inline")
        }
        if case .compareAndSwap = kind, plan.pieces.contains(where: { $0.length != 8 || $0.offset % 8 != 0 })
        {
            throw VerbsError(.request, "compare and swap works on aligned words of 8 bytes")
        }
    }

    func check(_ posting: Posting) throws(VerbsError) {
        let most = connections.settings.depth * connections.count
        guard posting.depth > 0, posting.depth <= min(most, connections.completions.capacity) else {
            throw VerbsError(
                .request,
                "a depth of \(posting.depth) does not fit \(connections.count) connections "
                    + "of depth \(connections.settings.depth)")
        }
        guard posting.batch > 0, posting.batch <= min(posting.depth, connections.settings.depth, 256),
            posting.signalEvery > 0
        else {
            throw VerbsError(
                .request, "a batch of \(posting.batch) does not fit a depth of \(posting.depth) (most: 256)")
        }
    }

    @inline(__always)
    func fill(
        _ operation: inout cverbs_operation, _ piece: Piece, kind: TransferKind, slot: Int, flags: Int
    ) {
        let region = session.regions[piece.region]
        operation.local = UInt64(UInt(bitPattern: base)) &+ UInt64(slot)
        operation.local_key = landing.localKey
        operation.remote = region.address &+ UInt64(piece.offset)
        operation.remote_key = region.key
        operation.length = UInt32(piece.length)
        operation.flags = UInt16(flags)
        switch kind {
        case .read: operation.kind = UInt16(CVERBS_READ)
        case .write(let inline):
            operation.kind = UInt16(CVERBS_WRITE)
            if inline { operation.flags |= UInt16(CVERBS_INLINE) }
        case .compareAndSwap(let expected, let new):
            operation.kind = UInt16(CVERBS_COMPARE_AND_SWAP)
            operation.compare = expected
            operation.swap = new
        }
    }

    /// Hands pieces to the device, `depth` under way, until all have ended. After a failure no connection is left.
    func pump(
        _ pieces: ArraySlice<Piece>, kind: TransferKind, posting: Posting, places: LandingPlaces
    ) throws(VerbsError) {
        do throws(VerbsError) {
            try pass(pieces, kind: kind, posting: posting, places: places)
        } catch {
            connections.abandon()
            throw error
        }
    }

    /// An operation's tag says how many ended with it on its connection: itself and those before it that report
    /// nothing.
    private func pass(
        _ pieces: ArraySlice<Piece>, kind: TransferKind, posting: Posting, places: LandingPlaces
    ) throws(VerbsError) {
        let batch = UnsafeMutableBufferPointer<cverbs_operation>.allocate(capacity: posting.batch)
        batch.initialize(repeating: cverbs_operation())
        defer { batch.deallocate() }
        var places = places
        let total = pieces.count
        var (posted, ended) = (0, 0)
        var patience = Patience()
        // No connection takes more than its own depth, however the ends come in.
        var busy = [Int](repeating: 0, count: connections.count)
        let pairs = connections.pairs
        while ended < total {
            let left = pieces[(pieces.startIndex + posted)...]
            let size = batchSize(of: left, posting)
            if posting.goesByRegion, let next = left.first { turn = next.region % pairs.count }
            if size > 0, posted - ended + size <= posting.depth,
                busy[turn] + size <= connections.settings.depth
            {
                let operations = UnsafeMutableBufferPointer(rebasing: batch[..<size])
                describe(left.prefix(size), in: operations, kind: kind, posting: posting, places: &places)
                try pairs[turn].post(UnsafeBufferPointer(operations), chained: posting.isChained)
                posted += size
                busy[turn] += size
                advance(pairs.count)
                continue
            }
            let seen = try connections.completions.poll { tag in
                ended += Int(tag & 0xffff_ffff)
                busy[Int(tag >> 32)] -= Int(tag & 0xffff_ffff)
            }
            if seen == 0 {
                // The connection whose turn it is may be full while others have room.
                if posted < total, busy[turn] + size > connections.settings.depth { advance(pairs.count) }
                try patience.wait(for: session)
            } else {
                patience = Patience()
            }
        }
    }

    private func advance(_ count: Int) { turn = turn + 1 == count ? 0 : turn + 1 }

    /// How many of `pieces` go out together.
    private func batchSize(of pieces: ArraySlice<Piece>, _ posting: Posting) -> Int {
        guard let first = pieces.first else { return 0 }
        let most = min(posting.batch, pieces.count)
        guard posting.goesByRegion, most > 1 else { return most }
        return pieces.prefix(most).prefix { $0.region == first.region }.count
    }

    private func describe(
        _ pieces: ArraySlice<Piece>, in batch: UnsafeMutableBufferPointer<cverbs_operation>,
        kind: TransferKind, posting: Posting, places: inout LandingPlaces
    ) {
        var silent = 0
        for (index, piece) in pieces.enumerated() {
            silent += 1
            let speaks = index == pieces.count - 1 || silent == posting.signalEvery
            fill(
                &batch[index], piece, kind: kind, slot: places.next(piece.length),
                flags: speaks ? CVERBS_SIGNALLED : 0)
            batch[index].tag = UInt64(turn) << 32 | UInt64(silent)
            if speaks { silent = 0 }
        }
    }
}

/// Where pieces land, one after the other.
enum LandingPlaces {
    /// In slots of one size that are used again and again.
    case slots(count: Int, size: Int, used: Int)
    /// Each behind the one before it.
    case packed(end: Int)

    static func slots(_ count: Int, of size: Int) -> LandingPlaces {
        .slots(count: count, size: size, used: 0)
    }

    /// The offset of the next piece, of `length` bytes.
    @inline(__always)
    mutating func next(_ length: Int) -> Int {
        switch self {
        case .slots(let count, let size, let used):
            self = .slots(count: count, size: size, used: used + 1 == count ? 0 : used + 1)
            return used * size
        case .packed(let end):
            self = .packed(end: end + length)
            return end
        }
    }
}

/// Waiting for the end of an operation by looking again and again, with an eye on the other side.
struct Patience {
    private var looks = 0
    private var since: UInt64 = 0
    private var asked: UInt64 = 0

    @inline(__always)
    mutating func wait(for session: MemorySession) throws(VerbsError) {
        looks += 1
        if looks & 0xfff == 0 { try look(session) }
    }

    private mutating func look(_ session: MemorySession) throws(VerbsError) {
        let now = MonotonicClock.now()
        if since == 0 { (since, asked) = (now, now) }
        if now - asked > Transfer.silence {
            asked = now
            try session.checkPeer()
        }
        if now - since > Transfer.surrender {
            throw VerbsError(
                .peer, "an operation has not ended for \(Transfer.surrender / 1_000_000_000) s",
                remedy: "the device or the link hangs: see 'dmesg' on both hosts")
        }
    }
}
