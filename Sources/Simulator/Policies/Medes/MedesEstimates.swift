import EventKernel

/// What Medes estimates of each unit: rates, and how long restores take.
struct MedesEstimates: ~Copyable {
    /// How often units are called.
    var rates: ArrivalRates
    /// Moving averages of restores in seconds; 0 before the first.
    private var restores: Slab<Double>
    private let weight: Double
    private let defaultRestore: Double
    private let start: MedesAverageStart

    /// Nothing seen yet.
    init(units: Int, settings: MedesSettings) {
        rates = ArrivalRates(units: units, windows: settings.windows, width: settings.window)
        restores = Slab(repeating: 0, count: units)
        weight = settings.weight
        defaultRestore = settings.defaultRestore.seconds
        start = settings.averageStart
    }

    /// A start of `unit` from the deduplicated state took this long.
    mutating func add(restore: SimDuration, of unit: Int) {
        let old = restores[unit]
        let isFirst = old == 0 && start == .first
        restores[unit] = isFirst ? restore.seconds : weight * restore.seconds + (1 - weight) * old
    }

    /// How long a restore of `unit` is expected to take, in seconds.
    func restore(_ unit: Int) -> Double { restores[unit] > 1e-7 ? restores[unit] : defaultRestore }
}
