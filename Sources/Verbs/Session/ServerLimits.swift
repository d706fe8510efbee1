import Machine

/// What a server gives at most to one client, and how long it waits.
public struct ServerLimits: Sendable {
    /// Bytes of all that is taken for a client: the memory that it reads after rounding to pages, queue pairs, receives,
    /// completion queues, buffers.
    public var bytes: Int
    /// Connections.
    public var queuePairs: Int
    /// Seconds that a client has for its first message, and to end each message that it began.
    public var patience: Double
    /// Seconds that a client may be silent between messages. It says now and then that it still measures.
    public var idle: Double
    /// What the machine has left; asked before anything is taken.
    var left: @Sendable () -> MachineShare = { MachineShare.now() }

    /// Limits of a server. `bytes` is half of what the machine has left when nothing is said, and 4 GiB at most.
    public init(bytes: Int? = nil, queuePairs: Int = 8192, patience: Double = 5, idle: Double = 300) {
        self.bytes = bytes ?? MemoryBudget.standard()
        self.queuePairs = queuePairs
        self.patience = patience
        self.idle = idle
    }
}
