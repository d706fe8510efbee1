import EventKernel
import HardwareCosts
import Testing

@testable import Simulator

/// Random jobs on random networks, with cancellations and failures in between.
@Suite struct FabricPropertyTests {
    /// A network, its costs, and the stream that what happens on it is drawn from.
    private struct Draw {
        var stream: RandomStream
        var nodes: Int
        var each: Double
        var link: Double?
        var scheme: ConnectionScheme
        var ownByAdapter: Bool
        var fixed: Double
        var crowdSize: UInt32

        init(_ seed: UInt64) {
            stream = RandomStream(seed: seed, purpose: .test, entity: 70)
            nodes = 2 + Int(stream.below(9))
            each = stream.below(2) == 0 ? 1_000 : 200 + 3_000 * stream.unit()
            link = stream.below(3) == 0 ? nil : each * (0.3 + stream.unit())
            ownByAdapter = stream.below(2) == 0
            fixed = stream.below(2) == 0 ? 0 : 5_000
            crowdSize = [0, 1, 3, 1_000][Int(stream.below(4))]
            switch stream.below(3) {
            case 0: scheme = .mesh
            case 1: scheme = .onDemand(cap: 1 + Int(stream.below(4)))
            default: scheme = .shared(count: 1 + Int(stream.below(4)))
            }
        }

        func network() throws -> TestNetwork {
            TestNetwork(
                nodes: nodes, scheme: scheme, ownByAdapter: ownByAdapter, crowdSize: crowdSize,
                try networkCosts(
                    read: .perItem(fixed: fixed, each: each), bandwidth: link.map(bandwidth(pageIn:)),
                    setUp: .perItem(fixed: 0, each: 20_000), memory: .perItem(fixed: 500, each: 100),
                    slowdown: .curve(CostCurve([.init(1, 1), .init(3, 1), .init(6, 1.5)])), change: 3_000))
        }

        mutating func reads() -> [(Int, Int)] {
            let first = Int(stream.below(UInt64(nodes)))
            let count = Int(stream.below(UInt64(min(nodes, 5)) + 1))
            return (0..<count).map { ((first + $0) % nodes, Int(stream.below(200))) }
        }
    }

    /// What a random history showed.
    private struct History: Hashable {
        var begun: [Int: UInt64] = [:]
        var pages: [Int: Int] = [:]
        var doneAt: [Int: UInt64] = [:]
        var order: [Int] = []
        var ended: [Int] = []
        var statistics = FabricStatistics()
    }

    /// Begins jobs at random times; with `harm`, cancels some and lets nodes fail. Then runs to the end.
    private static func run(_ seed: UInt64, jobs: Int = 60, harm: Bool) throws -> History {
        var draw = Draw(seed)
        var network = try draw.network()
        var history = History()
        for job in 0..<jobs {
            network.run(until: network.now + draw.stream.below(3) * draw.stream.below(200_000))
            let reader = Int(draw.stream.below(UInt64(draw.nodes)))
            let reads = draw.reads()
            network.begin(job, on: reader, reads)
            history.begun[job] = network.now
            history.pages[job] =
                reads.filter { draw.ownByAdapter || $0.0 != reader }.reduce(0) { $0 + $1.1 }
            guard harm else { continue }
            if draw.stream.below(4) == 0 {
                let other = Int(draw.stream.below(UInt64(job + 1)))
                if network.doneAt[other] == nil && !history.ended.contains(other) {
                    history.ended.append(other)
                }
                network.fabric.cancel(other, now: network.now)
            }
            if draw.stream.below(10) == 0 {
                let node = Int(draw.stream.below(UInt64(draw.nodes)))
                let ended = network.fabric.fail(node: node, now: network.now)
                #expect(ended == ended.sorted(), "seed \(seed): order of beginning")
                #expect(network.fabric.connections(at: node) == 0 || network.isShared(draw.scheme))
                history.ended += ended
            }
            network.check(seed)
        }
        network.run()
        network.check(seed)
        history.doneAt = network.doneAt
        history.order = network.order
        history.statistics = network.fabric.statistics
        return history
    }

    @Test func everyJobEndsOnceAndEveryPageIsAccountedFor() throws {
        for seed in 0..<scenarios {
            let history = try Self.run(seed, harm: true)
            let ended = Set(history.ended)
            #expect(ended.count == history.ended.count, "seed \(seed)")
            #expect(ended.isDisjoint(with: history.doneAt.keys), "seed \(seed)")
            #expect(ended.count + history.doneAt.count == 60, "seed \(seed): stuck")
            let statistics = history.statistics
            #expect(statistics.pagesAsked == statistics.pagesRead + statistics.pagesGivenUp, "seed \(seed)")
            #expect(statistics.pagesReadOnOwnNode <= statistics.pagesRead)
        }
    }

    @Test func withoutHarmAllPagesAreReadAndNoJobIsFasterThanItsPagesAtTheFullRate() throws {
        for seed in 0..<scenarios {
            let draw = Draw(seed)
            let history = try Self.run(seed, harm: false)
            #expect(history.doneAt.count == 60 && history.statistics.pagesGivenUp == 0, "seed \(seed)")
            let one = max(draw.each, draw.link ?? 0)
            for (job, done) in history.doneAt {
                let pages = history.pages[job] ?? 0
                let least = pages == 0 ? 0 : draw.fixed + one * Double(pages)
                let begun = history.begun[job] ?? 0
                #expect(Double(done - begun) >= least - 1e-5, "seed \(seed), job \(job)")
            }
        }
    }

    @Test func theSameHistoryTwice() throws {
        for seed in 0..<20 {
            #expect(try Self.run(UInt64(seed), harm: true) == Self.run(UInt64(seed), harm: true))
        }
    }

    /// A second job that is cancelled delays the first by what it took, and not by more: the first one's finish lies
    /// between that without the second and that with it.
    @Test func cancellingGivesBackWhatTheJobTook() throws {
        for seed in 0..<scenarios {
            var draw = Draw(seed)
            draw.scheme = .mesh
            let (first, second) = (draw.reads(), draw.reads())
            let stop = draw.stream.below(300_000)
            var times: [UInt64] = []
            for variant in 0..<3 {
                var network = try draw.network()
                network.begin(0, on: 0, first)
                if variant > 0 { network.begin(1, on: 0, second) }
                if variant == 1 {
                    network.run(until: stop)
                    network.fabric.cancel(1, now: stop)
                }
                network.run()
                times.append(try #require(network.doneAt[0]))
            }
            // Each change of rate may cost the rounding to a nanosecond.
            #expect(times[0] <= times[1] && times[1] <= times[2] + 2, "seed \(seed): \(times)")
        }
    }

    private var scenarios: UInt64 { 300 }
}

extension TestNetwork {
    fileprivate func isShared(_ scheme: ConnectionScheme) -> Bool {
        if case .shared = scheme { return true }
        return false
    }

    /// What always holds between the adapters' counts and the sums over all.
    fileprivate func check(_ seed: UInt64) {
        let statistics = fabric.statistics
        let counts = (0..<fabric.adapters.count).map { fabric.connections(at: $0) }
        let memory = counts.reduce(0) { $0 + 500 + 100 * $1 }
        #expect(statistics.memory == UInt64(memory), "seed \(seed)")
        let sum = UInt64(counts.reduce(0, +))
        #expect(sum == statistics.connections || sum == 2 * statistics.connections, "seed \(seed)")
        #expect(statistics.pagesRead + statistics.pagesGivenUp <= statistics.pagesAsked, "seed \(seed)")
        #expect(fabric.nextTurn == .max || fabric.nextTurn >= now, "seed \(seed)")
    }
}
