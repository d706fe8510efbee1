/// What the engine wants to know of an idle state on each step.
struct StateTraits {
    /// Whether a sandbox that was used from it comes back to it.
    let isResumed: Bool
    /// When a request takes a sandbox in it.
    let taken: IdleState.Taken
    /// Whether others are forked from sandboxes in it.
    let forks: Bool
    /// Whether not all of a sandbox is in its place, so that a move into another state begins with the way out.
    let isAway: Bool
    /// Whether the image stays while the sandbox runs and is warm.
    let keepsImage: Bool
    /// When a base sandbox in this state may go; nil when it is not a state of base sandboxes.
    let protection: BaseProtection?
    /// Whether its sandboxes share equal pages.
    let isMerged: Bool
    /// Whether sandboxes put an image away.
    let hasImage: Bool

    init(_ state: IdleState) {
        isResumed = state.isResumed
        taken = state.taken
        forks = state.forks != nil
        isAway = state.placements.contains { $0.localFraction < 1 }
        keepsImage = state.keepsImage
        isMerged = state.image == .merged
        hasImage = state.image != nil && state.image != .merged
        if case .reference(let protection) = state.image {
            self.protection = protection
        } else {
            protection = nil
        }
    }
}

/// What sandboxes held once they were in a state, summed.
struct HeldAfterEntry: BitwiseCopyable {
    var bytes: UInt128 = 0
    var count: UInt64 = 0
}
