import EventKernel
import Files
import Testing

@testable import Simulator

/// Victims of Medes' eviction.
@Suite struct MedesEvictionTests {
    private let context = medesContext(["busy", "slow", "quiet"])
    private var units: [UnitView] { context.units }

    /// One minute in which the first function is called 60 times and the second 6 times.
    private func eviction(base: String = "base") throws -> MedesEviction {
        let eviction = try MedesEviction(context, base: base)
        for index in 0..<60 { eviction.arrived(at: units[0], now: at(Double(index))) }
        for index in 0..<6 { eviction.arrived(at: units[1], now: at(Double(index) * 10)) }
        return eviction
    }

    @Test("Of the function with the most warm sandboxes for its rate, the one longest in its state goes")
    func victims() throws {
        // 5 warm for a call a second; 1 warm and 1 base for a tenth of one: 5 and 20.
        var cluster = HandCluster(counts: [[5, 0, 0], [1, 1, 1], [0, 0, 3]])
        cluster.idle = [
            idleSandbox(0, of: units[0], used: 1), idleSandbox(1, of: units[1], used: 20),
            idleSandbox(2, of: units[1], in: deduplicatedState, used: 2, since: 30, hasImage: true),
            idleSandbox(3, of: units[1], in: baseState, used: 3),
            idleSandbox(4, of: units[2], in: deduplicatedState, used: 4, hasImage: true),
        ]
        #expect(try eviction().victim(now: at(60), in: cluster) == SandboxID(1))
        cluster.protected = [SandboxID(1)]
        #expect(try eviction().victim(now: at(60), in: cluster) == SandboxID(2), "deduplicated ones too")
        #expect(try eviction().victim(now: at(31), in: cluster) == SandboxID(0), "not yet 2 s in its state")
        cluster.protected = [SandboxID(1), SandboxID(2)]
        #expect(try eviction().victim(now: at(60), in: cluster) == SandboxID(0), "never a base")
        cluster.protected.insert(SandboxID(0))
        #expect(try eviction().victim(now: at(60), in: cluster) == SandboxID(4))
        cluster.protected.insert(SandboxID(4))
        #expect(try eviction().victim(now: at(60), in: cluster) == nil)
    }

    @Test(
        "A function that was not called goes first; of several the first, and of equal times the oldest sandbox"
    )
    func quiet() throws {
        var cluster = HandCluster(counts: [[5, 0, 0], [1, 0, 0], [2, 0, 0]])
        cluster.idle = [
            idleSandbox(0, of: units[1], used: 1), idleSandbox(2, of: units[2], used: 9),
            idleSandbox(1, of: units[2], used: 9),
        ]
        #expect(try eviction().victim(now: at(60), in: cluster) == SandboxID(1))
        // Ten minutes later nothing of the calls is remembered: all ratios are endless.
        #expect(try eviction().victim(now: at(3_000), in: cluster) == SandboxID(0))
    }

    @Test("Sandboxes are settled from exactly 2 s on")
    func settled() throws {
        var cluster = HandCluster(counts: [[1, 0, 0], [0, 0, 0], [0, 0, 0]])
        cluster.idle = [idleSandbox(0, of: units[0], used: 58)]
        #expect(try eviction().victim(now: at(59.9), in: cluster) == nil)
        #expect(try eviction().victim(now: at(60), in: cluster) == SandboxID(0))
    }

    @Test(
        "It goes with any idle policy: the catalogue passes arrivals on, and the idle policy decides as before"
    )
    func withFixed() throws {
        var choices = PolicyChoices()
        choices.reclaim = PolicyChoice("medes")
        let policies = try PolicyCatalog.standard.make(choices, context: context)
        #expect(policies.idle.observesArrivals)
        #expect(policies.idle.constantKeepAlive(of: units[0]) == .minutes(10))
        for _ in 0..<60 { policies.idle.arrived(at: units[0], now: at(1), idleTime: nil) }
        for _ in 0..<6 { policies.idle.arrived(at: units[1], now: at(1), idleTime: nil) }
        let eviction = try #require(policies.reclaimer as? MedesEviction)
        #expect(eviction.choosesVictims)
        var cluster = HandCluster(counts: [[1, 0, 0], [1, 0, 0], [0, 0, 0]])
        cluster.idle = [idleSandbox(0, of: units[0]), idleSandbox(1, of: units[1])]
        #expect(eviction.victim(now: at(60), in: cluster) == SandboxID(1))
        choices.reclaim = PolicyChoice("lru")
        #expect(try !PolicyCatalog.standard.make(choices, context: context).idle.observesArrivals)
    }

    @Test("Round robin passes over nodes that are full to the given part, while there are others")
    func fill() {
        func node(_ placement: RoundRobin, _ cluster: HandCluster) -> UInt32 {
            placement.node(for: .mebibytes(10), in: cluster).raw
        }
        var cluster = HandCluster()
        // Used: 950, 949, 0 and 995 of 1,000.
        cluster.nodes = [50, 51, 1_000, 5].map { (.mebibytes(1_000), .mebibytes($0)) }
        let all = RoundRobin()
        #expect((0..<4).map { _ in node(all, cluster) } == [0, 1, 2, 0])
        let filled = RoundRobin(fill: 0.95)
        #expect((0..<4).map { _ in node(filled, cluster) } == [1, 2, 1, 2])
        cluster.nodes = [50, 20, 5].map { (.mebibytes(1_000), .mebibytes($0)) }
        let full = RoundRobin(fill: 0.95)
        #expect((0..<3).map { _ in node(full, cluster) } == [0, 1, 0], "all are full: in turn as without it")
        cluster.nodes = [5, 5].map { (.mebibytes(1_000), .mebibytes($0)) }
        #expect(node(RoundRobin(fill: 0.95), cluster) == 0)
    }
}
