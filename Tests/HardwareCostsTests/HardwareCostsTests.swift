import Files
import HardwareCosts
import Testing

@Suite struct HardwareCostsTests {
    private func published(_ value: Double) -> Cost {
        Cost(.constant(value), origin: .published(source: "here"))
    }

    private func sets() -> [CostSet] {
        [
            CostSet(
                name: "measured", costs: [.registryLookup: published(1), .restorePause: published(2)],
                absent: [.rdmaReadPages: "no RDMA device"]),
            CostSet(name: "paper", costs: [.registryLookup: published(3), .rdmaReadPages: published(4)]),
        ]
    }

    @Test func eachPrimitiveComesFromTheFirstSetThatHasIt() throws {
        let costs = try HardwareCosts(sets())
        #expect(try costs.cost(of: .registryLookup).model == .constant(1))
        #expect(try costs.cost(of: .rdmaReadPages).model == .constant(4))
        let turned = try HardwareCosts(sets().reversed())
        #expect(try turned.cost(of: .registryLookup).model == .constant(3))
        #expect(try turned.cost(of: .restorePause).model == .constant(2))
    }

    @Test func theListingNamesSetAndOriginInTheOrderAskedFor() throws {
        let costs = try HardwareCosts(sets())
        let listing = try costs.listing([.rdmaReadPages, .restorePause])
        #expect(listing.map(\.set) == ["paper", "measured"])
        #expect(listing.map(\.primitive) == [.rdmaReadPages, .restorePause])
        #expect(listing.map(\.cost.origin.text) == ["published: here", "published: here"])
    }

    @Test func aMissingCostNamesPrimitiveSetsReasonAndRemedy() throws {
        let costs = try HardwareCosts([sets()[0]])
        let error = #expect(throws: InputError.self) { try costs.cost(of: .rdmaReadPages) }
        let text = error?.description ?? ""
        for words in ["'rdma-read-pages'", "searched: measured", "no RDMA device", "add a costs file"] {
            #expect(text.contains(words), "\(text)")
        }
        let several = #expect(throws: InputError.self) {
            try costs.listing([.fork, .registryLookup, .checkpoint])
        }
        #expect(several?.problem.contains("'fork', 'checkpoint'; searched") == true)
        let none = #expect(throws: InputError.self) { try HardwareCosts([]).cost(of: .fork) }
        #expect(none?.problem.contains("no costs are given") == true)
    }

    @Test func costsOfEmulatedHardwareAreForNoSimulation() {
        let error = #expect(throws: InputError.self) {
            try HardwareCosts(sets() + [CostSet(name: "vm", isEmulated: true)])
        }
        #expect(error?.problem.contains("'vm'") == true)
    }

    @Test func aSetTwiceIsRefused() {
        #expect(throws: InputError.self) { try HardwareCosts(sets() + [sets()[1]]) }
    }

    @Test func assumptionsAreFoundWhereTheyAreUsed() throws {
        let guess = Cost(.constant(1), origin: .assumed(reason: "none published", low: 0.5, high: 2))
        let costs = try HardwareCosts(
            sets() + [CostSet(name: "guess", costs: [.fork: guess, .restorePause: guess])])
        #expect(costs.assumptions(among: [.fork, .restorePause, .checkpoint]).map(\.primitive) == [.fork])
    }

    @Test(arguments: [
        ("2026-03-28", true), ("2024-02-29", true), ("2023-02-29", false), ("2026-13-01", false),
        ("2026-00-10", false), ("2026-04-31", false), ("26-04-01", false), ("2026-4-1", false),
        ("2026-04-01x", false), ("", false), ("2026-٠٤-01", false), ("--", false),
    ])
    func aMeasurementNeedsADay(date: String, isDay: Bool) {
        let how = CostOrigin.Measurement(machine: "m", kernel: "6.9", date: date, method: "loop")
        #expect((CostOrigin.measured(how).fault == nil) == isDay)
    }

    @Test(arguments: [
        (0.5, 2.0, true), (1, 2, true), (1, 1, false), (0, 2, false), (1.5, 2, false), (2, 0.5, false),
    ])
    func anAssumptionNeedsARangeAroundItsModel(low: Double, high: Double, isFine: Bool) {
        #expect((CostOrigin.assumed(reason: "r", low: low, high: high).fault == nil) == isFine)
    }

    @Test func evidenceIsChecked() {
        var evidence = CostEvidence()
        #expect(evidence.fault == nil)
        evidence.histogram = [.init(2, 1), .init(1, 1)]
        #expect(evidence.fault?.contains("rise") == true)
        evidence = CostEvidence()
        evidence.fit = .init(rSquared: 1.1, worst: 0, points: 3)
        #expect(evidence.fault?.contains("r-squared") == true)
        evidence.fit = .init(rSquared: -3, worst: 0.1, points: 3)
        #expect(evidence.fault == nil)
        evidence.spread = -1
        #expect(evidence.fault?.contains("spread") == true)
    }
}
