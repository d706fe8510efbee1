import EventKernel
import HardwareCosts

/// Draws valid cost sets with awkward numbers and texts.
struct CostSetDraw {
    private var stream: RandomStream

    init(seed: UInt64) { stream = RandomStream(seed: seed, purpose: .test) }

    mutating func set() -> CostSet {
        var set = CostSet(name: "set-\(stream.below(1_000))", about: text(emptyToo: true))
        set.isEmulated = chance(4)
        for fact in MachineFact.allCases where chance(3) { set.machine[fact] = text() }
        for primitive in CostPrimitive.allCases {
            if chance(3) { set.costs[primitive] = cost(of: primitive) }
            if chance(8) { set.absent[primitive] = text() }
        }
        return set
    }

    private mutating func cost(of primitive: CostPrimitive) -> Cost {
        var cost = Cost(model(of: primitive), origin: origin())
        if chance(2) { cost.evidence = evidence() }
        return cost
    }

    private mutating func model(of primitive: CostPrimitive) -> CostModel {
        let facts = primitive.facts
        if facts.quantity == .count { return .constant(Double(stream.below(1 << 20) + 1)) }
        let curve = CostCurve((0..<4).map { .init(Double($0 * 100) + stream.unit(), number()) })
        let quantiles = facts.quantity == .time && chance(2)
        switch facts.driver {
        case .nothing: return quantiles ? .quantiles(self.quantiles()) : .constant(number())
        case .bytes:
            return chance(3) ? .curve(curve) : .affine(fixed: number(), perByte: number() / 1e6)
        case .items:
            if quantiles { return .quantiles(self.quantiles()) }
            if chance(3) { return .curve(curve) }
            return .perItem(fixed: number(), each: number(), threads: Int(stream.below(64)) + 1)
        }
    }

    private mutating func origin() -> CostOrigin {
        switch stream.below(3) {
        case 0: .published(source: text())
        case 1: .measured(.init(machine: text(), kernel: text(), date: "2024-02-29", method: text()))
        default: .assumed(reason: text(), low: 0.1 + 0.8 * stream.unit(), high: 1 + number())
        }
    }

    private mutating func evidence() -> CostEvidence {
        var evidence = CostEvidence()
        if chance(2) { evidence.fit = .init(rSquared: 1 - number(), worst: number(), points: 12) }
        if chance(2) { evidence.quantiles = quantiles() }
        if chance(2) { evidence.spread = number() }
        evidence.isNoisy = chance(2)
        var value = 0.0
        for _ in 0..<stream.below(5) {
            value = max(value + number(), value.nextUp)
            evidence.histogram.append(.init(value, stream.next()))
        }
        return evidence
    }

    private mutating func quantiles() -> [Distribution.QuantilePoint] {
        var value = number()
        let inner = 0.1 + 0.8 * stream.unit()
        return [0, inner, 1].map { probability in
            value += number()
            return .init(probability, value)
        }
    }

    /// A number above zero: whole, with few digits, or with all that fit.
    private mutating func number() -> Double {
        switch stream.below(4) {
        case 0: Double(stream.next() >> (20 + stream.below(40)) | 1)
        case 1: Double(stream.below(100_000) + 1) / 1_000
        case 2: stream.unit() + 1e-6
        default: (stream.unit() + 1e-6) * 1e12
        }
    }

    private mutating func text(emptyToo: Bool = false) -> String {
        let texts = [
            "plain words", "with: colon # and sign", "'quotes' \"both\"", " spaces ", "null", "~", "- dash",
            "42",
            "two\nlines\tand tab", "Zürich, 5 µs", "{a: b}", "true", "back\\slash",
        ]
        if emptyToo && chance(4) { return "" }
        return texts[Int(stream.below(UInt64(texts.count)))]
    }

    private mutating func chance(_ of: UInt64) -> Bool { stream.below(of) == 0 }
}
