import EventKernel
import HardwareCosts
import Testing

@testable import Simulator

/// What connections cost: a set-up takes 50 µs and 10 µs for each, memory 1,000 B each at each end.
@Suite struct FabricConnectionsTests {
    private static func costs(slowdown: CostModel? = nil, change: Double? = nil) throws -> HardwareCosts {
        try networkCosts(
            setUp: .perItem(fixed: 50_000, each: 10_000), memory: .perItem(fixed: 0, each: 1_000),
            slowdown: slowdown, change: change)
    }

    @Test func aMeshIsThereFromTheBeginningAndTakesMemoryAtBothEnds() throws {
        let slowdown = CostModel.curve(CostCurve([.init(1, 1), .init(9, 1), .init(19, 2)]))
        var network = TestNetwork(nodes: 20, try Self.costs(slowdown: slowdown))
        let before = network.fabric.statistics
        #expect(before.connections == 190 && before.adapterPeak == 19 && before.memory == 380_000)
        network.begin(0, on: 0, [(1, 100)])
        network.run()
        #expect(network.doneAt == [0: 200_000], "no set-up, half the rate")
        #expect(network.fabric.statistics.connectionsSetUp == 0)
    }

    @Test func setUpsOfOneJobFollowEachOther() throws {
        var network = TestNetwork(scheme: .onDemand(cap: 9), try Self.costs())
        network.begin(0, on: 0, [(1, 100), (2, 5)])
        network.run()
        // Ready at 60 and 70 µs; 10 pages alone, then 5 each, then 85 alone.
        #expect(network.doneAt == [0: 165_000])
        let after = network.fabric.statistics
        #expect(after.connectionsSetUp == 2 && after.connections == 2 && after.memory == 4_000)
        network.begin(5, on: 0, [(1, 100), (2, 5)])
        network.run()
        #expect(network.now == 165_000 + 105_000, "both are there")
        network.begin(1, on: 2, [(0, 10)])
        network.run()
        #expect(network.now == 280_000, "a connection serves both ends")
    }

    @Test func aJobWaitsForASetUpThatAnotherBegan() throws {
        var network = TestNetwork(scheme: .onDemand(cap: 9), try Self.costs())
        network.begin(0, on: 0, [(1, 10)])
        network.run(until: 20_000)
        network.begin(1, on: 1, [(0, 10)])
        network.run()
        #expect(network.doneAt == [0: 70_000, 1: 70_000])
        #expect(network.fabric.statistics.connectionsSetUp == 1)
    }

    @Test func beyondTheCapTheOneUsedTheLongestAgoIsClosed() throws {
        var network = TestNetwork(nodes: 9, scheme: .onDemand(cap: 2), try Self.costs())
        var setUps: [UInt64] = []
        for source in [1, 2, 1, 3, 1, 2, 3, 3] {
            network.doneAt = [:]
            network.begin(0, on: 0, [(source, 1)])
            network.run()
            setUps.append(network.fabric.statistics.connectionsSetUp)
        }
        // 3 takes the place of 2, 2 that of 3 (1 was used since), 3 that of 1.
        #expect(setUps == [1, 2, 2, 3, 3, 4, 5, 5])
        let after = network.fabric.statistics
        #expect(after.connectionsClosed == 3 && after.connections == 2 && after.adapterPeak == 2)
        #expect(network.fabric.connections(at: 1) == 0 && network.fabric.connections(at: 3) == 1)
    }

    @Test func theOtherEndsCapCountsToo() throws {
        var network = TestNetwork(nodes: 5, scheme: .onDemand(cap: 1), try Self.costs())
        for reader in 1..<5 {
            network.begin(reader, on: reader, [(0, 1)])
            network.run()
        }
        #expect(network.fabric.connections(at: 0) == 1 && network.fabric.connections(at: 4) == 1)
        #expect((1..<4).allSatisfy { network.fabric.connections(at: $0) == 0 })
    }

    @Test func connectionsInUseAreNotClosedAndTheCapHoldsAgainAfterwards() throws {
        var network = TestNetwork(nodes: 9, scheme: .onDemand(cap: 2), try Self.costs())
        network.begin(0, on: 0, [(1, 10), (2, 10), (3, 10), (4, 10)])
        #expect(network.fabric.connections(at: 0) == 4)
        #expect(network.fabric.statistics.setUpsBeyondCap == 2)
        network.run()
        #expect(network.fabric.connections(at: 0) == 2)
        #expect(network.fabric.statistics.memory == 4_000 && network.fabric.statistics.memoryPeak == 8_000)
    }

    @Test func readsSlowDownWithTheConnectionsThatThereAre() throws {
        let slowdown = CostModel.curve(CostCurve([.init(1, 1), .init(2, 3)]))
        var network = TestNetwork(scheme: .onDemand(cap: 9), try Self.costs(slowdown: slowdown))
        network.begin(0, on: 0, [(1, 100)])
        network.run(until: 100_000)
        network.begin(1, on: 2, [(0, 10)])
        network.run()
        // Node 0 has two connections from 100 µs on: 40 pages are there, 60 take three times as long.
        #expect(network.doneAt == [0: 280_000, 1: 170_000])
    }

    @Test func sharedConnectionsChangeTheirOtherEndForEachFlow() throws {
        let slowdown = CostModel.curve(CostCurve([.init(1, 1), .init(5, 1.5)]))
        let costs = try Self.costs(slowdown: slowdown, change: 2_700)
        var network = TestNetwork(nodes: 10_000, scheme: .shared(count: 5), costs)
        #expect(network.fabric.statistics.memory == 50_000_000)
        network.begin(0, on: 0, [(1, 100), (7_000, 100)])
        network.run()
        #expect(network.doneAt == [0: 302_700])
        #expect(network.fabric.statistics.switches == 2)
    }

    @Test func aFailureEndsTheNodesConnectionsAndTheyAreSetUpAnewWhenNeeded() throws {
        for scheme in [ConnectionScheme.mesh, .onDemand(cap: 9)] {
            var network = TestNetwork(nodes: 6, scheme: scheme, try Self.costs())
            for source in [1, 2, 3] {
                network.begin(source, on: 0, [(source, 10)])
                network.run()
            }
            _ = network.fabric.fail(node: 2, now: network.now)
            let failed = network.fabric.statistics
            #expect(network.fabric.connections(at: 2) == 0)
            #expect(failed.connections == (scheme == .mesh ? 10 : 2))
            #expect(failed.memory == 2_000 * failed.connections)
            #expect(failed.connectionsLost == (scheme == .mesh ? 5 : 1))
            let before = network.now
            network.begin(9, on: 2, [(0, 10)])
            network.run()
            #expect(network.now == before + 70_000)
            #expect(network.fabric.statistics.connections == failed.connections + 1)
        }
    }

    @Test func settingsNameTheCostsWithoutWhichNothingIsRead() {
        var settings = FabricSettings()
        #expect(settings.needed == [.rdmaReadPages])
        settings.connections = .onDemand(cap: 4)
        #expect(settings.needed == [.rdmaReadPages, .rdmaConnectionSetup])
        settings.connections = .shared(count: 4)
        #expect(settings.needed == [.rdmaReadPages, .rdmaConnectionSwitch])
    }
}
