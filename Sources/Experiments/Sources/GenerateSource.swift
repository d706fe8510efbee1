import Workload

/// `workload: {generate: {functions: 2000}}`: a workload drawn like that of Azure Functions in July 2019.
struct GenerateSource: WorkloadSource {
    var applications: Int?
    var functions: Int?
    /// Everything but the size.
    var generator = AzureLikeGenerator(size: .functions(1), seed: 1)

    static var key: String { "generate" }
    static var blank: GenerateSource { GenerateSource() }

    static func kind(_ paths: PathKind) -> Kind<GenerateSource> {
        let number = Kind<Double>.number
        let record = Record(
            "generate",
            [
                Field(
                    "applications", \GenerateSource.applications,
                    Kind<Int>.whole(1...5_000_000).optional(blank: 1)),
                Field(
                    "functions", \GenerateSource.functions, Kind<Int>.whole(1...10_000_000).optional(blank: 1)
                ),
                Field(
                    "popularity", \GenerateSource.generator.popularity,
                    .word([("mean-14-days", .mean14Days), ("day-1", .day1)])),
                Field(
                    "days", \GenerateSource.generator.days,
                    number.limited(to: "above 0, and at most 366") {
                        $0 > 0 && $0 <= 366
                    }),
                Field("start-weekday", \GenerateSource.generator.startWeekday, .whole(0...6)),
                Field("start-hour", \GenerateSource.generator.startHour, .whole(0...23)),
                Field("load-scale", \GenerateSource.generator.loadScale, .positive),
                Field(
                    "duration-popularity-correlation",
                    \GenerateSource.generator.durationPopularityCorrelation,
                    number.limited(to: "-0.99 to 0.99") { $0.magnitude <= 0.99 }),
                Field(
                    "execution-time-sigma", \GenerateSource.generator.executionTimeSigma,
                    number.limited(to: "0 to 3") { $0 >= 0 && $0 <= 3 }),
                Field("maximum-function-load", \GenerateSource.generator.maximumFunctionLoad, .positive),
                Field("seed", \GenerateSource.generator.seed, .seed),
            ])
        return Kind("a generated workload") { node, base, faults in
            let source = record.read(node, over: base, faults)
            if node.entries != nil && (node["applications"] == nil) == (node["functions"] == nil) {
                faults.add(
                    node, "give either 'applications' or 'functions'", remedy: "for example functions: 2000")
            }
            return source
        } write: {
            record.write($0)
        }
    }

    var seed: UInt64? {
        get { generator.seed }
        set { generator.seed = newValue ?? generator.seed }
    }

    func load(strict: Bool) throws -> Workload {
        var generator = generator
        if let applications { generator.size = .applications(applications) }
        if let functions { generator.size = .functions(functions) }
        // An application has at least one.
        try Self.checkMemory(functions: functions ?? applications ?? 0)
        return try generator.generate()
    }
}
