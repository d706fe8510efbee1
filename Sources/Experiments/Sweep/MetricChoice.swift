import Files
import Workload

/// A metric that an experiment's comparisons show.
public struct MetricChoice: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// By how much it may get worse before the regression check fails, as written: `1 %` or `0.002`; nil for
    /// the standard tolerance.
    public var tolerance: String?
}

extension Kind where Value == [MetricChoice] {
    /// Names in a list, or names with `{tolerance: 1 %}`.
    static var metrics: Kind {
        let expected = "a list of metrics, or metrics with {tolerance: 1 %}"
        let settings = Record(
            "a metric",
            [Field("tolerance", \MetricChoice.tolerance, Kind<String>.text.optional(blank: ""))])
        return Kind(expected) { node, base, faults in
            func choice(_ name: String, _ origin: ConfigNode.Origin) -> MetricChoice? {
                let names = MetricSelection.possibleNames
                if names.contains(name) { return MetricChoice(name: name) }
                faults.add(
                    origin, "there is no metric '\(name.prefix(60))'",
                    remedy: Suggestion.remedy(for: name, among: names))
                return nil
            }
            switch node.content {
            case .list(let values):
                return values.compactMap { value in
                    guard let name = value.scalar else {
                        faults.expected("a metric", value)
                        return nil
                    }
                    return choice(name, value.origin)
                }
            case .mapping(let entries):
                return entries.compactMap { entry in
                    guard let blank = choice(entry.key, entry.origin) else { return nil }
                    return entry.value.content == .null
                        ? blank : settings.read(entry.value, over: blank, faults)
                }
            default:
                faults.expected(expected, node)
                return base
            }
        } write: { _ in
            ConfigNode(.null)
        }
    }
}
