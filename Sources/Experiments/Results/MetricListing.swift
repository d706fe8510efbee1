/// The metrics that can be asked for, for people.
public enum MetricListing {
    /// One line a metric: name, which way is better, meaning.
    public static var text: String {
        var table = TextTable([.words("metric"), .words("better"), .words("meaning")], labels: 1)
        for metric in Metric.all { table.add([metric.name, word(metric.direction), metric.meaning]) }
        for metric in DerivedMetric.all {
            table.add([metric.name, word(metric.direction), metric.meaning])
        }
        return table.text(width: .max)
    }

    private static func word(_ direction: Metric.Direction) -> String {
        direction == .none ? "" : direction.rawValue
    }
}
