import CVerbs

/// One client's session: what it may say when, and what it is given. All that is given was booked before.
final class ServedSession {
    private let serving: any Serving
    private let limits: ServerLimits
    private let client: PortOffer
    private let room: any ServedRoom
    private var budget: MemoryBudget
    private var pairs = 0
    private var hasShared = false
    private var bookedForConnections = 0

    /// Entries of the completion queue that a client's connections share on this side, where nothing is posted.
    static let completions = 16

    /// Begins a session with what the client said first. Throws `.resources` when it asks for too much, `.request`
    /// when the two sides cannot work together.
    init(_ hello: Hello, serving: any Serving, limits: ServerLimits) throws(VerbsError) {
        guard hello.port.isEthernet == serving.offer.isEthernet else {
            throw VerbsError(
                .request, "one side's port is Ethernet (RoCE), the other's InfiniBand",
                remedy: "choose devices of one network with --device")
        }
        self.serving = serving
        self.limits = limits
        client = hello.port
        budget = MemoryBudget(limit: limits.bytes, left: limits.left)
        let bytes = hello.regions.reduce(MemoryPrice.session) { $0 + MemoryPrice.region($1) }
        let asked = hello.regions.reduce(0) { $0 + $1.bytes }
        try budget.take(bytes, for: "\(asked) bytes of memory in \(hello.regions.count) regions")
        room = try serving.room()
    }

    /// Makes the memory of the client's first message and says where it lies.
    func offer(_ hello: Hello) throws(VerbsError) -> Message {
        var regions: [RemoteRegion] = []
        for (number, request) in hello.regions.enumerated() {
            regions.append(try room.offer(request, number: number))
        }
        return .offer(
            Offer(
                program: "pagefold", device: "\(serving.facts.name) \(serving.facts.firmware)",
                port: serving.offer, idle: UInt32(clamping: Int(min(limits.idle, 1e9))), regions: regions))
    }

    /// What becomes of a message.
    enum Reply: Hashable {
        case answer(Message)
        /// Nothing is to be said.
        case silence
        /// The session is over.
        case end
    }

    /// Answers a message after the first.
    func answer(_ message: Message) throws(VerbsError) -> Reply {
        switch message {
        case .connect(let connect): return .answer(.connected(try self.connect(connect)))
        case .disconnect:
            room.disconnect()
            budget.giveBack(bookedForConnections)
            (pairs, hasShared, bookedForConnections) = (0, false, 0)
            return .answer(.disconnected)
        case .alive: return .silence
        case .bye: return .end
        case .refusal(let why): throw VerbsError(.peer, "the client gave up: \(why)")
        default: throw VerbsError(.handshake, "the client breaks the handshake: a message out of its turn")
        }
    }

    private func connect(_ request: Connect) throws(VerbsError) -> [Endpoint] {
        let count = request.endpoints.count
        guard pairs + count <= limits.queuePairs else {
            throw VerbsError(
                .resources, "the client asks for more than \(limits.queuePairs) queue pairs",
                remedy: "give the server a larger --queue-pairs")
        }
        guard Int(request.reads) <= max(serving.facts.answeredReads, 1) else {
            throw VerbsError(.request, "the client wants \(request.reads) reads answered at once")
        }
        let receives = max(1, Int(request.receives))
        var bytes = count * MemoryPrice.queuePair(receives: request.shared ? 0 : receives)
        if pairs == 0 { bytes += MemoryPrice.queue(Self.completions) }
        if request.shared, !hasShared { bytes += MemoryPrice.queue(receives) }
        try budget.take(
            bytes,
            for:
                "\(count) queue pairs with \(request.shared ? "\(receives) receives together" : "\(receives) receives each")"
        )
        bookedForConnections += bytes
        pairs += count
        hasShared = hasShared || request.shared
        return try room.connect(request, to: client)
    }
}

/// What the memory that is offered holds.
enum RegionContents {
    /// A pattern of each region's own.
    case pattern
    /// Copies of memory of this process, region by region, zeros behind. It must stay until the offer is made.
    case copies([UnsafeRawBufferPointer])

    func fill(_ memory: UnsafeMutableRawBufferPointer, region: Int, seed: UInt64) {
        switch self {
        case .pattern: Pattern.fill(memory, seed: seed)
        case .copies(let sources):
            guard sources.indices.contains(region) else { return }
            memory.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: sources[region].prefix(memory.count)))
        }
    }
}

extension Device {
    /// What the other side must know of the port.
    package var offer: PortOffer {
        PortOffer(
            lid: lid, isEthernet: isEthernet, address: address, mtuCode: mtuCode,
            outstandingReads: UInt32(clamping: min(facts.outstandingReads, 65536)),
            answeredReads: UInt32(clamping: min(facts.answeredReads, 65536)))
    }

    /// A first packet number that nobody can guess: late packets of an earlier connection, and those of a stranger, are
    /// told apart by it.
    func nextSequence() -> UInt32 {
        UInt32(truncatingIfNeeded: Secret.words(1)[0]) & 0xff_ffff
    }

    func path(
        to peer: PortOffer, _ endpoint: Endpoint, from own: Endpoint, reads: UInt32, answers: UInt32
    ) -> cverbs_path {
        var path = cverbs_path()
        path.peer_number = endpoint.number
        path.peer_sequence = endpoint.sequence
        path.own_sequence = own.sequence
        path.peer_lid = peer.lid
        withUnsafeMutableBytes(of: &path.peer_gid) { $0.copyBytes(from: peer.address.bytes) }
        path.port = UInt8(clamping: facts.port)
        path.gid_index = UInt8(clamping: facts.gidIndex)
        path.mtu = min(mtuCode, peer.mtuCode)
        path.global = isEthernet ? 1 : 0
        path.reads = UInt8(clamping: reads)
        path.answers = UInt8(clamping: answers)
        // 4.096 us * 2^14 = 67 ms, seven times: a dead peer is noticed within seconds, a busy one is waited for.
        path.timeout = 14
        path.retries = 7
        return path
    }
}
