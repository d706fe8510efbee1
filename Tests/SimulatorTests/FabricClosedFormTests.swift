import EventKernel
import HardwareCosts
import Testing

@testable import Simulator

/// Times of reads that can be said in advance. A page takes 1,000 ns where nothing else is said.
@Suite struct FabricClosedFormTests {
    @Test func oneJobTakesItsPagesAtTheFullRateWhereverTheyAre() throws {
        for reads in [[(1, 900)], [(1, 300), (2, 600)], [(1, 1), (2, 1), (3, 898)], [(0, 400), (3, 500)]] {
            var network = TestNetwork(try networkCosts())
            network.begin(0, on: 0, reads)
            network.run()
            #expect(network.doneAt == [0: 900_000], "\(reads)")
        }
    }

    @Test func theFixedPartCountsOnceAJob() throws {
        var network = TestNetwork(try networkCosts(read: .perItem(fixed: 5_000, each: 1_000, threads: 1)))
        network.begin(0, on: 0, [(1, 10), (2, 20), (3, 30)])
        network.run()
        #expect(network.doneAt == [0: 65_000])
    }

    @Test func constantsLawsAndCurvesCountWithWhatTheJobCosts() throws {
        let curve = CostModel.curve(CostCurve([.init(1, 3_000), .init(101, 53_000)]))
        let law = CostModel.quantiles([.init(0, 0), .init(1, 4_000)])
        for (model, time) in [(CostModel.constant(7_000), 7_000), (curve, 53_000), (law, 202_000)] {
            var network = TestNetwork(try networkCosts(read: model))
            network.begin(0, on: 0, [(1, 101)])
            network.run()
            #expect(network.doneAt[0] == UInt64(time), "\(model)")
        }
    }

    @Test func twoJobsOnOneReaderTakeTwice() throws {
        var network = TestNetwork(try networkCosts())
        network.begin(7, on: 0, [(1, 500)])
        network.begin(3, on: 0, [(2, 500)])
        network.run()
        #expect(network.doneAt == [7: 1_000_000, 3: 1_000_000])
        #expect(network.order == [7, 3], "of equals the one that began first")
    }

    @Test func aJobOfManyFlowsGetsNoMoreThanOneOfAFew() throws {
        var network = TestNetwork(try networkCosts())
        network.begin(0, on: 0, [(1, 300)])
        network.begin(1, on: 0, [(1, 100), (2, 100), (3, 100)])
        network.run()
        #expect(network.doneAt == [0: 600_000, 1: 600_000])
    }

    @Test func aShorterJobLeavesTheLongerOneItsRate() throws {
        var network = TestNetwork(try networkCosts())
        network.begin(0, on: 0, [(1, 300)])
        network.run(until: 100_000)
        network.begin(1, on: 0, [(2, 50)])
        network.run()
        // 100 pages alone; then 50 each in 100 µs; then 150 alone.
        #expect(network.doneAt == [1: 200_000, 0: 350_000])
    }

    @Test func jobsOnDifferentNodesDoNotMeetWithoutALimitOfTheLink() throws {
        var network = TestNetwork(try networkCosts())
        for reader in 0..<3 { network.begin(reader, on: reader, [(3, 100)]) }
        network.run()
        #expect(network.doneAt == [0: 100_000, 1: 100_000, 2: 100_000])
    }

    @Test func readersOfOneSourceShareItsLink() throws {
        var network = TestNetwork(try networkCosts(bandwidth: bandwidth(pageIn: 800)))
        for reader in 0..<3 { network.begin(reader, on: reader, [(3, 100)]) }
        network.run()
        #expect(network.doneAt == [0: 240_000, 1: 240_000, 2: 240_000])
    }

    @Test func theLinkLimitsAReaderToo() throws {
        var network = TestNetwork(try networkCosts(bandwidth: bandwidth(pageIn: 2_500)))
        network.begin(0, on: 0, [(1, 100), (2, 100)])
        network.run()
        #expect(network.doneAt == [0: 500_000])
    }

    /// The job on node 0 can take 500 ns a page from node 3 and gets 600; the one on node 1 keeps its 600 although
    /// node 3 would have more for it.
    @Test func whatAFlowCannotUseGoesToNobody() throws {
        var network = TestNetwork(try networkCosts(bandwidth: bandwidth(pageIn: 300)))
        network.begin(0, on: 0, [(3, 100), (2, 100)])
        network.begin(1, on: 1, [(3, 100)])
        network.run()
        // Both flows of job 0 take 2,000 ns a page; its second, once alone, would be faster but ends with the first.
        #expect(network.doneAt == [0: 200_000, 1: 100_000])
        #expect(network.fabric.statistics.pagesRead == 300)
    }

    @Test func pagesOfTheOwnNodeGoThroughTheAdapterOnlyWhenThatIsSaid() throws {
        for byAdapter in [true, false] {
            var network = TestNetwork(ownByAdapter: byAdapter, try networkCosts())
            network.begin(0, on: 2, [(2, 70), (1, 30)])
            network.begin(1, on: 3, [(3, 40)])
            network.run()
            #expect(network.doneAt == (byAdapter ? [0: 100_000, 1: 40_000] : [0: 30_000, 1: 0]))
            #expect(network.fabric.statistics.pagesRead == 140)
            #expect(network.fabric.statistics.pagesReadOnOwnNode == 110)
        }
    }

    @Test func aJobThatReadsNothingIsDoneAtOnce() throws {
        var network = TestNetwork(HardwareCosts())
        network.run(until: 9)
        network.begin(5, on: 0, [])
        network.begin(6, on: 0, [(1, 0)])
        #expect(network.fabric.nextTurn == 9)
        network.run()
        #expect(network.doneAt == [5: 9, 6: 9])
        #expect(network.fabric.nextTurn == .max)
    }

    @Test func aTurnThatComesTooEarlyChangesNothing() throws {
        var network = TestNetwork(try networkCosts())
        network.begin(0, on: 0, [(1, 10)])
        let early = network.fabric.turn(now: 4_000)
        #expect(early.isEmpty && network.fabric.nextTurn == 10_000)
    }

    @Test func aCancelledJobLeavesNoTrace() throws {
        var network = TestNetwork(try networkCosts())
        network.begin(0, on: 0, [(1, 300)])
        network.begin(1, on: 0, [(1, 300), (2, 40)])
        network.run(until: 60_000)
        network.fabric.cancel(1, now: 60_000)
        network.run()
        // 30 of 300 pages in 60 µs, half of the rate; 270 in 270 µs.
        #expect(network.doneAt == [0: 330_000])
        let statistics = network.fabric.statistics
        #expect(statistics.pagesRead == 330 && statistics.pagesGivenUp == 310)
        #expect(statistics.pagesAsked == 640)
    }

    @Test func aFailedNodeEndsWhatReadsOnItAndFromIt() throws {
        var network = TestNetwork(try networkCosts())
        network.begin(4, on: 0, [(1, 100), (2, 100)])
        network.begin(2, on: 2, [(3, 100)])
        network.begin(9, on: 3, [(1, 100)])
        network.begin(1, on: 1, [(2, 100)])
        network.run(until: 10_000)
        let ended = network.fabric.fail(node: 2, now: 10_000)
        #expect(ended == [4, 2, 1])
        network.run()
        #expect(network.doneAt == [9: 100_000])
        let again = network.fabric.fail(node: 2, now: network.now)
        #expect(again.isEmpty)
    }
}
