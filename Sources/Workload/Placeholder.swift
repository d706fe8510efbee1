import EventKernel

/// stub
public struct MinuteCounts: Sendable {}
/// stub
public struct EventList: Sendable {}
