import Restore

/// The median over rounds of one way to start a function, and of its stages.
struct StartSummary {
    /// The function, and the way.
    let function: FunctionFigures
    let way: StartWay
    private let rounds: [StartTimes]

    /// nil when the function was not started so.
    init?(_ function: FunctionFigures, _ way: StartWay) {
        guard let rounds = function.starts[way], !rounds.isEmpty else { return nil }
        self.function = function
        self.way = way
        self.rounds = rounds
    }

    /// How many rounds there were.
    var count: Int { rounds.count }

    /// A stage in nanoseconds: median, least, most; nil when no round had it.
    func stage(_ stage: StartStage) -> Spread? {
        Spread(rounds.compactMap { $0.stages[stage].map { Double($0) } })
    }

    /// Some stages together in nanoseconds.
    func sum(of stages: [StartStage]) -> Spread? {
        Spread(rounds.map { round in Double(stages.reduce(0) { $0 + (round.stages[$1] ?? 0) }) })
    }

    /// The whole, without and with the request.
    var ready: Spread { Spread(rounds.map { Double($0.ready) }) ?? Spread(0) }
    var total: Spread { Spread(rounds.map { Double($0.total) }) ?? Spread(0) }

    /// Pages that came when they were touched, at the median.
    var demanded: Int? { Spread(rounds.compactMap { $0.demanded.map { Double($0) } }).map { Int($0.median) } }
}

/// Several values of one thing.
struct Spread {
    let median, least, most: Double

    /// nil of nothing.
    init?(_ values: [Double]) {
        guard let least = values.min(), let most = values.max() else { return nil }
        (self.median, self.least, self.most) = (Median.of(values), least, most)
    }

    init(_ value: Double) { (median, least, most) = (value, value, value) }

    /// How far they lie apart, as a share of the median.
    var share: Double { median > 0 ? (most - least) / median : 0 }
}
