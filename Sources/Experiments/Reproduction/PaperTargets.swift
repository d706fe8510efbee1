/// The targets V6 to V18 of Medes' evaluation (EuroSys'22), each as the quantities that are compared.
///
/// Values are those of the paper's text and figures (digitised from their vector graphics). Where text and figure
/// differ the value is a range. Counts as such depend on a trace that was not published; they are shown and not judged.
package enum PaperTargets {
    /// All quantities, in order of target.
    package static let all: [PaperQuantity] =
        cardinality + starts + coldStarts + keepAlive + keepDedup + catalyzer + chunks + cardinalityUnderLoad
        + latency + memory + density + basePages

    /// The names of the targets, in order.
    package static let names: [String] = {
        var names: [String] = []
        for quantity in all where !names.contains(quantity.target) { names.append(quantity.target) }
        return names
    }()

    /// The variants that `quantities` need in a column, each once, in order.
    static func variants(
        of quantities: [PaperQuantity], in column: ReproductionColumn
    ) -> [ReproductionVariant] {
        var seen: Set<ReproductionVariant> = []
        return quantities.filter { !$0.absentIn.contains(column) }.flatMap(\.needs).filter {
            seen.insert($0).inserted
        }
    }

    // MARK: Making quantities

    typealias Measure = @Sendable (ReproductionObservation) -> Double?

    static let coldStartsOf: Measure = { $0.cold }

    /// By how many per cent a measure of `a` is above that of `b`.
    static func change(
        _ target: String, _ name: String, _ source: String, _ paper: PaperValue, _ kind: PaperQuantity.Kind,
        _ a: ReproductionVariant, against b: ReproductionVariant, of measure: @escaping Measure = coldStartsOf
    ) -> PaperQuantity {
        PaperQuantity(
            target: target, name: name, source: source, unit: .percent, paper: paper, kind: kind, neutral: 0,
            needs: [a, b]
        ) { runs in percentChange(runs(a).flatMap(measure), runs(b).flatMap(measure)) }
    }

    /// A measure of one run as it is.
    static func amount(
        _ target: String, _ name: String, _ source: String, _ unit: PaperQuantity.Unit, _ paper: PaperValue,
        _ kind: PaperQuantity.Kind, _ a: ReproductionVariant, of measure: @escaping Measure = coldStartsOf
    ) -> PaperQuantity {
        PaperQuantity(
            target: target, name: name, source: source, unit: unit, paper: paper, kind: kind, neutral: nil,
            needs: [a]
        ) { runs in runs(a).flatMap(measure) }
    }

    /// By how many per cent `a` is above `b`; nil where one is missing or `b` is 0.
    @Sendable static func percentChange(_ a: Double?, _ b: Double?) -> Double? {
        guard let a, let b, b != 0 else { return nil }
        return (a / b - 1) * 100
    }
}
