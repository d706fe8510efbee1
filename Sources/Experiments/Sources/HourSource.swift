import EventKernel
import Workload

/// `workload: {hour: {functions: [{name: Vanilla, execution: 150 ms, memory: 17 MiB}]}}`: an hour of given functions, each
/// called as some function of an Azure-like trace is, as evaluations on a test bed do it.
struct HourSource: WorkloadSource {
    var draw = HourDraw(roles: [], seed: 1)

    static var key: String { "hour" }
    static var blank: HourSource { HourSource() }

    static func kind(_ paths: PathKind) -> Kind<HourSource> {
        let role = Record(
            "a function",
            [
                Field("name", \HourDraw.Role.name, .text, required: true),
                Field("execution", \HourDraw.Role.executionTime, .duration, required: true),
                Field("memory", \HourDraw.Role.memory, .memory, required: true),
            ])
        let blank = HourDraw.Role(name: "", executionTime: .zero, memory: .zero)
        let roles = role.kind.list(blank: blank).limited(to: "1 to 10,000 functions") {
            (1...10_000).contains($0.count)
        }
        let calls = Kind<Double>.number.limited(to: "1 to 1,000,000,000") { $0 >= 1 && $0 <= 1e9 }
        return Record(
            "hour",
            [
                Field("functions", \HourSource.draw.roles, roles, required: true),
                Field("calls-at-least", \HourSource.draw.leastCalls, calls),
                Field("calls-at-most", \HourSource.draw.mostCalls, calls),
                Field("total-calls", \HourSource.draw.totalCalls, calls.optional(blank: 1)),
                Field("rate-factor", \HourSource.draw.rateFactor, .whole(1...12)),
                Field("least-variation", \HourSource.draw.leastVariation, .number),
                Field("group", \HourSource.draw.group, .whole(1...100_000)),
                Field("applications", \HourSource.draw.applications, .whole(1...1_000_000)),
                Field("seed", \HourSource.draw.seed, .seed),
            ]
        ).kind
    }

    var seed: UInt64? {
        get { draw.seed }
        set { draw.seed = newValue ?? draw.seed }
    }

    func load(strict: Bool) throws -> Workload { try draw.workload() }
}

extension HourDraw {
    /// The range of calls by its ends; an end that passes the other takes it along.
    fileprivate var leastCalls: Double {
        get { callsPerFunction.lowerBound }
        set { callsPerFunction = newValue...max(newValue, callsPerFunction.upperBound) }
    }

    fileprivate var mostCalls: Double {
        get { callsPerFunction.upperBound }
        set { callsPerFunction = min(newValue, callsPerFunction.lowerBound)...newValue }
    }

    /// Calls that come together; with 1 they stay counts by minute.
    fileprivate var group: Int {
        get { if case .groups(let size) = arrangement { size } else { 1 } }
        set { arrangement = newValue == 1 ? .minutes : .groups(of: newValue) }
    }
}
