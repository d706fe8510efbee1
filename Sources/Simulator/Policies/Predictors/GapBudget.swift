import EventKernel
import Files
import Workload

/// Which of many gaps to pay for when each has a cost and all are worth the same: the cheapest, as far as the
/// budget goes. Of equal costs the lower unit goes first, then the earlier gap.
///
/// Kept as the dearest gap that is paid for, so that one comparison decides. Costs are byte nanoseconds.
struct GapBudget {
    /// Byte seconds from which on a budget has no end.
    static let unlimited = 1e28

    private struct Gap: Comparable {
        var cost: UInt128
        var unit: UInt32
        var place: Int

        static func < (a: Gap, b: Gap) -> Bool { (a.cost, a.unit, a.place) < (b.cost, b.unit, b.place) }
    }

    private let dearest: Gap?

    /// Pays for everything.
    init() { dearest = Gap(cost: .max, unit: .max, place: .max) }

    /// Pays for the cheapest gaps whose costs add up to at most `byteSeconds`.
    ///
    /// Costs are first summed in buckets within 1 % of each other; only the bucket in which the budget ends
    /// is sorted.
    /// - Parameter forEachGap: calls its argument with (cost, unit, place) for every gap; it is called twice,
    ///   and must give the same gaps.
    init(byteSeconds: Double, forEachGap: ((UInt128, Int, Int) -> Void) -> Void) {
        if byteSeconds >= GapBudget.unlimited {
            self = GapBudget()
            return
        }
        // Split, because a product with 1e9 would round.
        let whole = byteSeconds.rounded(.down)
        let budget = UInt128(whole) * 1_000_000_000 + UInt128((byteSeconds - whole) * 1e9)
        var sums = ContiguousArray<UInt128>(repeating: 0, count: 128 * GapBudget.buckets)
        forEachGap { cost, _, _ in
            // What is beyond 128 bits is beyond any budget.
            let (sum, overflow) = sums[GapBudget.bucket(of: cost)].addingReportingOverflow(cost)
            sums[GapBudget.bucket(of: cost)] = overflow ? .max : sum
        }
        var left = budget
        var last = 0
        while last < sums.count, sums[last] <= left {
            left -= sums[last]
            last += 1
        }
        if last == sums.count {
            self = GapBudget()
            return
        }
        var contested: [Gap] = []
        var below: Gap?
        forEachGap { cost, unit, place in
            let gap = Gap(cost: cost, unit: UInt32(unit), place: place)
            let bucket = GapBudget.bucket(of: cost)
            if bucket == last { contested.append(gap) }
            if bucket < last, below.map({ $0 < gap }) ?? true { below = gap }
        }
        contested.sort()
        for gap in contested {
            if gap.cost > left { break }
            left -= gap.cost
            below = gap
        }
        self = GapBudget(dearest: below)
    }

    private init(dearest: Gap?) { self.dearest = dearest }

    /// Whether the gap of this cost, before the call at `place` of `unit`, is paid for. What costs nothing
    /// always is.
    @inline(__always)
    func covers(_ cost: UInt128, unit: Int, place: Int) -> Bool {
        guard cost > 0, let dearest else { return cost == 0 }
        return Gap(cost: cost, unit: UInt32(truncatingIfNeeded: unit), place: place) <= dearest
    }

    private static let buckets = 128

    /// Buckets by the number of bits and the next seven bits: rising with the cost.
    private static func bucket(of cost: UInt128) -> Int {
        if cost < 128 { return Int(cost) }
        let bits = 127 - cost.leadingZeroBitCount
        return (bits - 6) * buckets + Int(truncatingIfNeeded: cost >> (bits - 7)) & (buckets - 1)
    }
}

extension PolicyParameter {
    /// The budget of the clairvoyant bounds.
    static let gapBudget = PolicyParameter(
        "budget",
        "memory-time for idle sandboxes, the whole run; 1e28 byte seconds or more: as much as it takes",
        standard: .byteSeconds(1e30))
}

extension ParameterValues {
    /// The budget in byte seconds.
    /// - Throws: `InputError` when it is negative or no number.
    func gapBudget(of policy: String) throws -> Double {
        let budget = byteSeconds("budget")
        if budget >= 0 { return budget }
        throw InputError("\(policy): the budget is \(budget)", remedy: "give memory-time, such as 500 GiB s")
    }
}
