import Verbs

/// Between which ends RDMA is measured, with which device and how much of it.
public struct RDMASettings: Hashable, Sendable {
    /// The host on which `pagefold calibrate rdma serve` runs; nil: both ends are on this one.
    public var host: String?
    /// The server's TCP port.
    public var port: Int
    /// What the server printed, which lets this side in.
    public var token = ""
    /// This side's device, port and address.
    public var choice: DeviceChoice
    /// The most bytes of memory that the serving side is asked for at a time.
    public var memory: Int
    /// The most connections of which the scaling is measured; nil: 4,096, and 256 for a quick look.
    public var queuePairs: Int?

    /// The port that a server listens on unless told otherwise.
    public static let defaultPort = 18_515
    /// The memory that a measurement can do with.
    public static let leastMemory = 32 << 20

    /// Loopback on the first device that can be used, unless told otherwise.
    public init(
        host: String? = nil, port: Int = defaultPort, choice: DeviceChoice = DeviceChoice(),
        memory: Int = 256 << 20, queuePairs: Int? = nil
    ) {
        self.host = host
        self.port = port
        self.choice = choice
        self.memory = memory
        self.queuePairs = queuePairs
    }

    /// Opens a session in which the other side offers `regions`.
    func session(_ regions: [RegionRequest]) throws(VerbsError) -> MemorySession {
        guard let host else { return try MemorySession(loopback: regions, choice: choice) }
        return try MemorySession(host: host, port: port, token: token, regions: regions, choice: choice)
    }
}

/// What is measured: sizes, depths, numbers of connections.
struct RDMAGrid: Hashable {
    var isQuick: Bool

    static let page = 4096
    /// Operations that are posted as one list where batches are measured.
    static let batch = 16
    /// Hosts whose bases a sandbox's pages lie in.
    static let hosts = 4
    /// Pages under way at once where page lists are read.
    static let pageDepth = 64

    var sizes: [Int] {
        isQuick ? [8, 64, 512, 4096, 65_536, 1 << 20] : (3...20).map { 1 << $0 }
    }

    var depths: [Int] { isQuick ? [1, 4, 16, 64, 256] : (0...8).map { 1 << $0 } }

    var registered: [Int] {
        isQuick ? [4096, 1 << 18, 1 << 22, 1 << 24] : (6...13).map { 1 << (2 * $0) }
    }

    /// The most connections: a quick look is one that takes seconds where a connection takes milliseconds.
    var mostConnections: Int { isQuick ? 256 : 4096 }

    /// Numbers of connections up to `wanted`, and that itself, as far as the device has so many.
    func connections(wanted: Int?, ofDevice most: Int) -> [Int] {
        let top = max(1, min(wanted ?? mostConnections, most))
        let step = isQuick ? 2 : 1
        let powers = stride(from: 0, through: 16, by: step).map { 1 << $0 }.filter { $0 < top }
        return powers + [top]
    }
}
