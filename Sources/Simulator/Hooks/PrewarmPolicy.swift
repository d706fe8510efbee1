import EventKernel

/// Decides what to load ahead of need.
///
/// A unit has at most one order outstanding: a new one replaces it and an arrival of the unit cancels it. An order is
/// dropped, and counted, when an idle sandbox of the unit is there already or no node has the memory free: loading
/// ahead never evicts.
public protocol PrewarmPolicy: AnyObject {
    /// Asked once for each unit when the run begins.
    func firstOrder(for unit: UnitView) -> PrewarmOrder?
    /// Asked when an execution of `unit` has ended.
    func order(after end: SimTime, for unit: UnitView) -> PrewarmOrder?
}

/// Load a sandbox ahead of need.
public struct PrewarmOrder: Hashable, Sendable {
    /// When to begin loading.
    public var at: SimTime

    /// Load a sandbox of the unit, beginning at this time.
    public init(at time: SimTime) { at = time }
}

extension PrewarmPolicy {
    /// Nothing.
    public func firstOrder(for unit: UnitView) -> PrewarmOrder? { nil }
}
