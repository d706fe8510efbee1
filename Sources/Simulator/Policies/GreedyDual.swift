import EventKernel
import Files

/// Greedy-dual-size-frequency keep-alive (FaasCache, ASPLOS'21, section 4.1): evicts the idle sandbox with the lowest
/// clock + frequency * cost / size, of equals the one built first.
///
/// - Frequency counts the uses of all sandboxes of the unit, those that are gone among them, since it last had none.
/// - Cost is the mean cold start less the mean warm one, in seconds; size is the sandbox's memory in MiB.
/// - A sandbox carries the clock of the beginning of its last use. The clock is the highest priority of any victim so far,
///   so what is not used ages.
///
/// The paper's clock and frequencies are those of one server: `scope` node. By default they are those of the cluster.
///
/// The authors' simulator (`LambdaScheduler.py`, policy GD) departs from the paper, and from this, in more: all containers
/// of a function take on the priority of the one that was used last, its clock included; the frequency is that of the
/// containers that are still there; a miss without room evicts until a whole container's size is freed, however much was
/// free before; the clock is the priority of the last victim even when that is lower; and a hit takes the first idle
/// container of its heap.
public final class GreedyDual: Reclaimer {
    /// Whose clocks and frequencies.
    public let scope: ReclaimScope
    /// One for each node up to the last that had an eviction; with the scope of the cluster the first is everyone's.
    private var clocks: [Double] = []

    /// Clocks at zero.
    public init(scope: ReclaimScope = .cluster) { self.scope = scope }

    private func place(of node: NodeID) -> Int { scope == .node ? node.index : 0 }

    private func clock(at place: Int) -> Double { place < clocks.count ? clocks[place] : 0 }

    /// The clock.
    public func mark(on node: NodeID) -> UInt64 { clock(at: place(of: node)).bitPattern }

    /// Clock at last use + frequency * cost / size.
    public func priority(of sandbox: SandboxView, unit: UnitView) -> ReclaimPriority {
        let cost = max(unit.coldStart.seconds - unit.warmStart.seconds, 0)
        let worth = Double(unit.usesSinceResident) * cost / max(sandbox.memory.mebibytes, 1e-6)
        return ReclaimPriority(Double(bitPattern: sandbox.mark) + worth)
    }

    /// Sets the clock to the victim's priority, unless it is beyond.
    public func evicted(_ sandbox: SandboxView, priority: ReclaimPriority) {
        let place = place(of: sandbox.node)
        if place >= clocks.count {
            clocks.append(contentsOf: repeatElement(0, count: place + 1 - clocks.count))
        }
        clocks[place] = max(clocks[place], priority.value)
    }

    static let entry = PolicyEntry<(any Reclaimer)?>(
        "greedy-dual", "evicts the lowest clock + frequency x cost / size (FaasCache, ASPLOS'21)",
        parameters: [
            PolicyParameter(
                "scope", "whose clock and frequencies count: one of the cluster, or of each node (the paper)",
                standard: .text(ReclaimScope.cluster.rawValue), words: ReclaimScope.allCases.map(\.rawValue))
        ]
    ) { values, _ in
        guard let scope = ReclaimScope(rawValue: values.text("scope")) else {
            throw InputError(
                "greedy-dual: there is no scope '\(values.text("scope"))'",
                remedy: "the scopes are \(ReclaimScope.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return GreedyDual(scope: scope)
    }
}
