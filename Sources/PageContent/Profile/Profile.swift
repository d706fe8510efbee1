/// What the sandboxes of some functions hold and share, taken from snapshots and without any of their content: all that a
/// simulation of thousands of nodes needs of pages.
public struct Profile: Sendable, Hashable {
    /// What was measured under one way of deduplicating.
    public struct Measure: Sendable, Hashable {
        /// The way.
        public var settings: DedupSettings
        /// Over how many pairs of target and base instance.
        public var pairings: Int
        /// By target function and base function; nil where the two were never measured together.
        public var pairs: [[PairStatistics?]]
        /// By target function.
        public var classes: [ClassRows]
        /// By function, the page saving with 1, 2 and 4 base instances of the same function; empty where it was not
        /// measured or there were too few instances.
        public var bases: [[Double]]
    }

    /// Which capture it came from, a random number: profiles of other captures were never measured together with it.
    public var capture: UInt64
    /// What all snapshots agree on: how instances came to be, on what machine.
    public var labels: [ProfileLabel]
    /// The functions, in order of their names.
    public var functions: [FunctionProfile]
    /// One for each way of deduplicating.
    public var measures: [Measure]
    /// Pages with their shared chunks; none, or one for each way of deduplicating that has them.
    public var records: [SharedChunkRecords]

    /// The number of the function called `name`.
    public func function(_ name: String) -> Int? { functions.firstIndex { $0.name == name } }

    /// The measure taken under `settings`.
    public func measure(_ settings: DedupSettings) -> Measure? { measures.first { $0.settings == settings } }
}
