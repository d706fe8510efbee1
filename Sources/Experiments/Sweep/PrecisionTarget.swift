import Files
import Statistics
import Workload

/// How exactly a metric is to be known before a sweep ends: `cold_share ±2 %` of the mean, or
/// `cold_share ±0.001`, at 95 % confidence, for every point and policy.
public struct PrecisionTarget: Sendable, Hashable {
    /// The metric.
    public let metric: String
    /// The half-width that its interval may have.
    public let goal: PrecisionGoal
    /// The target as it was written.
    public let text: String

    /// A target that every mean meets; a value to start from.
    static let anything = PrecisionTarget(
        metric: "", goal: PrecisionGoal(width: .absolute(.infinity), level: 0.95), text: "")

    private init(metric: String, goal: PrecisionGoal, text: String) {
        self.metric = metric
        self.goal = goal
        self.text = text
    }

    /// The target that `text` spells; `+-` may stand for `±`.
    /// - Throws: `InputError` when it spells none.
    public init(_ text: String) throws(InputError) {
        let expected = "write METRIC±2% or METRIC±0.001"
        let mark = text.contains("±") ? "±" : "+-"
        guard let range = text.firstRange(of: mark) else {
            throw InputError("'\(text.prefix(100))' says no half-width", remedy: expected)
        }
        let name = String(text[..<range.lowerBound].trimmed)
        var rest = text[range.upperBound...].trimmed
        guard let number = ExactDecimal(prefixOf: &rest), number.double > 0, number.double.isFinite,
            rest.trimmed.isEmpty || rest.trimmed == "%"
        else { throw InputError("'\(text.prefix(100))' has no half-width above 0", remedy: expected) }
        guard MetricSelection.possibleNames.contains(name) else {
            throw InputError(
                "there is no metric '\(name.prefix(60))'",
                remedy: Suggestion.remedy(for: name, among: MetricSelection.possibleNames))
        }
        let isRelative = rest.trimmed == "%"
        // Wider than any mean is known, which would end every sweep at once.
        let most = isRelative ? 100 : MetricUnit(metric: name).largestAmount
        guard number.double <= most else {
            throw InputError(
                "'\(text.prefix(100))' asks for nothing",
                remedy: "write a half-width up to \(isRelative ? "100 %" : "\(most)")")
        }
        let width: PrecisionGoal.Width =
            isRelative ? .relative(number.double / 100) : .absolute(number.double)
        self.init(metric: name, goal: PrecisionGoal(width: width, level: 0.95), text: text)
    }
}

extension Kind where Value == PrecisionTarget {
    /// A metric with the half-width that its interval may have.
    static var precisionTarget: Kind {
        Kind(scalar: "a metric with a half-width, such as cold_share ±2 %") {
            (text) throws(UnitFamily.Fault) in
            do throws(InputError) {
                return try PrecisionTarget(text)
            } catch {
                throw UnitFamily.Fault(problem: error.problem, remedy: error.remedy)
            }
        } write: {
            $0.text
        }
    }
}
