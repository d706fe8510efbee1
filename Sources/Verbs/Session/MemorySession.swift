import Dispatch
import Glibc

/// The side that reads: a device of this host, and memory that a server offers to it.
public final class MemorySession {
    private let socket: ControlSocket
    private let loopback: LoopbackServer?
    let domain: ProtectionDomain
    let peer: PortOffer
    /// Whether a set of connections was made and not let go.
    var hasConnections = false
    /// Seconds that the other side has for an answer.
    public let patience: Double
    /// Nanoseconds of silence after which the other side is to hear of this one, and when it last did.
    private let reminding: UInt64
    private var said: UInt64
    /// The memory that can be reached, in the order in which it was asked for.
    public let regions: [RemoteRegion]
    /// The other side's device and firmware.
    public let peerDevice: String

    /// What is known of this side's device and port.
    public var facts: DeviceFacts { domain.device.facts }

    /// Asks the server on a host for memory. Throws within about `patience` seconds when nobody answers there,
    /// something else does, or what is asked for is not given.
    public convenience init(
        host: String, port: Int = 18515, token: String, regions: [RegionRequest],
        choice: DeviceChoice = DeviceChoice(), patience: Double = 10
    ) throws(VerbsError) {
        try Self.check(regions)
        let device = try Device(choice)
        let socket = try SocketAddresses.connect(host: host, port: port, within: patience)
        try self.init(
            device, socket, token: token, regions: regions, patience: patience, loopback: nil)
    }

    /// Both sides on this host and in this process.
    public convenience init(
        loopback regions: [RegionRequest], choice: DeviceChoice = DeviceChoice(), patience: Double = 10
    ) throws(VerbsError) {
        try self.init(loopback: regions, contents: .pattern, choice: choice, patience: patience)
    }

    /// The same with other contents.
    convenience init(
        loopback regions: [RegionRequest], contents: RegionContents, choice: DeviceChoice,
        patience: Double = 10
    ) throws(VerbsError) {
        try Self.check(regions)
        let device = try Device(choice)
        let (socket, server) = try LoopbackServer.start(ServingDevice(device, contents: contents))
        try self.init(
            device, socket, token: server.token.text, regions: regions, patience: patience, loopback: server)
    }

    private static func check(_ regions: [RegionRequest]) throws(VerbsError) {
        guard (1...Message.Limit.regions).contains(regions.count),
            regions.allSatisfy({ $0.bytes > 0 && $0.bytes <= 1 << 46 })
        else {
            throw VerbsError(.request, "ask for 1 to \(Message.Limit.regions) regions of at least one byte")
        }
    }

    private init(
        _ device: Device, _ socket: ControlSocket, token: String, regions: [RegionRequest], patience: Double,
        loopback: LoopbackServer?
    ) throws(VerbsError) {
        try socket.send(
            .hello(Hello(program: "pagefold", token: token, port: device.offer, regions: regions)),
            within: patience)
        // Filling and locking gigabytes takes the server some time.
        let bytes = regions.reduce(0.0) { $0 + Double($1.bytes) }
        let message = try socket.receive(within: patience + bytes / 100e6)
        guard case .offer(let offer) = message else { throw Self.unexpected(message, from: socket) }
        guard offer.regions.count == regions.count,
            zip(offer.regions, regions).allSatisfy({ $0.bytes >= $1.bytes && $0.isWritable == $1.isWritable }
            ),
            offer.port.isEthernet == device.isEthernet
        else {
            throw VerbsError(.handshake, "\(socket.peer) offers something else than it was asked for")
        }
        self.socket = socket
        self.loopback = loopback
        self.patience = patience
        self.regions = offer.regions
        domain = try ProtectionDomain(device)
        peer = offer.port
        peerDevice = offer.device
        reminding = UInt64(max(offer.idle, 4) / 4) * 1_000_000_000
        said = MonotonicClock.now()
    }

    deinit { try? socket.send(.bye, within: 1) }

    /// Throws `.peer` when the other side has gone or given up. Never waits.
    public func checkPeer() throws(VerbsError) { try socket.check() }

    /// Tells the other side that this one is still there, when it has heard nothing for a while: it gives up clients
    /// that are silent. Not to be called while something is timed.
    func remind() throws(VerbsError) {
        let now = MonotonicClock.now()
        guard now - said > reminding else { return }
        try checkPeer()
        try socket.send(.alive, within: patience)
        said = now
    }

    /// Exchanges the ends of new connections.
    func exchange(_ connect: Connect) throws(VerbsError) -> [Endpoint] {
        try socket.send(.connect(connect), within: patience)
        let message = try socket.receive(within: patience + Double(connect.endpoints.count) * 0.05)
        guard case .connected(let ends) = message, ends.count == connect.endpoints.count else {
            throw Self.unexpected(message, from: socket)
        }
        return ends
    }

    /// Frees the other side's ends of all connections, as far as it still listens.
    func disconnect(_ count: Int) {
        hasConnections = false
        do throws(VerbsError) {
            try checkPeer()
            try socket.send(.disconnect, within: 1)
            // A device takes its time to free thousands of connections.
            _ = try socket.receive(within: patience + Double(count) * 0.02)
        } catch {
            // It has gone, and with it what it held.
        }
    }

    private static func unexpected(_ message: Message, from socket: ControlSocket) -> VerbsError {
        if case .refusal(let why) = message {
            return VerbsError(.peer, "\(socket.peer) refuses: \(why)")
        }
        return VerbsError(.handshake, "\(socket.peer) breaks the handshake: a message out of its turn")
    }
}

/// A server in this process, on a thread of its own until this goes. It has one client, over a pair of sockets that
/// nobody else can reach: what it offers may be other people's memory.
final class LoopbackServer {
    let token = AccessToken.random()
    private let server: MemoryServer
    private let ended = DispatchSemaphore(value: 0)

    /// Starts a server and gives the client's end of it.
    static func start(_ serving: any Serving) throws(VerbsError) -> (ControlSocket, LoopbackServer) {
        var ends: [CInt] = [-1, -1]
        guard socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | O_CLOEXEC, 0, &ends) == 0 else {
            throw .failed("cannot make a pair of sockets", errno)
        }
        let sides = ends.map { ControlSocket(adopting: $0, peer: "this process") }
        return (sides[0], try LoopbackServer(sides[1], serving))
    }

    private init(_ socket: ControlSocket, _ serving: any Serving) throws(VerbsError) {
        // This process knows what it asks for; what the machine has left bounds it all the same.
        server = try MemoryServer(
            adopting: socket, serving: serving, token: token, limits: ServerLimits(bytes: .max, idle: 1e9))
        let (server, ended) = (server, ended)
        DispatchQueue(label: "pagefold.rdma.loopback").async {
            server.run()
            ended.signal()
        }
    }

    deinit {
        server.stop()
        ended.wait()
    }
}
