import EventKernel
import Files
import Workload

extension Kind where Value == Distribution {
    /// A law of time spans, in seconds.
    static var timeDistribution: Kind { distribution(of: .time) }
    /// A law of amounts of memory, in bytes.
    static var memoryDistribution: Kind { distribution(of: .memory) }

    /// The law of an amount: the amount itself when it is always the same, or `{lognormal: {mu: 0, sigma:
    /// 1}}`.
    private static func distribution(of family: UnitFamily) -> Kind {
        let expected =
            "\(family.example), or one of {lognormal: ...}, {exponential: ...}, {uniform: ...}, "
            + "{weibull: ...}, {burr: ...}, {quantiles: ...}"
        return Kind(expected) { node, base, faults in
            if node.scalar != nil { return .constant(Kind<Double>.amount(family).read(node, 0, faults)) }
            guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
                faults.expected("a distribution", node, remedy: "write \(expected)")
                return base
            }
            guard let law = Law(rawValue: entry.key) else {
                faults.add(
                    entry.origin, "there is no distribution '\(entry.key.prefix(60))'",
                    remedy: Suggestion.remedy(for: entry.key, among: Law.allCases.map(\.rawValue)))
                return base
            }
            let before = faults.errors.count
            let value = read(law, entry.value, family, faults)
            if faults.errors.count > before { return base }
            if let fault = value.fault {
                faults.add(node, "this distribution is impossible: \(fault)")
                return base
            }
            return value
        } write: {
            node(of: $0, family)
        }
    }

    private enum Law: String, CaseIterable { case lognormal, exponential, uniform, weibull, burr, quantiles }

    private static func read(
        _ law: Law, _ node: ConfigNode, _ family: UnitFamily, _ faults: Faults
    ) -> Distribution {
        let amount = Kind<Double>.amount(family)
        let number = Kind<Double>.number
        func parameters(_ fields: [(String, Kind<Double>)]) -> [Double] {
            let record = Record<[Double]>(
                law.rawValue,
                fields.enumerated().map { index, field in
                    Field(field.0, \[Double][index], field.1, required: true)
                })
            return record.read(node, over: Array(repeating: 0, count: fields.count), faults)
        }
        switch law {
        case .lognormal:
            let values = parameters([("mu", number), ("sigma", number)])
            return .logNormal(mu: values[0], sigma: values[1])
        case .exponential: return .exponential(mean: parameters([("mean", amount)])[0])
        case .uniform:
            let values = parameters([("low", amount), ("high", amount)])
            return .uniform(low: values[0], high: values[1])
        case .weibull:
            let values = parameters([("shape", number), ("scale", amount)])
            return .weibull(shape: values[0], scale: values[1])
        case .burr:
            let values = parameters([("c", number), ("k", number), ("scale", amount)])
            return .burr(c: values[0], k: values[1], scale: values[2])
        case .quantiles:
            guard let entries = node.entries else {
                faults.expected("probabilities with values, such as {0: 0 s, 1: 3 s}", node)
                return .constant(0)
            }
            return .quantiles(
                entries.map { entry in
                    let key = ConfigNode(
                        .scalar(entry.key, quoted: false), origin: entry.origin, path: node.path)
                    return .init(number.read(key, 0, faults), amount.read(entry.value, 0, faults))
                })
        }
    }

    private static func node(of distribution: Distribution, _ family: UnitFamily) -> ConfigNode {
        func amount(_ value: Double) -> ConfigNode { Kind<Double>.amount(family).write(value) }
        func number(_ value: Double) -> ConfigNode { .text("\(value)") }
        func law(_ name: String, _ parameters: [(String, ConfigNode)]) -> ConfigNode {
            .mapping([(name, .mapping(parameters))])
        }
        switch distribution {
        case .constant(let value): return amount(value)
        case .uniform(let low, let high):
            return law("uniform", [("low", amount(low)), ("high", amount(high))])
        case .exponential(let mean): return law("exponential", [("mean", amount(mean))])
        case .logNormal(let mu, let sigma):
            return law("lognormal", [("mu", number(mu)), ("sigma", number(sigma))])
        case .weibull(let shape, let scale):
            return law("weibull", [("shape", number(shape)), ("scale", amount(scale))])
        case .burr(let c, let k, let scale):
            return law("burr", [("c", number(c)), ("k", number(k)), ("scale", amount(scale))])
        case .quantiles(let points):
            return law("quantiles", points.map { ("\($0.probability)", amount($0.value)) })
        }
    }
}
