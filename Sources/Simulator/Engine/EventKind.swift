/// What can happen, in the order in which it happens at one instant.
///
/// The order is part of the model (docs/model.md, "Ties"): what ends frees a sandbox before a call of the same instant
/// looks for one, and a sandbox that has been idle for exactly its keep-alive still serves that call.
enum EventKind: UInt8 {
    /// A sandbox becomes ready that calls may claim: one loaded ahead of need, or with further slots.
    case sandboxReady
    /// An execution ends.
    case executionEnd
    /// The node's cores have finished the execution that was to end next (processor sharing).
    case coresTurn
    /// A start or a move reaches a stage that depends on others, or its end.
    case stageBegin
    /// A start that was not known to the end is over, and its call begins to execute (processor sharing).
    case executionBegin
    /// A slot of the controller is free.
    case slotFree
    /// Reads of base pages end, or share the network in another way from now on.
    case fabricTurn
    /// A node fails, or one that failed is back.
    case nodeTurns
    /// A load ahead of need begins.
    case prewarmLoad
    /// A call arrives. Never queued.
    case arrival
    /// A call has waited for a busy sandbox as long as it may: a cold start is begun for it.
    case busyWaitOver
    /// A call has waited for memory as long as it may.
    case waitOver
    /// The next step of an idle sandbox may be due.
    case idleStep
    /// The warm-up ends: measurement starts anew.
    case measurementBegin
    /// A point of the timeline.
    case sample
    /// The end of the workload: memory is measured up to here.
    case horizon
}
