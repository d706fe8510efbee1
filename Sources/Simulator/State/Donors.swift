/// The idle sandboxes that others of their unit can be forked from, and the forks under way. Empty, and never asked,
/// where no idle state forks.
struct Donors {
    struct Donor: BitwiseCopyable {
        var sandbox: UInt32
        var node: UInt32
    }

    /// Each unit's, in the order in which they became donors.
    private var byUnit: [[Donor]]
    /// Forks under way from each sandbox, by its place; as long as any had one so far.
    private var forks: [UInt32] = []

    /// No donors of so many units; 0 where no idle state forks.
    init(units: Int) { byUnit = Array(repeating: [], count: units) }

    /// Whether there can be any.
    var isNeeded: Bool { !byUnit.isEmpty }

    /// `sandbox` can be forked from now on.
    mutating func add(_ sandbox: Int, unit: Int, node: UInt32) {
        byUnit[unit].append(Donor(sandbox: UInt32(sandbox), node: node))
    }

    /// `sandbox` is not a donor any more.
    mutating func remove(_ sandbox: Int, unit: Int) {
        assert(!isForking(sandbox), "a donor goes while others are forked from it")
        byUnit[unit].removeAll { $0.sandbox == sandbox }
    }

    /// The donor for a sandbox of `unit` on `node`: the first on that node, else the first of all.
    /// - Complexity: O(donors of the unit).
    func donor(of unit: Int, for node: Int) -> Int? {
        let donors = byUnit[unit]
        let nearest = donors.first { $0.node == node } ?? donors.first
        return nearest.map { Int($0.sandbox) }
    }

    /// All donors of `unit`.
    func donors(of unit: Int) -> [Int] { byUnit[unit].map { Int($0.sandbox) } }

    /// A fork of `donor` begins, or ends.
    mutating func changeForks(of donor: Int, by change: Int) {
        if forks.count <= donor {
            forks.append(contentsOf: repeatElement(0, count: max(donor + 1, 2 * forks.count) - forks.count))
        }
        let count = Int(forks[donor]) + change
        precondition(count >= 0, "a fork ends that was not under way")
        forks[donor] = UInt32(count)
    }

    /// Forks under way from `sandbox`.
    func forks(of sandbox: Int) -> Int { sandbox < forks.count ? Int(forks[sandbox]) : 0 }

    /// Whether any are.
    func isForking(_ sandbox: Int) -> Bool { forks(of: sandbox) > 0 }
}
