import CVerbs

/// What a server holds for one client: memory and connections. All of it is freed with this.
final class ServedSession {
    let socket: ControlSocket
    let opened = MonotonicClock.now()
    private(set) var isWelcome = false
    private let device: Device
    private let limits: ServerLimits
    private let contents: RegionContents
    private var client: PortOffer?
    private var pairs: [QueuePair] = []
    private var shared: SharedReceives?
    private var completions: CompletionQueue?
    private var regions: [RegisteredMemory] = []
    private var domain: ProtectionDomain?

    init(socket: ControlSocket, device: Device, limits: ServerLimits, contents: RegionContents) {
        self.socket = socket
        self.device = device
        self.limits = limits
        self.contents = contents
    }

    /// Answers a message; nil when the session is over.
    func answer(_ message: Message) throws(VerbsError) -> Message? {
        switch message {
        case .hello(let hello) where !isWelcome:
            let offer = try welcome(hello)
            isWelcome = true
            return .offer(offer)
        case .connect(let connect) where isWelcome:
            return .connected(try self.connect(connect))
        case .disconnect where isWelcome:
            pairs = []
            shared = nil
            completions = nil
            return .disconnected
        case .bye: return nil
        case .refusal(let why): throw VerbsError(.peer, "the client gave up: \(why)")
        default: throw VerbsError(.handshake, "the client breaks the handshake: a message out of its turn")
        }
    }

    private func welcome(_ hello: Hello) throws(VerbsError) -> Offer {
        guard hello.port.isEthernet == device.isEthernet else {
            throw VerbsError(
                .request, "one side's port is Ethernet (RoCE), the other's InfiniBand",
                remedy: "choose devices of one network with --device")
        }
        let bytes = hello.regions.reduce(0.0) { $0 + Double($1.bytes) }
        guard bytes <= Double(limits.bytes) else {
            throw VerbsError(
                .resources,
                "the client asks for \(Int(bytes / 1048576)) MiB, the server gives at most "
                    + "\(limits.bytes >> 20) MiB", remedy: "give the server a larger --memory")
        }
        let domain = try ProtectionDomain(device)
        var offers: [RemoteRegion] = []
        for (index, request) in hello.regions.enumerated() {
            let memory = try MappedMemory(count: request.bytes, pages: request.pages)
            let seed = Pattern.word(seed: 0x5046_5244, index: UInt64(index))
            contents.fill(
                UnsafeMutableRawBufferPointer(start: memory.base, count: memory.count), region: index,
                seed: seed)
            let access: RemoteAccess = request.isWritable ? [.read, .write, .atomic] : .read
            let region = try RegisteredMemory(memory, in: domain, access: access)
            regions.append(region)
            offers.append(
                RemoteRegion(
                    address: UInt64(UInt(bitPattern: memory.base)), key: region.remoteKey,
                    bytes: memory.count,
                    seed: seed, isWritable: request.isWritable))
        }
        self.domain = domain
        client = hello.port
        return Offer(
            program: "pagefold", device: "\(device.facts.name) \(device.facts.firmware)", port: device.offer,
            regions: offers)
    }

    private func completionQueue() throws(VerbsError) -> CompletionQueue {
        if let completions { return completions }
        let made = try CompletionQueue(device, capacity: 16)
        completions = made
        return made
    }

    private func connect(_ request: Connect) throws(VerbsError) -> [Endpoint] {
        guard let domain, let client else { throw VerbsError(.handshake, "connections before memory") }
        guard pairs.count + request.endpoints.count <= limits.queuePairs else {
            throw VerbsError(
                .resources, "the client asks for more than \(limits.queuePairs) queue pairs",
                remedy: "give the server a larger --queue-pairs")
        }
        guard Int(request.reads) <= max(device.facts.answeredReads, 1) else {
            throw VerbsError(.request, "the client wants \(request.reads) reads answered at once")
        }
        let completions = try completionQueue()
        if request.shared, shared == nil {
            shared = try SharedReceives(domain, count: max(1, Int(request.receives)))
        }
        var answers: [Endpoint] = []
        for endpoint in request.endpoints {
            let pair = try QueuePair(
                domain, completions: completions,
                size: .init(depth: 1, receives: max(1, Int(request.receives))),
                shared: request.shared ? shared : nil)
            let own = Endpoint(number: pair.number, sequence: device.nextSequence())
            try pair.connect(device.path(to: client, endpoint, from: own, reads: 1, answers: request.reads))
            pairs.append(pair)
            answers.append(own)
        }
        return answers
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
    var offer: PortOffer {
        PortOffer(
            lid: lid, isEthernet: isEthernet, address: address, mtuCode: mtuCode,
            outstandingReads: UInt32(clamping: min(facts.outstandingReads, 65536)),
            answeredReads: UInt32(clamping: min(facts.answeredReads, 65536)))
    }

    /// A first packet number that differs from the last connection's, so that its late packets are told apart.
    func nextSequence() -> UInt32 {
        UInt32(truncatingIfNeeded: Pattern.word(seed: MonotonicClock.now(), index: 1)) & 0xff_ffff
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
