/// The base sandboxes that exist, with the number of sandboxes that depend on each: what the registry knows of them.
///
/// It is indexed so that what a sandbox can be patched against is found without a look at all of them: for each unit its
/// base sandboxes, for each profile function the units that have any, by rank; and those of each node.
struct BaseSandboxes {
    /// One base sandbox.
    struct Base: BitwiseCopyable {
        var sandbox: UInt32
        var node: UInt32
        var unit: UInt32
        /// Counts base sandboxes in the order in which they were registered.
        var serial: UInt32
        /// Sandboxes whose patches refer to it.
        var references: UInt32 = 0
    }

    /// Which of several base sandboxes of a unit or function is taken.
    let preference: BasePreference
    private let profileFunction: [Int]
    /// The tenant of each unit; nil when nobody said.
    private let tenants: [Int]?

    /// By sandbox; those that are not base sandboxes have no unit.
    private var bases: [Base] = []
    private var registered: UInt32 = 0
    /// By node, in no order, and where each sandbox stands there.
    private var atNode: [[UInt32]]
    private var placeAtNode: [UInt32] = []
    /// By unit, its base sandboxes.
    private var ofUnit: [RankHeap]
    private var counts: [UInt32]
    private var placeInUnit: [UInt32] = []
    /// By profile function, the units that have base sandboxes, each with the rank of its best.
    private var ofFunction: [RankHeap]
    private var placeInFunction: [UInt32]
    /// The functions with any, in ascending order.
    private var functionsWithBases: [Int] = []
    /// The same by tenant and profile function; each pair that occurs is a group.
    private var ofGroup: [RankHeap]
    private var placeInGroup: [UInt32]
    private let groupOfUnit: [Int]
    /// By tenant, its groups, in ascending order of their functions.
    private let groupsOfTenant: [[(function: Int, group: Int)]]

    /// None yet. `profileFunction` is the number of the profile function that each unit behaves as, `tenants` the tenant
    /// of each; without tenants nothing may be asked about them.
    init(
        profileFunction: [Int], functions: Int, nodes: Int, tenants: [Int]? = nil,
        preference: BasePreference = .localThenFirst
    ) {
        let units = profileFunction.count
        precondition(tenants == nil || tenants?.count == units, "not one tenant a unit")
        self.profileFunction = profileFunction
        self.tenants = tenants
        self.preference = preference
        atNode = Array(repeating: [], count: nodes)
        ofUnit = Array(repeating: RankHeap(), count: units)
        counts = Array(repeating: 0, count: units)
        ofFunction = Array(repeating: RankHeap(), count: functions)
        placeInFunction = Array(repeating: RankHeap.absent, count: units)
        placeInGroup = placeInFunction
        var groupOfUnit: [Int] = []
        var groups: [[(function: Int, group: Int)]] = []
        var count = 0
        for (unit, tenant) in (tenants ?? []).enumerated() {
            while groups.count <= tenant { groups.append([]) }
            let function = profileFunction[unit]
            let place = groups[tenant].firstIndex { $0.function >= function } ?? groups[tenant].count
            if place == groups[tenant].count || groups[tenant][place].function != function {
                groups[tenant].insert((function, count), at: place)
                count += 1
            }
            groupOfUnit.append(groups[tenant][place].group)
        }
        self.groupOfUnit = groupOfUnit
        groupsOfTenant = groups
        ofGroup = Array(repeating: RankHeap(), count: count)
    }

    /// A sandbox becomes a base sandbox.
    mutating func add(sandbox: Int, unit: Int, node: Int) {
        precondition(base(sandbox) == nil, "it is a base sandbox already")
        if bases.count <= sandbox {
            let missing = max(sandbox + 1, bases.count * 2) - bases.count
            let none = Base(sandbox: .max, node: 0, unit: .max, serial: 0)
            bases.append(contentsOf: repeatElement(none, count: missing))
            placeAtNode.append(contentsOf: repeatElement(0, count: missing))
            placeInUnit.append(contentsOf: repeatElement(RankHeap.absent, count: missing))
        }
        bases[sandbox] = Base(
            sandbox: UInt32(sandbox), node: UInt32(node), unit: UInt32(unit), serial: registered)
        registered += 1
        placeAtNode[sandbox] = UInt32(atNode[node].count)
        atNode[node].append(UInt32(sandbox))
        counts[unit] += 1
        rank(sandbox)
    }

    /// A base sandbox is gone; nobody may release a reference to it afterwards.
    mutating func remove(sandbox: Int) {
        guard let base = base(sandbox) else { preconditionFailure("it is not a base sandbox") }
        let node = Int(base.node)
        let place = Int(placeAtNode[sandbox])
        let last = atNode[node].removeLast()
        if last != base.sandbox {
            atNode[node][place] = last
            placeAtNode[Int(last)] = UInt32(place)
        }
        let unit = Int(base.unit)
        counts[unit] -= 1
        bases[sandbox].unit = .max
        ofUnit[unit].remove(base.sandbox, places: &placeInUnit)
        rankUnit(unit)
    }

    /// One more, or one fewer, sandbox depends on `sandbox`.
    mutating func reference(_ sandbox: Int, by change: Int) {
        guard let base = base(sandbox) else { preconditionFailure("it is not a base sandbox") }
        let references = Int(base.references) + change
        precondition(references >= 0, "fewer than no sandbox depends on it")
        bases[sandbox].references = UInt32(references)
        if preference == .mostReferenced { rank(sandbox) }
    }

    /// How many sandboxes depend on `sandbox`; 0 when it is not a base sandbox.
    func references(to sandbox: Int) -> Int { Int(base(sandbox)?.references ?? 0) }

    /// Whether `sandbox` is a base sandbox.
    func isBase(_ sandbox: Int) -> Bool { base(sandbox) != nil }

    /// How many base sandboxes there are of `unit`.
    func count(of unit: Int) -> Int { Int(counts[unit]) }

    /// `sandbox` as a base sandbox; nil when it is none.
    func base(_ sandbox: Int) -> Base? {
        sandbox < bases.count && bases[sandbox].unit != .max ? bases[sandbox] : nil
    }
}

// MARK: - Ranks

extension BaseSandboxes {
    /// The smaller, the better, where the node does not matter.
    private func rank(of base: Base) -> UInt64 {
        switch preference {
        case .localThenFirst: UInt64(base.serial)
        case .mostReferenced: UInt64(.max - base.references) << 32 | UInt64(base.serial)
        }
    }

    private mutating func rank(_ sandbox: Int) {
        let unit = Int(bases[sandbox].unit)
        ofUnit[unit].set(UInt32(sandbox), rank: rank(of: bases[sandbox]), places: &placeInUnit)
        rankUnit(unit)
    }

    private mutating func rankUnit(_ unit: Int) {
        let function = profileFunction[unit]
        let wasEmpty = ofFunction[function].isEmpty
        if let first = ofUnit[unit].first {
            ofFunction[function].set(UInt32(unit), rank: first.rank, places: &placeInFunction)
            if tenants != nil {
                ofGroup[groupOfUnit[unit]].set(UInt32(unit), rank: first.rank, places: &placeInGroup)
            }
        } else {
            ofFunction[function].remove(UInt32(unit), places: &placeInFunction)
            if tenants != nil { ofGroup[groupOfUnit[unit]].remove(UInt32(unit), places: &placeInGroup) }
        }
        if wasEmpty == ofFunction[function].isEmpty { return }
        let place = functionsWithBases.firstIndex { $0 >= function } ?? functionsWithBases.count
        if wasEmpty {
            functionsWithBases.insert(function, at: place)
        } else {
            functionsWithBases.remove(at: place)
        }
    }
}

// MARK: - Questions

/// A base sandbox that a sandbox's patches may refer to.
struct UsableBase: BitwiseCopyable {
    var base: BaseSandboxes.Base
    /// The profile function whose pages it stands for.
    var function: Int
    /// Whether it is of the sandbox's own unit.
    var isOwn: Bool
    /// Whether it is on the sandbox's node.
    var isLocal: Bool
    /// Where it stands among those found; the smaller, the earlier.
    var order: UInt64 = 0

    /// The score of Medes' released code (`GetBaseContainers` with its default weights).
    var score: Int { 2 * Int(base.references) + (isLocal ? 10 : 0) }

    /// Whether it is taken rather than `other`, which stands for the same pages.
    func isBetter(than other: UsableBase, by preference: BasePreference) -> Bool {
        switch preference {
        case .localThenFirst:
            isLocal != other.isLocal ? isLocal : base.serial < other.base.serial
        case .mostReferenced:
            score != other.score ? score > other.score : base.serial < other.base.serial
        }
    }
}

extension BaseSandboxes {
    /// Writes to `found` what a sandbox of `unit` on `node` can be patched against: the best base sandbox of its own unit,
    /// if there is one, then for each profile function the best of another unit, in ascending order of functions.
    ///
    /// `except`, one of the unit's own, is left out. It takes time by how many functions have base sandboxes and how many
    /// of these are on the node.
    func find(
        for unit: Int, on node: Int, scope: BaseScope, except: UInt32 = .max, into found: inout [UsableBase]
    ) {
        found.removeAll(keepingCapacity: true)
        let own = profileFunction[unit]
        func add(_ sandbox: UInt32, _ function: Int) {
            let base = bases[Int(sandbox)]
            found.append(
                UsableBase(
                    base: base, function: function, isOwn: base.unit == UInt32(unit),
                    isLocal: base.node == UInt32(node)))
        }
        func add(_ heap: RankHeap, _ function: Int) {
            guard let other = heap.first(otherThan: UInt32(unit)) else { return }
            if let best = ofUnit[Int(other.item)].first { add(best.item, function) }
        }
        if let best = ofUnit[unit].first(otherThan: except) { add(best.item, own) }
        switch scope {
        case .unit: break
        case .tenant:
            guard let tenants else { preconditionFailure("nobody said whose tenants the units are") }
            for entry in groupsOfTenant[tenants[unit]] { add(ofGroup[entry.group], entry.function) }
        case .anyone:
            for function in functionsWithBases { add(ofFunction[function], function) }
        }
        if !found.isEmpty { preferLocal(for: unit, on: node, scope: scope, except: except, in: &found) }
    }

    /// Puts base sandboxes of the node in the places of those that they are better than.
    private func preferLocal(
        for unit: Int, on node: Int, scope: BaseScope, except: UInt32, in found: inout [UsableBase]
    ) {
        for sandbox in atNode[node] where sandbox != except {
            let base = bases[Int(sandbox)]
            let isOwn = base.unit == UInt32(unit)
            if !isOwn, scope == .unit { continue }
            if scope == .tenant, let tenants, tenants[Int(base.unit)] != tenants[unit] { continue }
            let local = UsableBase(
                base: base, function: profileFunction[Int(base.unit)], isOwn: isOwn, isLocal: true)
            for place in found.indices
            where found[place].function == local.function && found[place].isOwn == isOwn {
                if local.isBetter(than: found[place], by: preference) { found[place] = local }
            }
        }
    }
}
