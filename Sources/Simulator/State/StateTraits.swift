/// What the engine wants to know of an idle state on each step.
struct StateTraits {
    /// Whether a sandbox that was used from it comes back to it.
    let isResumed: Bool
    /// Whether a request takes it before a warm sandbox.
    let isTakenFirst: Bool
    /// Whether the image stays while the sandbox runs and is warm.
    let keepsImage: Bool
    /// When a base sandbox in this state may go; nil when it is no state of base sandboxes.
    let protection: BaseProtection?
    /// Whether its sandboxes share equal pages.
    let isMerged: Bool
    /// Whether sandboxes put an image away.
    let hasImage: Bool

    init(_ state: IdleState) {
        isResumed = state.isResumed
        isTakenFirst = state.isTakenFirst
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
    var bytes: UInt64 = 0
    var count: UInt64 = 0
}
