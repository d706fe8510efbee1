import EventKernel
import Files

/// The "adaptive" baseline of Medes' evaluation as its released code has it: a keep-alive for each of its ten functions
/// from a table of two half hours. It is not the hybrid histogram policy that the paper names.
///
/// The code means to change to the second column after half an hour but compares milliseconds with 1800, so that it
/// does after 1.8 s.
public final class MedesAdaptive: IdlePolicy {
    /// Which column of the table is used.
    public enum Column: String, Sendable, CaseIterable {
        /// The first until 1.8 s after the beginning, then the second: what the code does.
        case asRun = "as-run"
        /// The first throughout.
        case first
        /// The second throughout.
        case second
    }

    private let column: Column
    private let times: [(first: SimDuration, second: SimDuration)]
    private static let change = SimTime.zero + .milliseconds(1_800)

    /// The table's times for units of these names, and `standard` for others.
    public init(names: [String], column: Column = .asRun, standard: SimDuration = .minutes(10)) {
        self.column = column
        times = names.map { name in
            guard let times = MedesTables.keepAlive(of: name) else { return (standard, standard) }
            return (.seconds(times.first), .seconds(times.second))
        }
    }

    /// Fixed unless it changes on the way.
    public func constantKeepAlive(of unit: UnitView) -> SimDuration? {
        let (first, second) = times[unit.id.index]
        switch column {
        case .asRun: return first == second ? first : nil
        case .first: return first
        case .second: return second
        }
    }

    /// Evicts after the table's time.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        let (first, second) = times[unit.id.index]
        let isFirst = column == .first || (column == .asRun && now <= MedesAdaptive.change)
        return .evict(after: isFirst ? first : second)
    }

    static let entry = PolicyEntry<IdlePolicies>(
        "medes-adaptive", "the adaptive baseline of Medes' evaluation: a table by function name",
        parameters: [
            PolicyParameter(
                "column",
                "which half hour's column of the table; as-run changes after 1.8 s as the code does",
                standard: .text("as-run"), words: Column.allCases.map(\.rawValue)),
            PolicyParameter(
                "default", "keep-alive of functions that the table lacks", standard: .duration(.minutes(10))),
        ]
    ) { values, context in
        guard let column = Column(rawValue: values.text("column")) else {
            throw InputError(
                "medes-adaptive: there is no column '\(values.text("column"))'",
                remedy: "the columns are \(Column.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return IdlePolicies(
            idle: MedesAdaptive(
                names: context.unitNames, column: column, standard: values.duration("default")))
    }
}
