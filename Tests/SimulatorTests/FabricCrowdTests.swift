import EventKernel
import HardwareCosts
import Testing

@testable import Simulator

/// Adapters that serve hundreds of flows.
@Suite struct FabricCrowdTests {
    @Test func aHotBaseGivesEachOfItsReadersAnEqualShareUntilTheirPagesHaveCome() throws {
        let count = 3_000
        var network = TestNetwork(
            nodes: count + 1,
            try networkCosts(read: .perItem(fixed: 0, each: 1_000), bandwidth: 4_096e9 / 500))
        for job in 0..<count { network.begin(job, on: job + 1, [(0, 100 + job)]) }
        network.run()
        // While n of them read, a page takes 500 n ns, or 1,000 when the last is alone.
        var (now, read) = (0.0, 0.0)
        for job in 0..<count {
            let pages = Double(100 + job)
            now += (pages - read) * max(500 * Double(count - job), 1_000)
            read = pages
            let done = Double(try #require(network.doneAt[job]))
            // Virtual time is rounded down by up to 2^-40 ns whenever a flow ends.
            #expect(abs(done - now) <= 2, "job \(job): \(done) and \(now)")
        }
        #expect(network.order == Array(0..<count))
    }

    @Test func crowdsGiveTheEndsThatSingleRatesGive() throws {
        for seed in 0..<6 as Range<UInt64> {
            let (crowds, plain) = (try ends(seed, crowdSize: 20), try ends(seed, crowdSize: .max))
            #expect(crowds.count == plain.count && plain.count > 1_000)
            var worst: UInt64 = 0
            for (job, time) in plain {
                let other = try #require(crowds[job])
                worst = max(worst, time > other ? time - other : other - time)
            }
            // Each of the thousands of ends before it may have been a part of a nanosecond late.
            #expect(worst < 100, "seed \(seed)")
        }
    }

    /// A few nodes that many read from, others that some do, slow readers and fast ones; some give up.
    private func ends(_ seed: UInt64, crowdSize: UInt32) throws -> [Int: UInt64] {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 72)
        let nodes = 120
        var network = TestNetwork(
            nodes: nodes, crowdSize: crowdSize,
            try networkCosts(read: .perItem(fixed: 0, each: 7_500), bandwidth: bandwidth(pageIn: 3_276.8)))
        for job in 0..<1_500 {
            network.run(until: network.now + stream.below(60_000))
            var reads = [(Int(stream.below(4)), 1 + Int(stream.below(400)))]
            for _ in 0..<stream.below(4) {
                let node = 4 + Int(stream.below(UInt64(nodes - 4)))
                if !reads.contains(where: { $0.0 == node }) {
                    reads.append((node, 1 + Int(stream.below(100))))
                }
            }
            network.begin(job, on: Int(stream.below(UInt64(nodes))), reads)
            // Such as certainly read still, so that it does not depend on a nanosecond.
            if stream.below(10) == 0 { network.fabric.cancel(job, now: network.now) }
        }
        network.run()
        let statistics = network.fabric.statistics
        #expect(statistics.pagesAsked == statistics.pagesRead + statistics.pagesGivenUp)
        return network.doneAt
    }
}
