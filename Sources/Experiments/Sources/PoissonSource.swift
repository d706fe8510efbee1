import EventKernel
import Files
import Simulator
import Workload

/// `workload: {poisson: ...}`: one Poisson stream over functions of Zipf popularity, each an application of
/// its own.
struct PoissonSource: WorkloadSource {
    /// How many functions.
    var functions = 100
    /// Calls a second, all functions together; nil when `calls` says it.
    var rate: Double?
    /// Calls in all, on average; nil when `rate` says it.
    var calls: Double?
    /// The span that they cover.
    var horizon: SimDuration = .hours(1)
    /// Exponent of the popularity; 0 for functions that are alike.
    var zipf = 1.0
    /// Execution times of every function.
    var execution: Distribution = .constant(0.1)
    /// Memory of a sandbox: each function draws once.
    var memory: Distribution = .constant(170 * 1_048_576)
    /// What memory and calls are drawn from.
    var memorySeed: UInt64 = 1

    static var key: String { "poisson" }
    static var blank: PoissonSource { PoissonSource() }

    static func kind(_ paths: PathKind) -> Kind<PoissonSource> {
        let rate = Kind<Double>.rate.limited(to: "above 0, and at most 1e9 /s") { $0 > 0 && $0 <= 1e9 }
        let calls = Kind<Double>.number.limited(to: "1 to 1e12") { $0 >= 1 && $0 <= 1e12 }
        let horizon = Kind<SimDuration>.duration.limited(to: "above 0, and at most 3660 days") {
            $0 > .zero && $0 <= .hours(24 * 3660)
        }
        let record = Record(
            "poisson",
            [
                Field("functions", \PoissonSource.functions, .whole(1...10_000_000)),
                Field("rate", \PoissonSource.rate, rate.optional(blank: 0)),
                Field("calls", \PoissonSource.calls, calls.optional(blank: 0)),
                Field("horizon", \PoissonSource.horizon, horizon),
                Field(
                    "zipf", \PoissonSource.zipf,
                    Kind<Double>.number.limited(to: "0 to 10") { $0 >= 0 && $0 <= 10 }),
                Field("execution", \PoissonSource.execution, .timeDistribution),
                Field("memory", \PoissonSource.memory, .memoryDistribution),
                Field("seed", \PoissonSource.memorySeed, .seed),
            ])
        return Kind("a Poisson stream") { node, base, faults in
            let source = record.read(node, over: base, faults)
            if node.entries != nil && (node["rate"] == nil) == (node["calls"] == nil) {
                faults.add(node, "give either 'rate' or 'calls'", remedy: "for example rate: 10 /s")
            }
            return source
        } write: {
            record.write($0)
        }
    }

    var seed: UInt64? {
        get { memorySeed }
        set { memorySeed = newValue ?? memorySeed }
    }

    /// Calls a second.
    private var perSecond: Double { rate ?? (calls ?? 0) / horizon.seconds }

    /// - Throws: `InputError` for laws whose draws do not fit. It is found here, and not when the file is read, so that
    ///   of a sweep only the points fail that have such laws.
    private func validate() throws(InputError) {
        guard execution.largestDraw <= SimDuration.longest.seconds else {
            throw InputError(
                "workload.poisson.execution can give more than a hundred years",
                remedy: "give a shorter time, or a law whose tail is lighter")
        }
        guard memory.largestDraw >= 1 else {
            throw InputError(
                "workload.poisson.memory gives nothing", remedy: "give an amount such as 170 MiB")
        }
        guard perSecond >= PoissonCalls.leastRate, perSecond <= PoissonCalls.mostRate else {
            throw InputError(
                "workload.poisson.\(rate == nil ? "calls" : "rate") gives \(perSecond) calls a second",
                remedy: "give from one call in ten years (3.2e-9 /s) to 1e9 /s")
        }
    }

    func load(strict: Bool) throws -> Workload {
        try validate()
        try Self.checkMemory(functions: functions)
        let table = QuantileTable(memory)
        var applications: [Application] = []
        var members: [Function] = []
        for index in 0..<functions {
            let word = RandomStream(seed: memorySeed, purpose: .memory, entity: UInt64(index)).word(at: 0)
            let bytes = table.value(word)
            guard bytes < 0x1p50, let whole = UInt64(nearest: bytes) else {
                throw InputError(
                    "workload.poisson.memory gives \(bytes) bytes", remedy: "choose a smaller distribution")
            }
            let amount = Bytes(max(whole, 1))
            applications.append(Application(name: "a\(index)", memory: amount))
            members.append(
                Function(
                    name: "f\(index)", application: ApplicationID(UInt32(index)), memory: amount,
                    executionTime: .shaped(shape: 0, scale: 1)))
        }
        let popularity = PoissonCalls.zipf(count: functions, exponent: zipf)
        return Workload(
            applications: applications, functions: members, shapes: [execution],
            calls: .poisson(PoissonCalls(rate: perSecond, weights: popularity, seed: memorySeed)),
            horizon: horizon,
            provenance: Provenance(title: "Poisson stream over \(functions) functions"))
    }
}
