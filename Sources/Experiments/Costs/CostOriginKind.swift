import Files
import HardwareCosts

extension Kind where Value == CostOrigin {
    /// Where a cost comes from: `{published: SOURCE}`, `{measured: {...}}` or `{assumed: {...}}`.
    static var costOrigin: Kind {
        let expected = "an origin: {published: SOURCE}, {measured: {...}} or {assumed: {...}}"
        return Kind(expected) { node, base, faults in
            guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
                faults.expected(expected, node)
                return base
            }
            let before = faults.errors.count
            let origin = read(entry, base, faults)
            if faults.errors.count > before { return base }
            if let fault = origin.fault { faults.add(node, "this is not an origin: \(fault)") }
            return origin
        } write: { origin in
            switch origin {
            case .published(let source): .mapping([("published", .text(source))])
            case .measured(let how): .mapping([("measured", measurement.write(how))])
            case .assumed(let reason, let low, let high):
                .mapping([
                    ("assumed", assumption.write(Assumption(reason: reason, low: low, high: high)))
                ])
            }
        }
    }

    private static func read(
        _ entry: ConfigNode.Entry, _ base: CostOrigin, _ faults: Faults
    ) -> CostOrigin {
        switch entry.key {
        case "published": return .published(source: Kind<String>.text.read(entry.value, "", faults))
        case "measured":
            let blank = CostOrigin.Measurement(machine: "", kernel: "", date: "", method: "")
            return .measured(measurement.read(entry.value, over: blank, faults))
        case "assumed":
            let found = assumption.read(entry.value, over: Assumption(), faults)
            return .assumed(reason: found.reason, low: found.low, high: found.high)
        default:
            faults.add(
                entry.origin, "there is no origin '\(entry.key.prefix(60))'",
                remedy: Suggestion.remedy(for: entry.key, among: ["published", "measured", "assumed"]))
            return base
        }
    }

    private struct Assumption {
        var reason = ""
        var low = 1.0
        var high = 1.0
    }

    private static var assumption: Record<Assumption> {
        Record(
            "an assumption",
            [
                Field("reason", \.reason, .text, required: true),
                Field("low", \.low, .number, required: true), Field("high", \.high, .number, required: true),
            ])
    }

    private static var measurement: Record<CostOrigin.Measurement> {
        Record(
            "a measurement",
            [
                Field("machine", \.machine, .text, required: true),
                Field("kernel", \.kernel, .text, required: true),
                Field("date", \.date, .text, required: true),
                Field("method", \.method, .text, required: true),
            ])
    }
}

extension Kind where Value == CostEvidence {
    /// What a calibration knows of a cost of `quantity` beyond its model.
    static func costEvidence(of quantity: CostQuantity) -> Kind {
        let amount = Kind<Double>.cost(quantity)
        let record = Record<CostEvidence>(
            "evidence",
            [
                Field("fit", \.fit, fit.kind.optional(blank: .init(rSquared: nil, worst: 0, points: 1))),
                Field(
                    "quantiles", \.quantiles,
                    Kind<_>.points(amount, make: { .init($0, $1) }, split: { ($0.probability, $0.value) })
                        .absentWhenEmpty),
                Field("histogram", \.histogram, histogram(amount).absentWhenEmpty),
                Field("spread", \.spread, Kind<Double>.number.optional(blank: 0)),
                Field("noisy", \.isNoisy, .flag),
            ])
        return Kind("evidence") { node, base, faults in
            let before = faults.errors.count
            let evidence = record.read(node, over: base, faults)
            if faults.errors.count == before, let fault = evidence.fault {
                faults.add(node, "this evidence is impossible: \(fault)")
            }
            return evidence
        } write: {
            record.write($0)
        }
    }

    private static var fit: Record<CostEvidence.Fit> {
        Record(
            "the fit",
            [
                Field("r-squared", \.rSquared, Kind<Double>.number.optional(blank: 0)),
                Field("worst", \.worst, .number, required: true),
                Field("points", \.points, .whole(1...Int.max), required: true),
            ])
    }

    /// Pairs of a value and how often it was seen: `[[7 us, 120], [8 us, 3]]`.
    private static func histogram(_ amount: Kind<Double>) -> Kind<[CostEvidence.Bucket]> {
        let expected = "a value and how often it was seen, such as [\(amount.expected), 120]"
        return Kind<CostEvidence.Bucket>(expected) { node, base, faults in
            guard case .list(let pair) = node.content, pair.count == 2 else {
                faults.expected(expected, node)
                return base
            }
            return .init(amount.read(pair[0], 0, faults), Kind<UInt64>.seed.read(pair[1], 0, faults))
        } write: {
            .list([amount.write($0.value), .text("\($0.count)")])
        }.list(blank: .init(0, 0))
    }
}

extension Kind where Value: Swift.Collection {
    /// The same kind, of which nothing is written when it is empty.
    var absentWhenEmpty: Kind {
        Kind(expected) {
            read($0, $1, $2)
        } write: {
            $0.isEmpty ? ConfigNode(.null) : write($0)
        }
    }
}
