import EventKernel
import HardwareCosts
import Testing

@Suite struct CostModelTests {
    @Test func aCostPerItemIsExactForWholeNanoseconds() {
        let start = CostModel.perItem(fixed: 76_000_000, each: 27_400)
        #expect(start.duration(at: 0) == .milliseconds(76))
        #expect(start.duration(at: 1_384) == .nanoseconds(76_000_000 + 27_400 * 1_384))
        #expect(start.duration(at: 1 << 30) == .nanoseconds(76_000_000 + 27_400 << 30))
    }

    @Test func aCostPerByteIsExactForPowersOfTwo() {
        let restore = CostModel.affine(fixed: 78_000_000, perByte: 730_000 / 0x1p20)
        #expect(restore.duration(at: 32 << 20) == .nanoseconds(78_000_000 + 32 * 730_000))
        #expect(restore.duration(at: 0) == .milliseconds(78))
    }

    @Test(arguments: [
        (0.5, UInt64(0)), (1.5, 2), (2.5, 2), (2.5000001, 3), (0.49, 0), (7_500.0, 7_500),
        (0x1.fffffffffffffp63, 18_446_744_073_709_549_568),
    ])
    func aTimeIsTheNearestNanosecondAndTheEvenOneOfTwo(cost: Double, nanoseconds: UInt64) {
        #expect(CostModel.constant(cost).duration().nanoseconds == nanoseconds)
    }

    @Test func whatDoesNotFitIsForever() {
        #expect(CostModel.constant(0x1p64).duration() == .forever)
        #expect(CostModel.perItem(fixed: 0, each: 1e18).duration(at: .max) == .forever)
        #expect(CostModel.affine(fixed: 1e18, perByte: 1e18).duration(at: .max) == .forever)
        #expect(CostModel.perItem(fixed: 0, each: 1e18, threads: 65_536).coreTime(at: .max) == .forever)
        #expect(CostModel.constant(.infinity).duration() == .forever)
    }

    @Test func threadsShareTheItemsAndNotTheFixedPart() {
        let patching = CostModel.perItem(fixed: 1_000, each: 13_400, threads: 8)
        #expect(patching.duration(at: 10).nanoseconds == 1_000 + 134_000)
        #expect(patching.duration(at: 10, threads: 8) == patching.duration(at: 10))
        #expect(patching.duration(at: 10, threads: 4).nanoseconds == 1_000 + 268_000)
        #expect(patching.coreTime(at: 10).nanoseconds == 1_000 + 8 * 134_000)
        #expect(CostModel.constant(5).duration(at: 10, threads: 4) == .nanoseconds(5))
    }

    @Test func quantilesCountWithTheirMean() {
        let model = CostModel.quantiles([.init(0, 1_000), .init(0.5, 2_000), .init(1, 6_000)])
        #expect(model.value() == 0.5 * 1_500 + 0.5 * 4_000)
        #expect(model.duration(at: 4).nanoseconds == 11_000)
        #expect(model.law == .quantiles([.init(0, 1_000), .init(0.5, 2_000), .init(1, 6_000)]))
        #expect(CostModel.constant(1).law == nil)
    }

    @Test func theMeanOfQuantilesIsThatOfTheirTable() {
        let model = CostModel.quantiles([.init(0, 1_000), .init(0.25, 2_000), .init(1, 3_000)])
        guard let law = model.law else { return #expect(Bool(false)) }
        #expect(abs(QuantileTable(law).mean - model.value()) < 1e-6)
    }

    @Test func aCurveGoesStraightBetweenItsPointsAndOnBeyondTheLast() {
        let curve = CostCurve([.init(1, 1), .init(257, 1), .init(513, 2)])
        let model = CostModel.curve(curve)
        #expect(model.value(at: 0) == 1)
        #expect(model.value(at: 100) == 1)
        #expect(model.value(at: 385) == 1.5)
        #expect(model.value(at: 513) == 2)
        #expect(model.value(at: 1_025) == 4)
        #expect(curve.isBeyond(514) && curve.isBeyond(0) && !curve.isBeyond(513))
        let falling = CostModel.curve(CostCurve([.init(0, 4), .init(1, 2)]))
        #expect(falling.value(at: 5) == 0)
    }

    @Test func scalingMultipliesEveryCost() {
        var stream = RandomStream(seed: 1, purpose: .test)
        for _ in 0..<1_000 {
            let model = randomModel(of: .rdmaConnectionSetup, &stream)
            let amount = stream.below(1_000)
            #expect(model.scaled(by: 4).value(at: amount) == 4 * model.value(at: amount))
        }
    }

    @Test func moreNeverCostsLessButOnAFallingCurve() {
        var stream = RandomStream(seed: 2, purpose: .test)
        for _ in 0..<2_000 {
            let model = randomModel(of: .registryLookup, &stream)
            if case .curve = model { continue }
            let (a, b) = (stream.next() >> stream.below(64), stream.next() >> stream.below(64))
            #expect(model.duration(at: min(a, b)) <= model.duration(at: max(a, b)))
        }
    }

    @Test(arguments: [
        (CostModel.affine(fixed: 0, perByte: 1), CostPrimitive.registryLookup, "does not grow with bytes"),
        (.perItem(fixed: 0, each: 1), .checkpoint, "does not grow with a number of items"),
        (.curve(CostCurve([.init(0, 1), .init(1, 2)])), .restorePause, "grows with nothing"),
        (.quantiles([.init(0, 1), .init(1, 2)]), .rdmaRead, "hold for one size"),
        (.quantiles([.init(0, 1), .init(1, 2)]), .rdmaConnectionMemory, "only times"),
        (.quantiles([.init(0, 2), .init(1, 1)]), .restorePause, "rise"),
        (.quantiles([.init(0.5, 2), .init(1, 3)]), .restorePause, "from 0 to 1"),
        (.constant(-1), .restorePause, "negative"), (.constant(.nan), .restorePause, "not finite"),
        (.constant(1e19), .restorePause, "too large"), (.constant(0), .rdmaBandwidth, "above 0"),
        (.constant(1.5), .rdmaOutstandingReads, "whole number"),
        (.perItem(fixed: 0, each: 1), .rdmaConnectionSlowdown, "above 0"),
        (.curve(CostCurve([.init(0, 1)])), .rdmaConnectionSlowdown, "two points"),
        (.curve(CostCurve([.init(1, 1), .init(1, 2)])), .rdmaConnectionSlowdown, "must rise"),
        (.perItem(fixed: 0, each: 1, threads: 0), .registryLookup, "threads"),
    ])
    func whatCannotBeACostSaysWhy(model: CostModel, primitive: CostPrimitive, says: String) {
        #expect(model.fault(for: primitive)?.contains(says) == true, "\(model.fault(for: primitive) ?? "")")
    }

    @Test func everyPrimitiveHasItsOwnNameAndMeaningAndTakesAConstant() {
        let all = CostPrimitive.allCases
        #expect(Set(all.map(\.facts.meaning)).count == all.count)
        for primitive in all {
            #expect(CostModel.constant(1).fault(for: primitive) == nil, "\(primitive)")
            #expect(
                primitive.name.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(primitive)")
        }
    }

    @Test func ofAFactorWhatItHasBeyondOneIsSwept() {
        let curve = CostModel.curve(CostCurve([.init(1, 1), .init(100, 3)]))
        #expect(curve.scaled(by: 0.5, as: .factor) == .curve(CostCurve([.init(1, 1), .init(100, 2)])))
        #expect(CostModel.constant(1).scaled(by: 9, as: .factor) == .constant(1))
        #expect(
            CostModel.perItem(fixed: 1, each: 0.25).scaled(by: 4, as: .factor) == .perItem(fixed: 1, each: 1))
        #expect(CostModel.constant(8).scaled(by: 0.5, as: .time) == .constant(4))
    }

    @Test func theListOfPrimitivesKeepsGroupsTogether() {
        let groups = CostPrimitive.allCases.map(\.facts.group)
        let changes = zip(groups, groups.dropFirst()).filter { $0 != $1 }.count
        #expect(changes == CostGroup.allCases.count - 1)
    }
}

/// Some valid model of a time that grows with items.
private func randomModel(of primitive: CostPrimitive, _ stream: inout RandomStream) -> CostModel {
    let a = Double(stream.below(1 << 40)) / 1_024
    let b = Double(stream.below(1 << 30)) / 4_096
    switch stream.below(4) {
    case 0: return .constant(a)
    case 1: return .perItem(fixed: a, each: b, threads: Int(stream.below(8)) + 1)
    case 2: return .quantiles([.init(0, b), .init(0.5, b + a), .init(1, b + 2 * a)])
    default: return .curve(CostCurve([.init(0, a), .init(100, b), .init(200, a + b)]))
    }
}
