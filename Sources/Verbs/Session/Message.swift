import Files

/// The version of the handshake. It grows with every change of a message.
package let handshakeVersion: UInt32 = 2

/// Memory that one side asks the other to offer.
public struct RegionRequest: Hashable, Sendable {
    /// Its length in bytes.
    public var bytes: Int
    /// The pages that it is mapped in.
    public var pages: PageKind
    /// Whether it may be written and swapped; else it holds a pattern and can only be read.
    public var isWritable: Bool

    /// A request for memory.
    public init(bytes: Int, pages: PageKind = .small, isWritable: Bool = false) {
        self.bytes = bytes
        self.pages = pages
        self.isWritable = isWritable
    }
}

/// Memory of the other side that can be reached.
public struct RemoteRegion: Hashable, Sendable {
    /// Where it lies there.
    public var address: UInt64
    /// The key that opens it.
    public var key: UInt32
    /// Its length in bytes.
    public var bytes: Int
    /// The seed of the pattern that fills it.
    public var seed: UInt64
    /// Whether it may be written.
    public var isWritable: Bool
}

/// What a side must know of the other's port.
package struct PortOffer: Hashable, Sendable {
    package var lid: UInt16
    package var isEthernet: Bool
    package var address: PortAddress
    /// 1 for packets of 256 bytes to 5 for 4096.
    package var mtuCode: UInt8
    /// The most reads that it has under way, and answers, for each queue pair.
    package var outstandingReads: UInt32
    package var answeredReads: UInt32
}

/// One end of a connection to be.
package struct Endpoint: Hashable, Sendable {
    /// The queue pair's number, 24 bits.
    package var number: UInt32
    /// The number of its first packet, 24 bits.
    package var sequence: UInt32

    package init(number: UInt32, sequence: UInt32) {
        self.number = number
        self.sequence = sequence
    }
}

/// What a client says first.
package struct Hello: Hashable, Sendable {
    package var program: String
    /// What the server printed; see `AccessToken`.
    package var token: String
    package var port: PortOffer
    package var regions: [RegionRequest]

    package init(program: String, token: String, port: PortOffer, regions: [RegionRequest]) {
        self.program = program
        self.token = token
        self.port = port
        self.regions = regions
    }
}

/// What a server answers to it.
package struct Offer: Hashable, Sendable {
    package var program: String
    package var device: String
    package var port: PortOffer
    /// Seconds of silence after which the server gives the client up.
    package var idle: UInt32
    package var regions: [RemoteRegion]
}

/// New connections that a client asks for.
package struct Connect: Hashable, Sendable {
    package var endpoints: [Endpoint]
    /// The reads that it will have under way on each.
    package var reads: UInt32
    /// Room for receives on the server's side, of each, or of all together.
    package var receives: UInt32
    package var shared: Bool

    package init(endpoints: [Endpoint], reads: UInt32, receives: UInt32, shared: Bool) {
        self.endpoints = endpoints
        self.reads = reads
        self.receives = receives
        self.shared = shared
    }
}

/// What two sides say to each other over TCP before, between and after measurements.
package enum Message: Hashable, Sendable {
    case hello(Hello)
    case offer(Offer)
    case connect(Connect)
    case connected([Endpoint])
    /// Frees all connections of the session.
    case disconnect
    case disconnected
    /// The client is still there and measures. It is not answered.
    case alive
    /// The session's orderly end.
    case bye
    /// What is asked for is not given, in words.
    case refusal(String)

    /// Limits that hold what a stranger sends.
    package enum Limit {
        package static let regions = 64
        package static let endpoints = 1024
        package static let text = 400
        package static let payload = 64 << 10
    }
}
