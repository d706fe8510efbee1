import Machine

/// What this side's memory looks like, in bytes; differences tell what connections take.
public struct MemoryUse: Hashable, Sendable {
    /// Of this process, present in memory.
    public var resident: Int64
    /// Of this process, locked or pinned for devices.
    public var pinned: Int64
    /// Of the kernel for itself, as slabs. Everything else on this host shows here too.
    public var kernel: Int64
    /// What the host has left. Everything else on this host shows here too.
    public var available: Int64

    /// As it is now.
    public static func now() -> MemoryUse {
        func own(_ name: String) -> Int64 {
            Int64(clamping: SystemFile.number(of: name, in: "/proc/self/status") ?? 0)
        }
        func host(_ name: String) -> Int64 {
            Int64(clamping: SystemFile.number(of: name, in: "/proc/meminfo") ?? 0)
        }
        return MemoryUse(
            resident: own("VmRSS"), pinned: own("VmLck") + own("VmPin"), kernel: host("Slab"),
            available: host("MemAvailable"))
    }
}

/// How reads fare over a number of connections.
public struct ConnectionSample: Hashable, Sendable {
    /// Connections that there are and that take turns.
    public var connections: Int
    /// Whether the server's ends share one receive queue.
    public var sharesReceives: Bool
    /// What adding those that the sample before had not took.
    public var added: SetUpTimes
    /// The memory before the first connection, and now.
    public var before: MemoryUse
    /// The memory with all connections.
    public var after: MemoryUse
    /// Single reads, one connection after the other, in nanoseconds each.
    public var latency: [UInt64]
    /// Reads with several under way, one on each connection in turn.
    public var rate: RateSample
}

/// How connection scaling is measured.
public struct ScalingSettings: Hashable, Sendable {
    /// The numbers of connections, rising.
    public var counts: [Int]
    /// Bytes of a read.
    public var size: Int
    /// Reads of each latency sample; at least one for each connection is made.
    public var reads: Int
    /// Reads under way at once over all connections.
    public var window: Int
    /// How connections are made.
    public var connection: ConnectionSettings

    /// Settings of a measurement of connection scaling.
    public init(
        counts: [Int], size: Int = 4096, reads: Int = 1000, window: Int = 64,
        connection: ConnectionSettings = ConnectionSettings(depth: 4)
    ) {
        self.counts = counts
        self.size = size
        self.reads = reads
        self.window = window
        self.connection = connection
    }
}

extension MemorySession {
    /// Makes more and more connections and reads over all of them, region 0. Where the adapter's cache of connections
    /// overflows, latency rises and the rate falls. Every connection's reads are verified. `progress` hears of each
    /// sample.
    public func connectionScaling(
        _ settings: ScalingSettings, progress: (ConnectionSample) -> Void = { _ in }
    ) throws(VerbsError) -> [ConnectionSample] {
        guard let most = settings.counts.last, settings.counts.first.map({ $0 > 0 }) ?? false,
            zip(settings.counts, settings.counts.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw VerbsError(.request, "numbers of connections rise from 1") }
        guard settings.window > 0, settings.reads > 0 else {
            throw VerbsError(.request, "a measurement needs at least one read")
        }
        let before = MemoryUse.now()
        let connections = try Connections(self, settings: settings.connection, most: most)
        let transfer = try Transfer(connections, landingBytes: settings.size * settings.window)
        var samples: [ConnectionSample] = []
        for count in settings.counts {
            let added = try connections.add(count - connections.count)
            let after = MemoryUse.now()
            let plan = TransferPlan.spread(
                size: settings.size, count: max(settings.reads, count), bytes: regions[0].bytes)
            // One round over all connections first: what is made at first use is not what is measured.
            let latency = try transfer.latency(plan, warmUp: count)
            let depth = min(settings.window, count * settings.connection.depth)
            let rate = try transfer.rate(plan, posting: Posting(depth: depth))
            try transfer.verify(plan)
            let sample = ConnectionSample(
                connections: count, sharesReceives: settings.connection.sharesReceives, added: added,
                before: before, after: after, latency: latency, rate: rate)
            progress(sample)
            samples.append(sample)
        }
        return samples
    }

    /// A connection that is made when it is needed and let go after: the time until its first read of `size` bytes
    /// has ended, in nanoseconds, `rounds` times. The price of connecting on demand.
    public func connectOnDemand(size: Int = 4096, rounds: Int) throws(VerbsError) -> [UInt64] {
        var samples: [UInt64] = []
        let plan = TransferPlan.spread(size: size, count: 1, bytes: regions[0].bytes)
        for _ in 0..<rounds {
            let start = MonotonicClock.now()
            let connections = try Connections(self, settings: ConnectionSettings(depth: 1), most: 1)
            try connections.add(1)
            let connected = MonotonicClock.now()
            // The landing place is there already in a service; its registration is not a part of the price.
            let transfer = try Transfer(connections, landingBytes: size)
            samples.append(connected - start + (try transfer.latency(plan)[0]))
        }
        return samples
    }
}
