import EventKernel

// Views made by hand, for trying out a policy without an engine.

extension SandboxView {
    /// A warm sandbox that became ready or was last used at `lastUsed`, and is idle since.
    public init(
        _ id: SandboxID = SandboxID(0), of unit: UnitView, createdAt: SimTime, lastUsed: SimTime,
        uses: UInt32,
        node: NodeID = NodeID(0), mark: UInt64 = 0, serial: UInt64 = 0
    ) {
        self.init(
            id: id, unit: unit.id, node: node, state: .warm, createdAt: createdAt, since: lastUsed,
            lastUsed: lastUsed,
            uses: uses, memory: unit.memory, hasImage: false, mark: mark, serial: serial)
    }
}

extension UnitView {
    /// A unit that has no sandbox and has not been called.
    public init(
        _ id: UnitID = UnitID(0), memory: Bytes, coldStart: SimDuration = .zero,
        warmStart: SimDuration = .zero
    ) {
        self.init(
            id: id, memory: memory, coldStart: coldStart, warmStart: warmStart, sandboxes: 0, idle: 0,
            usesSinceResident: 0, lastEnd: nil)
    }
}
