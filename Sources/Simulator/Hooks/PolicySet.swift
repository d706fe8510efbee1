/// The policies of one run: one object for each hook.
public struct PolicySet {
    /// Which node a new sandbox goes to.
    public var placement: any PlacementPolicy
    /// What becomes of idle sandboxes.
    public var idle: any IdlePolicy
    /// What is loaded ahead of need; nil for nothing.
    public var prewarm: (any PrewarmPolicy)?
    /// What goes when memory is short; nil: nothing does, requests wait.
    public var reclaimer: (any Reclaimer)?

    /// The policies of one run.
    public init(
        placement: any PlacementPolicy, idle: any IdlePolicy, prewarm: (any PrewarmPolicy)? = nil,
        reclaimer: (any Reclaimer)? = nil
    ) {
        self.placement = placement
        self.idle = idle
        self.prewarm = prewarm
        self.reclaimer = reclaimer
    }
}
