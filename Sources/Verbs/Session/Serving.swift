/// What a server serves with: an RDMA device, or a stand-in where there is none.
protocol Serving: AnyObject {
    /// What is known of the device.
    var facts: DeviceFacts { get }
    /// What a client must know of the port.
    var offer: PortOffer { get }
    /// Room for a client's memory and connections; all of it is freed with what is given.
    func room() throws(VerbsError) -> any ServedRoom
}

/// What a server holds for one client. What it takes was booked before: see `MemoryBudget`.
protocol ServedRoom: AnyObject {
    /// Maps, fills and registers memory, the `number`th of the client's.
    func offer(_ request: RegionRequest, number: Int) throws(VerbsError) -> RemoteRegion
    /// Makes queue pairs and connects them to the client's.
    func connect(_ request: Connect, to client: PortOffer) throws(VerbsError) -> [Endpoint]
    /// Frees all queue pairs and what they share.
    func disconnect()
}

/// An RDMA device that serves.
final class ServingDevice: Serving {
    private let device: Device
    private let contents: RegionContents

    /// Memory over `device`, filled with `contents`.
    init(_ device: Device, contents: RegionContents) {
        self.device = device
        self.contents = contents
    }

    var facts: DeviceFacts { device.facts }
    var offer: PortOffer { device.offer }

    func room() throws(VerbsError) -> any ServedRoom { try DeviceRoom(device, contents: contents) }
}

/// Memory and connections of one client on a device.
private final class DeviceRoom: ServedRoom {
    private let device: Device
    private let contents: RegionContents
    // In the order in which they must go.
    private var pairs: [QueuePair] = []
    private var shared: SharedReceives?
    private var completions: CompletionQueue?
    private var regions: [RegisteredMemory] = []
    private let domain: ProtectionDomain

    init(_ device: Device, contents: RegionContents) throws(VerbsError) {
        self.device = device
        self.contents = contents
        domain = try ProtectionDomain(device)
    }

    func offer(_ request: RegionRequest, number: Int) throws(VerbsError) -> RemoteRegion {
        let memory = try MappedMemory(count: request.bytes, pages: request.pages)
        let seed = Pattern.word(seed: 0x5046_5244, index: UInt64(number))
        contents.fill(
            UnsafeMutableRawBufferPointer(start: memory.base, count: memory.count), region: number, seed: seed
        )
        let access: RemoteAccess = request.isWritable ? [.read, .write, .atomic] : .read
        let region = try RegisteredMemory(memory, in: domain, access: access)
        regions.append(region)
        return RemoteRegion(
            address: UInt64(UInt(bitPattern: memory.base)), key: region.remoteKey, bytes: memory.count,
            seed: seed, isWritable: request.isWritable)
    }

    func connect(_ request: Connect, to client: PortOffer) throws(VerbsError) -> [Endpoint] {
        let completions = try completionQueue()
        let receives = max(1, Int(request.receives))
        if request.shared, shared == nil { shared = try SharedReceives(domain, count: receives) }
        var answers: [Endpoint] = []
        for endpoint in request.endpoints {
            let pair = try QueuePair(
                domain, completions: completions, size: .init(depth: 1, receives: receives),
                shared: request.shared ? shared : nil)
            let own = Endpoint(number: pair.number, sequence: device.nextSequence())
            try pair.connect(device.path(to: client, endpoint, from: own, reads: 1, answers: request.reads))
            pairs.append(pair)
            answers.append(own)
        }
        return answers
    }

    private func completionQueue() throws(VerbsError) -> CompletionQueue {
        if let completions { return completions }
        let made = try CompletionQueue(device, capacity: ServedSession.completions)
        completions = made
        return made
    }

    func disconnect() {
        pairs = []
        shared = nil
        completions = nil
    }
}
