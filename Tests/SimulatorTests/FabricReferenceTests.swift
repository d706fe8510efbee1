import EventKernel
import HardwareCosts
import Testing

@testable import Simulator

/// The same model, written as plainly as can be: every rate anew at every event, no lists, no heap.
@Suite struct FabricReferenceTests {
    private struct Flow {
        var job: Int
        var reader: Int
        var source: Int
        var left: Double
        var rate = 0.0
    }

    private struct Job {
        var at: Double
        var reader: Int
        var reads: [(Int, Int)]
    }

    /// When each of `jobs`, by rising `at`, is done.
    private static func finishes(_ jobs: [Job], each: Double, link: Double) -> [Int: Double] {
        var flows: [Flow] = []
        var done: [Int: Double] = [:]
        var (now, next) = (0.0, 0)
        while next < jobs.count || !flows.isEmpty {
            for index in flows.indices {
                let flow = flows[index]
                let readers = Set(flows.filter { $0.reader == flow.reader }.map(\.job)).count
                let ownFlows = flows.filter { $0.job == flow.job }.count
                let served = flows.filter { $0.source == flow.source }.count
                let here = 1 / (max(each, link) * Double(readers * ownFlows))
                flows[index].rate = min(here, link > 0 ? 1 / (link * Double(served)) : .infinity)
            }
            let end = flows.map { now + $0.left / $0.rate }.min() ?? .infinity
            let until = min(end, next < jobs.count ? jobs[next].at : .infinity)
            for index in flows.indices { flows[index].left -= (until - now) * flows[index].rate }
            now = until
            for flow in flows where flow.left < 1e-9 { done[flow.job] = now }
            flows.removeAll { $0.left < 1e-9 }
            while next < jobs.count, jobs[next].at == now {
                for (source, pages) in jobs[next].reads where pages > 0 {
                    flows.append(
                        Flow(job: next, reader: jobs[next].reader, source: source, left: Double(pages)))
                }
                next += 1
            }
        }
        return done
    }

    /// With crowds of one flow and more, of some, and with none.
    @Test(arguments: [0, 2, 5, 1_000] as [UInt32])
    func finishesAreThoseOfThePlainModelToAFewNanoseconds(crowdSize: UInt32) throws {
        var compared = 0
        for seed in 0..<200 as Range<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .test, entity: 71)
            let nodes = 2 + Int(stream.below(7))
            let each = 500 + 2_000 * stream.unit()
            let link = stream.below(3) == 0 ? 0 : each * (0.2 + stream.unit())
            var jobs: [Job] = []
            var at: UInt64 = 0
            for _ in 0..<30 {
                at += stream.below(2) * stream.below(150_000)
                let first = Int(stream.below(UInt64(nodes)))
                let count = 1 + Int(stream.below(UInt64(min(nodes, 4))))
                let reads = (0..<count).map { ((first + $0) % nodes, 1 + Int(stream.below(150))) }
                jobs.append(Job(at: Double(at), reader: Int(stream.below(UInt64(nodes))), reads: reads))
            }
            var network = TestNetwork(
                nodes: nodes, crowdSize: crowdSize,
                try networkCosts(
                    read: .perItem(fixed: 0, each: each), bandwidth: link > 0 ? bandwidth(pageIn: link) : nil)
            )
            for (index, job) in jobs.enumerated() {
                network.run(until: UInt64(job.at))
                network.begin(index, on: job.reader, job.reads)
            }
            network.run()
            for (job, time) in Self.finishes(jobs, each: each, link: link) {
                let ours = Double(try #require(network.doneAt[job]))
                // Each of the ends before it may have been a part of a nanosecond late.
                #expect(abs(ours - time) < 20, "seed \(seed), job \(job): \(ours) and \(time)")
                compared += 1
            }
        }
        #expect(compared == 6_000)
    }
}
