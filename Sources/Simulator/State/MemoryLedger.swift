import EventKernel

/// Where memory is: the kinds that a node's sandboxes can hold.
public enum MemoryTier: UInt8, Sendable, CaseIterable {
    /// The node's own DRAM. The tiers of pooled and remote memory join it with the residencies that use them.
    case local
}

/// The one place that changes a node's memory: how much is held, where, and what for.
///
/// It balances at all times: the purposes of a node's account add up to what is used, which never exceeds its
/// capacity, and the totals are the sums of the accounts. Amounts never go negative: the arithmetic traps.
struct MemoryLedger: ~Copyable {
    /// One node's account in one tier: 64 bytes, a cache line.
    struct Account: BitwiseCopyable {
        var used: UInt64 = 0
        var byPurpose: InlineArray<7, UInt64> = InlineArray(repeating: 0)
    }

    private(set) var accounts: Slab<Account>
    private(set) var capacities: Slab<UInt64>
    /// How much a node may hold for one more sandbox to be built on it.
    private(set) var limits: Slab<UInt64>
    private(set) var totals: InlineArray<7, AmountOverTime>
    private(set) var total = PeakedAmount()
    /// What is left below the limit, by node.
    private(set) var free: MaxTree
    /// What the controller holds as metadata; it has as much as it needs.
    private(set) var controllerMetadata = PeakedAmount()
    /// Nodes that are away have nothing free.
    private(set) var isClosed: Slab<Bool>

    /// A ledger for these nodes (each a group of one), all empty.
    init(_ nodes: [NodeGroup]) {
        let counts = nodes.map(\.memory.count)
        let limitCounts = nodes.map { ($0.limit ?? $0.memory).count }
        accounts = Slab(repeating: Account(), count: counts.count)
        self.capacities = Slab(counts)
        self.limits = Slab(limitCounts)
        free = MaxTree(limitCounts)
        totals = InlineArray(repeating: AmountOverTime())
        isClosed = Slab(repeating: false, count: counts.count)
    }

    /// A node goes away: it must hold nothing.
    mutating func close(_ node: Int) {
        precondition(accounts[node].used == 0, "a node that holds memory cannot go away")
        isClosed[node] = true
        free.set(node, to: 0)
    }

    /// A node is back.
    mutating func open(_ node: Int) {
        isClosed[node] = false
        free.set(node, to: limits[node])
    }

    /// The controller takes `bytes` for its registry.
    mutating func takeAtController(_ bytes: UInt64, at now: UInt64) {
        controllerMetadata.add(bytes, at: now)
        totals[Int(MemoryPurpose.metadata.rawValue)].add(bytes, at: now)
        total.add(bytes, at: now)
    }

    /// The controller gives `bytes` back.
    mutating func releaseAtController(_ bytes: UInt64, at now: UInt64) {
        controllerMetadata.subtract(bytes, at: now)
        totals[Int(MemoryPurpose.metadata.rawValue)].subtract(bytes, at: now)
        total.subtract(bytes, at: now)
    }

    /// Takes `bytes` of a node's free memory.
    mutating func take(_ bytes: UInt64, of node: Int, for purpose: MemoryPurpose, at now: UInt64) {
        let place = Int(purpose.rawValue)
        accounts[node].used += bytes
        precondition(accounts[node].used <= capacities[node], "a node's memory was given out twice")
        accounts[node].byPurpose[place] += bytes
        totals[place].add(bytes, at: now)
        total.add(bytes, at: now)
        free.set(node, to: belowLimit(node))
    }

    /// Gives `bytes` that were held for `purpose` back.
    mutating func release(_ bytes: UInt64, of node: Int, from purpose: MemoryPurpose, at now: UInt64) {
        let place = Int(purpose.rawValue)
        accounts[node].used -= bytes
        accounts[node].byPurpose[place] -= bytes
        totals[place].subtract(bytes, at: now)
        total.subtract(bytes, at: now)
        free.set(node, to: belowLimit(node))
    }

    /// Holds `bytes` for another purpose from now on.
    /// - Returns: `bytes` times `now`, which whoever accounts for the same change wants too.
    @inline(__always)
    @discardableResult
    mutating func move(
        _ bytes: UInt64, of node: Int, from old: MemoryPurpose, to new: MemoryPurpose, at now: UInt64
    ) -> UInt128 {
        accounts[node].byPurpose[Int(old.rawValue)] -= bytes
        accounts[node].byPurpose[Int(new.rawValue)] += bytes
        let moment = UInt128(bytes.multipliedFullWidth(by: now))
        totals[Int(old.rawValue)].subtract(bytes, moment: moment)
        totals[Int(new.rawValue)].add(bytes, moment: moment)
        return moment
    }

    /// Brings a node's account near.
    @inline(__always)
    func prefetch(_ node: Int) { accounts.prefetch(node) }

    /// Memory in which one more sandbox may be built: what is left below the node's limit.
    @inline(__always)
    func free(of node: Int) -> UInt64 { free[node] }

    /// Memory nobody holds, beyond the limit too: for what is there already and needs more.
    func spare(of node: Int) -> UInt64 { isClosed[node] ? 0 : capacities[node] - accounts[node].used }

    /// What is left below the limit of a node that is not away.
    @inline(__always)
    private func belowLimit(_ node: Int) -> UInt64 {
        let used = accounts[node].used
        return limits[node] > used ? limits[node] - used : 0
    }

    /// Memory held for `purpose`.
    @inline(__always)
    func held(of node: Int, for purpose: MemoryPurpose) -> UInt64 {
        accounts[node].byPurpose[Int(purpose.rawValue)]
    }

    /// Forgets what was measured so far; what is held stays.
    mutating func restartMeasurement(at now: UInt64) {
        total.restart(at: now)
        controllerMetadata.restart(at: now)
        for place in 0..<7 { totals[place].restart(at: now) }
    }
}

extension UInt128 {
    /// The product of a full-width multiplication.
    @inline(__always)
    init(_ product: (high: UInt64, low: UInt64)) {
        self = UInt128(product.high) &<< 64 | UInt128(product.low)
    }
}
