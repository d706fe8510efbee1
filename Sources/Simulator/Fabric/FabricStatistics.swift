/// What the network did and holds. Nothing of it changes what happens.
struct FabricStatistics: Hashable {
    /// Pages that were asked for: read, given up or still under way.
    var pagesAsked: UInt64 = 0
    /// Pages read, those of the reader's own node among them. Of reads that were ended early, the whole pages that had
    /// come until then.
    var pagesRead: UInt64 = 0
    /// Pages read whose base page was on the reader's own node.
    var pagesReadOnOwnNode: UInt64 = 0
    /// Pages that had not come when their read was ended early.
    var pagesGivenUp: UInt64 = 0
    /// Connections set up one by one: all but those that a mesh begins with.
    var connectionsSetUp: UInt64 = 0
    /// Connections closed to make room for others.
    var connectionsClosed: UInt64 = 0
    /// Connections that a failure of a node ended.
    var connectionsLost: UInt64 = 0
    /// Connections set up at an adapter that was at its cap, with every connection in use: counted at each end.
    var setUpsBeyondCap: UInt64 = 0
    /// Changes of the other end of a shared connection.
    var switches: UInt64 = 0
    /// Connections that exist, each counted once; shared ones as many as the adapters have.
    var connections: UInt64 = 0
    /// The most that ever existed at once.
    var connectionsPeak: UInt64 = 0
    /// The most that one adapter ever had.
    var adapterPeak: Int = 0
    /// Memory that connections take at all adapters together, in bytes.
    var memory: UInt64 = 0
    /// The most that they ever took.
    var memoryPeak: UInt64 = 0
}
