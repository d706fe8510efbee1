import Glibc
import Verbs

/// The other side of a test, in a process of its own.
///
///     verbs-peer serve PORT ADDRESS             offers memory until it is ended; prints the port
///     verbs-peer serve-one PORT ADDRESS         the same for one client
///     verbs-peer read HOST PORT                 reads and verifies until the other side is gone; prints the error
///     verbs-peer measure HOST PORT              latencies by size, a line each; ends with `verified`
///     verbs-peer measure                        the same over the loopback
///     verbs-peer scale COUNT                    reads over 1, 4, 16 ... COUNT connections of the loopback, a line each
///     verbs-peer attack HOST PORT TOKEN MIB     asks a server for more and more; ends with what the host lost
///     verbs-peer probe                          what is in the way of using a device; prints its facts otherwise
@main enum VerbsPeer {
    /// Both sides know it: what is served is a pattern.
    private static let token = "verbs-peer"

    static func main() {
        let words = Array(CommandLine.arguments.dropFirst())
        do throws(VerbsError) {
            switch (words.first, words.count) {
            case ("serve", 3), ("serve-one", 3): try serve(words)
            case ("read", 3): try read(words[1], port: Int(words[2]) ?? 0)
            case ("measure", 3):
                try measure(
                    MemorySession(
                        host: words[1], port: Int(words[2]) ?? 0, token: token, regions: regions))
            case ("measure", 1): try measure(MemorySession(loopback: regions))
            case ("scale", 2): try scale(Int(words[1]) ?? 0)
            case ("attack", 5):
                try Attack(
                    host: words[1], port: Int(words[2]) ?? 0, token: words[3], limit: Int(words[4]) ?? 0
                ).run()
            case ("probe", 1): try probe()
            default:
                say("usage: verbs-peer serve|serve-one|read|measure|scale|attack|probe")
                exit(2)
            }
        } catch {
            say("error: \(error)")
            exit(1)
        }
    }

    /// Writes a line at once: who reads it waits for it.
    static func say(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(1, bytes, bytes.count)
    }

    private static let regions = [
        RegionRequest(bytes: 4 << 20), RegionRequest(bytes: 4096, isWritable: true),
    ]

    private static func serve(_ words: [String]) throws(VerbsError) {
        guard let token = AccessToken(token) else { throw VerbsError(.request, "no token") }
        let server = try MemoryServer(host: words[2], port: Int(words[1]) ?? 0, token: token)
        say("port \(server.port)")
        server.run(sessions: words[0] == "serve-one" ? 1 : nil) { event in say("\(event)") }
    }

    private static func read(_ host: String, port: Int) throws(VerbsError) {
        let session = try MemorySession(host: host, port: port, token: token, regions: regions)
        let connections = try Connections(session, settings: ConnectionSettings(depth: 8), most: 2)
        try connections.add(2)
        let transfer = try Transfer(connections, landingBytes: 1 << 20)
        let plan = TransferPlan.spread(size: 4096, count: 200, bytes: session.regions[0].bytes)
        say("reading")
        while true {
            _ = try transfer.rate(plan, posting: Posting(depth: 8, batch: 4))
            try transfer.verify(plan)
        }
    }

    private static func measure(_ session: MemorySession) throws(VerbsError) {
        let connections = try Connections(session, settings: ConnectionSettings(depth: 16), most: 1)
        try connections.add(1)
        let transfer = try Transfer(connections, landingBytes: 1 << 20)
        for size in [8, 64, 4096, 65536] {
            let plan = TransferPlan.spread(
                size: size, count: size > 4096 ? 200 : 1000, bytes: session.regions[0].bytes)
            let samples = try transfer.latency(plan, warmUp: 50).sorted()
            say("read \(size) min \(samples[0]) p50 \(samples[samples.count / 2]) ns")
            try transfer.verify(plan)
        }
        say("verified")
    }

    private static func scale(_ most: Int) throws(VerbsError) {
        let session = try MemorySession(loopback: regions)
        let counts = (0..<16).map { 1 << (2 * $0) }.filter { $0 <= most }
        _ = try session.connectionScaling(
            ScalingSettings(counts: counts, reads: 256, connection: ConnectionSettings(depth: 2))
        ) { sample in
            let latency = sample.latency.sorted()
            let memory = sample.before.available - sample.after.available
            say(
                "connections \(sample.connections) set-up \(sample.added.total / UInt64(sample.added.count)) ns each, "
                    + "p50 \(latency[latency.count / 2]) ns, \(Int(sample.rate.operationsPerSecond)) reads a second, "
                    + "\(memory / Int64(sample.connections)) bytes each")
        }
        say("verified")
    }

    private static func probe() throws(VerbsError) {
        let device = try Device(DeviceChoice())
        let memory = try MappedMemory(count: 8 << 20, pages: .small)
        _ = try RegisteredMemory(memory, in: ProtectionDomain(device))
        say("\(device.facts)")
    }
}
