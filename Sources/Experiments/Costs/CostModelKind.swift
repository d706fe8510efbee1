import EventKernel
import Files
import HardwareCosts

extension Kind where Value == CostModel {
    /// The model of a primitive's cost: an amount, or `{affine: ...}`, `{per-item: ...}`, `{quantiles: ...}`,
    /// `{curve: ...}`.
    static func costModel(of primitive: CostPrimitive) -> Kind {
        let amount = Kind<Double>.cost(primitive.facts.quantity)
        let forms = Form.allCases.map(\.rawValue)
        let expected = "\(amount.expected), or one of {\(forms.joined(separator: ": ...}, {")): ...}"
        return Kind(expected) { node, base, faults in
            let before = faults.errors.count
            let model = read(primitive, node, amount, expected, faults)
            if faults.errors.count > before { return base }
            if let fault = model.fault(for: primitive) {
                faults.add(
                    node, "this is not a cost of '\(primitive.name)': \(fault)",
                    remedy: "'\(primitive.name)' means: \(primitive.facts.meaning)")
                return base
            }
            return model
        } write: {
            write($0, primitive, amount)
        }
    }

    private enum Form: String, CaseIterable {
        case affine, quantiles, curve
        case perItem = "per-item"
    }

    /// The parameters of a model, whatever its form.
    private struct Parameters {
        var fixed = 0.0
        var slope = 0.0
        var threads = 1
    }

    private static func affine(_ quantity: CostQuantity) -> Record<Parameters> {
        Record(
            "affine",
            [
                Field("fixed", \.fixed, .cost(quantity)),
                Field("rate", \.slope, .cost(perByte: quantity), required: true),
            ])
    }

    private static func perItem(_ quantity: CostQuantity) -> Record<Parameters> {
        Record(
            "per-item",
            [
                Field("fixed", \.fixed, .cost(quantity)),
                Field("each", \.slope, .cost(quantity), required: true),
                Field("threads", \.threads, .whole(1...CostModel.mostThreads)),
            ])
    }

    private static func quantiles(_ amount: Kind<Double>) -> Kind<[Distribution.QuantilePoint]> {
        .points(amount, make: { .init($0, $1) }, split: { ($0.probability, $0.value) })
    }

    private static func curve(_ amount: Kind<Double>) -> Kind<[CostCurve.Point]> {
        .points(amount, make: { .init($0, $1) }, split: { ($0.amount, $0.value) })
    }

    private static func read(
        _ primitive: CostPrimitive, _ node: ConfigNode, _ amount: Kind<Double>, _ expected: String,
        _ faults: Faults
    ) -> CostModel {
        if node.scalar != nil { return .constant(amount.read(node, 0, faults)) }
        guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
            faults.expected("the model of a cost", node, remedy: "write \(expected)")
            return .constant(0)
        }
        guard let form = Form(rawValue: entry.key) else {
            faults.add(
                entry.origin, "there is no model '\(entry.key.prefix(60))'",
                remedy: Suggestion.remedy(for: entry.key, among: Form.allCases.map(\.rawValue)))
            return .constant(0)
        }
        let quantity = primitive.facts.quantity
        switch form {
        case .affine:
            let found = affine(quantity).read(entry.value, over: Parameters(), faults)
            return .affine(fixed: found.fixed, perByte: found.slope)
        case .perItem:
            let found = perItem(quantity).read(entry.value, over: Parameters(), faults)
            return .perItem(fixed: found.fixed, each: found.slope, threads: found.threads)
        case .quantiles: return .quantiles(quantiles(amount).read(entry.value, [], faults))
        case .curve: return .curve(CostCurve(curve(amount).read(entry.value, [], faults)))
        }
    }

    private static func write(
        _ model: CostModel, _ primitive: CostPrimitive, _ amount: Kind<Double>
    ) -> ConfigNode {
        let quantity = primitive.facts.quantity
        func form(_ form: Form, _ node: ConfigNode) -> ConfigNode { .mapping([(form.rawValue, node)]) }
        switch model {
        case .constant(let value): return amount.write(value)
        case .affine(let fixed, let perByte):
            return form(.affine, affine(quantity).write(Parameters(fixed: fixed, slope: perByte)))
        case .perItem(let fixed, let each, let threads):
            let parameters = Parameters(fixed: fixed, slope: each, threads: threads)
            return form(.perItem, perItem(quantity).write(parameters))
        case .quantiles(let points): return form(.quantiles, quantiles(amount).write(points))
        case .curve(let points): return form(.curve, curve(amount).write(points.points))
        }
    }
}
