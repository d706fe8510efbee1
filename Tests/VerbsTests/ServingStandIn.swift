import Glibc
import Machine

@testable import Verbs

/// Serves without a device: it makes nothing, and counts what it was told to make, so that what a server lets a client
/// have is seen on any machine.
final class ServingStandIn: Serving, @unchecked Sendable {
    // Touched by the server's thread alone until that has ended, but for `count`.
    private(set) var rooms = 0
    /// Queue pairs, receives and bytes of regions that were made, in all and at most at a time.
    private(set) var pairs = 0, receives = 0, bytes = 0
    private(set) var mostBytes = 0

    let facts = DeviceFacts(
        name: "standin0", firmware: "1.0", model: "", vendor: 0, part: 0, node: nil, isEmulated: true,
        port: 1,
        linkLayer: "Ethernet", rate: "", mtu: 4096, gidIndex: 0, gid: "10.9.0.1", gidType: "RoCE v2",
        interface: "", bus: "", queuePairs: 65_536, outstandingReads: 16, answeredReads: 16,
        completions: 4096,
        workRequests: 4096)
    let offer = MessageTests.port

    func room() throws(VerbsError) -> any ServedRoom {
        rooms += 1
        return Room(self)
    }

    private final class Room: ServedRoom {
        private let owner: ServingStandIn
        private var own = 0
        init(_ owner: ServingStandIn) { self.owner = owner }
        deinit { owner.bytes -= own }

        func offer(_ request: RegionRequest, number: Int) throws(VerbsError) -> RemoteRegion {
            let bytes = (request.bytes + request.pages.size - 1) / request.pages.size * request.pages.size
            own += bytes
            owner.bytes += bytes
            owner.mostBytes = max(owner.mostBytes, owner.bytes)
            return RemoteRegion(
                address: 1 << 20, key: 1, bytes: bytes, seed: 1, isWritable: request.isWritable)
        }

        func connect(_ request: Connect, to client: PortOffer) throws(VerbsError) -> [Endpoint] {
            owner.pairs += request.endpoints.count
            owner.receives += Int(request.receives) * (request.shared ? 1 : request.endpoints.count)
            return request.endpoints
        }

        func disconnect() {}
    }
}

/// A server with a stand-in on a thread of its own, and clients of it.
final class StandInServer {
    let standIn = ServingStandIn()
    let token = AccessToken.random()
    let server: MemoryServer
    private let ended = Ended()
    private var thread = pthread_t()

    private final class Ended: @unchecked Sendable {
        var events: [MemoryServer.Event] = []
    }

    /// A server with these limits on a machine that has `machine` bytes left.
    init(_ limits: ServerLimits, machine: UInt64 = 1 << 40) throws {
        var limits = limits
        limits.left = { MachineShare(memory: machine, memoryBound: "the test", processors: 1) }
        server = try MemoryServer(host: "127.0.0.1", port: 0, serving: standIn, token: token, limits: limits)
        let work = Unmanaged.passRetained(Work(server, ended))
        _ = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, work.toOpaque())
    }

    private final class Work {
        let server: MemoryServer
        let ended: Ended
        init(_ server: MemoryServer, _ ended: Ended) { (self.server, self.ended) = (server, ended) }
        func run() { server.run { [ended] in ended.events.append($0) } }
    }

    /// Stops the server and gives what it told.
    func stop() -> [MemoryServer.Event] {
        server.stop()
        pthread_join(thread, nil)
        return ended.events
    }

    /// A client that has not yet said anything.
    func client() throws -> ControlSocket {
        try SocketAddresses.connect(host: "127.0.0.1", port: server.port, within: 10)
    }

    /// A client's first message.
    func hello(_ regions: [RegionRequest], token: String? = nil) -> Message {
        .hello(
            Hello(
                program: "pagefold", token: token ?? self.token.text, port: MessageTests.port,
                regions: regions))
    }
}

extension ControlSocket {
    /// Says something and hears the answer.
    func ask(_ message: Message) throws -> Message {
        try send(message, within: 10)
        return try receive(within: 60)
    }
}

extension Message {
    /// Why something was refused; nil for any other message.
    var refused: String? { if case .refusal(let why) = self { why } else { nil } }
    /// The answer to a first message; nil for any other.
    var offered: Offer? { if case .offer(let offer) = self { offer } else { nil } }
    /// The ends of new connections; nil for any other message.
    var connectedCount: Int? { if case .connected(let ends) = self { ends.count } else { nil } }
}
