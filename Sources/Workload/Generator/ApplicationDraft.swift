import EventKernel

/// An application while it is being drawn.
struct ApplicationDraft {
    /// Number of its functions.
    var functions: Int
    /// Calls of a day, mean over the days drawn, load scale included.
    var dailyCalls: Double = 0
    /// On how many of the drawn days it is called.
    var activeDays = 1
    /// Index into `PublishedTables.combinations`.
    var combination = 0
    /// The IAT CV its days should have.
    var targetCV = 0.0
    /// Whether its calls are exactly periodic.
    var isRegular = false
    /// The triggers of its functions as indices into `PublishedTables.triggers`, timers first.
    var triggers: [UInt8] = []

    /// Calls on a typical day of those on which it is called at all.
    var typicalCalls: Int { Int(dailyCalls) }
}

extension AzureLikeGenerator {
    /// The applications with their numbers of functions.
    func drawApplications() -> [ApplicationDraft] {
        func draw(_ count: Int) -> [Int] {
            var stream = GeneratorStage.size.stream(seed: seed, entity: count)
            return stratified(count: count, &stream).map { Int(PublishedTables.functionsCurve.quantile($0)) }
        }
        switch size {
        case .applications(let count):
            return draw(count).map { ApplicationDraft(functions: $0) }
        case .functions(let wanted):
            // The mean is 3.2 functions; a few more applications are drawn until there are enough.
            var count = max(1, wanted / 3)
            var sizes = draw(count)
            while sizes.reduce(0, +) < wanted {
                count += max(1, (wanted - sizes.reduce(0, +)) / 3)
                sizes = draw(count)
            }
            var drafts: [ApplicationDraft] = []
            var left = wanted
            for functions in sizes where left > 0 {
                drafts.append(ApplicationDraft(functions: min(functions, left)))
                left -= min(functions, left)
            }
            return drafts
        }
    }

    /// Calls per day of each application. Applications with more functions tend to have more calls: in the
    /// trace half of all calls are to applications with more than three functions, which are 18 % of
    /// applications.
    func drawCalls(of applications: inout [ApplicationDraft]) {
        var stream = GeneratorStage.popularity.stream(seed: seed)
        let count = applications.count
        let drawn: [Double]
        switch popularity {
        case .day1:
            let ranked = PublishedTables.firstDayRanked
            drawn = stratified(count: count, &stream).sorted().enumerated().map { index, u in
                let rank = count == ranked.count ? index : Int(u * Double(ranked.count))
                return Double(ranked[rank])
            }
        case .mean14Days:
            // An application is in the trace because it was called at least once in 14 days.
            drawn = stratified(count: count, &stream).sorted().map {
                max(PublishedTables.callsCurve.quantile($0), 1.0 / 14)
            }
        }
        let order = correlatedOrder(
            of: applications.map { Double($0.functions) }, correlation: sizePopularityCorrelation, &stream)
        for (rank, index) in order.enumerated() { applications[index].dailyCalls = drawn[rank] * loadScale }
        if drawnDays > 1 { drawActiveDays(of: &applications) }
    }

    /// Rank correlation between functions and calls of an application, chosen so that half of the calls are
    /// to applications with more than three functions.
    private var sizePopularityCorrelation: Double { 0.3 }

    /// Rarely called applications are called on few days, several times each: with calls spread evenly more
    /// applications would be called each day than are (72 % of those called in 14 days).
    private func drawActiveDays(of applications: inout [ApplicationDraft]) {
        var stream = GeneratorStage.days.stream(seed: seed)
        for index in applications.indices {
            let burst = portableExp(stream.unit() * 3.4)
            let total = (applications[index].dailyCalls * Double(drawnDays)).rounded(.down)
            let days = (total / burst).rounded(.up)
            applications[index].activeDays = Int(min(max(days, 1), Double(drawnDays)))
        }
    }
}

/// The indices of `values` in an order whose ranks have the given rank correlation with the values (a
/// Gaussian copula; equal values in random order).
func correlatedOrder(of values: [Double], correlation: Double, _ stream: inout RandomStream) -> [Int] {
    let count = values.count
    let ties = (0..<count).map { _ in stream.next() }
    let sorted = (0..<count).sorted { (values[$0], ties[$0], $0) < (values[$1], ties[$1], $1) }
    // Spearman's coefficient of a bivariate normal is 6/pi asin(r/2).
    let r = 2 * sine(correlation * 0.5235987755982988)
    let rest = (1 - r * r).squareRoot()
    var scores = [Double](repeating: 0, count: count)
    for (rank, index) in sorted.enumerated() {
        let own = normalQuantile((Double(rank) + 0.5) / Double(count))
        scores[index] = r * own + rest * standardNormal(&stream)
    }
    return (0..<count).sorted { (scores[$0], $0) < (scores[$1], $1) }
}

/// The sine of an angle up to 0.53, by its series to x^13.
private func sine(_ x: Double) -> Double {
    let square = x * x
    var term = 1.0
    for n in stride(from: 12.0, through: 2.0, by: -2.0) { term = 1 - term * square / (n * (n + 1)) }
    return x * term
}
