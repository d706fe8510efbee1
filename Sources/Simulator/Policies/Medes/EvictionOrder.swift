import EventKernel

/// The units by how many warm sandboxes they have for their rate, the highest first and of equals the first, without
/// those that are known to have nothing to evict: a tournament whose keys change only with a unit's counts or rate.
struct EvictionOrder: ~Copyable {
    /// By unit: its ratio, 0 when it is not to be asked.
    private var ratios: MaxTree
    /// By unit: `.max` less the time until which it is not to be asked, 0 when it may be.
    private var rests: MaxTree
    /// Sandboxes by unit and state when it was last looked at.
    private var seen: Slab<UInt32>
    private let units: Int
    private let states: Int
    private let base: Int?
    /// The windows of the rates that the ratios are made with.
    private var windowsEnded: UInt64 = 0

    /// Units without sandboxes. `base` is the state that is never evicted from.
    init(units: Int, states: Int, base: Int?) {
        let none = [UInt64](repeating: 0, count: max(units, 1))
        ratios = MaxTree(none)
        rests = MaxTree(none)
        seen = Slab(repeating: 0, count: units * states)
        self.units = units
        self.states = states
        self.base = base
    }

    /// The unit to ask first; nil when none is to be asked.
    var first: Int? { ratios.maximum == 0 ? nil : ratios.indexOfMaximum }

    /// Takes in how things are at `now`.
    mutating func update(
        _ rates: borrowing ArrivalRates, now: SimTime, in cluster: borrowing some EvictionReading & ~Copyable
    ) {
        while rests.maximum >= .max - now.nanoseconds, rests.maximum > 0 {
            let unit = rests.indexOfMaximum
            rests.set(unit, to: 0)
            rank(unit, rates)
        }
        var place = 0
        while let changed = cluster.firstChange(from: place, since: seen, states: states) {
            let unit = changed / states
            for state in 0..<states {
                seen[unit * states + state] = UInt32(
                    cluster.count(of: UnitID(UInt32(unit)), in: IdleStateID(UInt8(state))))
            }
            rank(unit, rates)
            place = (unit + 1) * states
        }
        if windowsEnded != rates.windowsEnded {
            windowsEnded = rates.windowsEnded
            for unit in 0..<units { rank(unit, rates) }
        }
    }

    /// `unit` has nothing to evict before `time`.
    mutating func rest(_ unit: Int, until time: SimTime) {
        ratios.set(unit, to: 0)
        rests.set(unit, to: max(.max - time.nanoseconds, 1))
    }

    /// Gives `unit` its place, unless it rests.
    private mutating func rank(_ unit: Int, _ rates: borrowing ArrivalRates) {
        if rests[unit] > 0 { return }
        let first = unit * states
        var hasOthers = false
        for state in 0..<states where state != base { hasOthers = hasOthers || seen[first + state] > 0 }
        guard hasOthers else { return ratios.set(unit, to: 0) }
        // Warm sandboxes, running ones and base sandboxes among them, for a call a second.
        let warm = Int(seen[first]) + (base.map { Int(seen[first + $0]) } ?? 0)
        let ratio = warm == 0 ? 0 : Double(warm) / rates.mean(unit)
        // Bits of numbers that are not negative are in their order; 0 means that there is nothing to ask for.
        ratios.set(unit, to: ratio.bitPattern + 1)
    }
}
