import EventKernel

extension CostModel {
    /// Most threads that a model may name.
    public static let mostThreads = 65_536

    /// The largest number of a model, in the unit of its quantity: 31 years, an exabyte.
    public static let largest = 1e18

    /// Why this cannot be the cost of `primitive`, in words; nil when it can.
    public func fault(for primitive: CostPrimitive) -> String? {
        let facts = primitive.facts
        return misfit(facts) ?? faultOfNumbers ?? faultOfThreads ?? CostModel.fault(of: self, facts.quantity)
    }

    /// Whether this form of model says something about a cost that grows with what `facts` say.
    private func misfit(_ facts: CostPrimitive.Facts) -> String? {
        switch (self, facts.driver) {
        case (.constant, _), (.affine, .bytes), (.perItem, .items), (.curve, .bytes), (.curve, .items): nil
        case (.quantiles, .nothing), (.quantiles, .items):
            facts.quantity == .time ? nil : "only times can be given by quantiles"
        case (.affine, _): "it does not grow with bytes"
        case (.perItem, _): "it does not grow with a number of items"
        case (.curve, _): "it grows with nothing"
        case (.quantiles, .bytes): "it grows with bytes, and quantiles hold for one size"
        }
    }

    private var faultOfNumbers: String? {
        let numbers: [Double] =
            switch self {
            case .constant(let value): [value]
            case .affine(let fixed, let perByte): [fixed, perByte]
            case .perItem(let fixed, let each, _): [fixed, each]
            case .quantiles(let points): points.map(\.value)
            case .curve(let curve): curve.points.flatMap { [$0.amount, $0.value] }
            }
        if numbers.contains(where: { !$0.isFinite }) { return "a number is not finite" }
        if numbers.contains(where: { $0 < 0 }) { return "a number is negative" }
        if numbers.contains(where: { $0 > CostModel.largest }) { return "a number is too large" }
        switch self {
        case .quantiles(let points): return Distribution.quantiles(points).fault
        case .curve(let curve):
            if curve.points.count < 2 { return "a curve needs two points or more" }
            let rises = zip(curve.points, curve.points.dropFirst()).allSatisfy { $0.amount < $1.amount }
            return rises ? nil : "the amounts of a curve must rise"
        default: return nil
        }
    }

    private var faultOfThreads: String? {
        guard case .perItem(_, _, let threads) = self else { return nil }
        return (1...CostModel.mostThreads).contains(threads)
            ? nil : "threads must be 1 to \(CostModel.mostThreads)"
    }

    /// Bandwidths, rates and counts divide or bound something, and a factor of zero would make costs vanish.
    private static func fault(of model: CostModel, _ quantity: CostQuantity) -> String? {
        let smallest: Double
        switch model {
        case .curve(let curve): smallest = curve.points.map(\.value).min() ?? 0
        case .perItem(let fixed, _, _), .affine(let fixed, _): smallest = fixed
        default: smallest = model.value()
        }
        switch quantity {
        case .time, .memory: return nil
        case .bandwidth, .rate, .factor: return smallest > 0 ? nil : "it must be above 0"
        case .count:
            return smallest >= 1 && smallest == smallest.rounded() ? nil : "it must be a whole number from 1"
        }
    }
}
