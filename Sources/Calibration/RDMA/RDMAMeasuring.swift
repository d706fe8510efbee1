import Verbs

/// Takes the samples of the part `rdma`, block by block. Every byte that a timed transfer moves is read again and
/// compared with what lies on the other side, in a pass that is not timed.
struct RDMAMeasuring {
    let context: CalibrationContext
    let settings: RDMASettings
    let grid: RDMAGrid
    let list: PageList
    var samples = RDMASamples()
    private(set) var facts: DeviceFacts?

    /// The regions of the main session.
    enum Region {
        static let main = 0
        static let writable = 1
        /// The first of the bases.
        static let bases = 2
    }

    static let landing = 16 << 20

    init(_ context: CalibrationContext, _ settings: RDMASettings, list: PageList) {
        self.context = context
        self.settings = settings
        grid = RDMAGrid(isQuick: context.settings.isQuick)
        self.list = list
        samples.pageSource = list.source
        samples.isLoopback = settings.host == nil
    }

    var rounds: Int { context.settings.rounds }
    var overhead: Double { context.stopwatch.clock.overhead }
    /// Bytes of the region that reads are spread over: beyond what caches on the way hold.
    private var mainBytes: Int { min(settings.memory / 2, grid.isQuick ? 16 << 20 : 64 << 20) }

    private var regions: [RegionRequest] {
        [RegionRequest(bytes: mainBytes), RegionRequest(bytes: 2 << 20, isWritable: true)]
            + Array(repeating: RegionRequest(bytes: list.basePages * RDMAGrid.page), count: RDMAGrid.hosts)
    }

    /// Measures everything, in the order in which it is shown.
    mutating func run() throws {
        do {
            let session = try settings.session(regions)
            facts = session.facts
            try oneConnection(session)
            try severalConnections(session)
            try registrations(session)
            samples.onDemand = try onDemand(session)
        }
        try hugePages()
        for isShared in [false, true] { try scaling(sharesReceives: isShared) }
    }

    /// Puts the indices of `count` things in the order of a round: turned in every other one.
    func order(_ count: Int, round: Int) -> [Int] {
        round % 2 == 0 ? Array(0..<count) : (0..<count).reversed()
    }

    /// How many operations of `each` nanoseconds make a round's batch.
    func operations(each: Double, least: Int, most: Int = 20_000) -> Int {
        min(max(Int(context.settings.roundTime / max(each, 1)), least), most)
    }

    private mutating func oneConnection(_ session: MemorySession) throws {
        let depth = min(256, session.facts.workRequests)
        let transfer = try connect(session, depth: depth, count: 1)
        samples.outstandingReads = transfer.connections.outstandingReads
        try latencies(transfer)
        try depths(transfer, most: depth)
        try variants(transfer, most: depth)
        try writesArrive(transfer)
    }

    private mutating func severalConnections(_ session: MemorySession) throws {
        let depth = min(RDMAGrid.pageDepth, session.facts.workRequests)
        let transfer = try connect(session, depth: depth, count: RDMAGrid.hosts)
        try messageRate(transfer)
        try pageLists(transfer, depth: depth)
    }

    /// Connections with room for small writes in the operation itself, where the device has it.
    func connect(_ session: MemorySession, depth: Int, count: Int) throws -> Transfer {
        var connection = ConnectionSettings(depth: depth, inlineBytes: 64)
        // A device without inline data refuses the whole queue pair.
        if let transfer = try? connect(session, connection, count: count) { return transfer }
        connection.inlineBytes = 0
        return try connect(session, connection, count: count)
    }

    private func connect(
        _ session: MemorySession, _ settings: ConnectionSettings, count: Int
    ) throws -> Transfer {
        let connections = try Connections(session, settings: settings, most: count)
        try connections.add(count)
        return try Transfer(connections, landingBytes: RDMAMeasuring.landing)
    }

    private mutating func registrations(_ session: MemorySession) throws {
        samples.registrations += try registrations(session, sizes: grid.registered, pages: .small)
    }

    func registrations(
        _ session: MemorySession, sizes: [Int], pages: PageKind
    ) throws -> [RDMASamples.Registration] {
        var register = [[[UInt64]]](repeating: [], count: sizes.count)
        var deregister = register
        for round in 0..<rounds {
            try context.reached(0.7, "registration")
            for place in order(sizes.count, round: round) {
                let taken = try session.registrationCost(bytes: sizes[place], pages: pages, rounds: 5)
                register[place].append(taken.map(\.register))
                deregister[place].append(taken.map(\.deregister))
            }
        }
        return sizes.indices.map { place in
            let what = "\(ByteText.short(sizes[place]))\(pages == .huge ? ", huge pages" : "")"
            return RDMASamples.Registration(
                bytes: sizes[place], isHuge: pages == .huge,
                register: Measurement("register \(what)", singles: register[place], overhead: overhead),
                deregister: Measurement("take back \(what)", singles: deregister[place], overhead: overhead))
        }
    }

    private func onDemand(_ session: MemorySession) throws -> Measurement {
        var singles: [[UInt64]] = []
        for _ in 0..<rounds {
            try context.reached(0.75, "connections on demand")
            singles.append(try session.connectOnDemand(rounds: grid.isQuick ? 4 : 12))
        }
        return Measurement(
            "connect on demand and read 4 KiB", singles: singles, overhead: 2 * overhead)
    }
}
