/// A sandbox unit's place in the run's table: what a sandbox hosts, an application or a function, as the scenario's
/// `SandboxUnit` says.
@frozen
public struct UnitID: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The index.
    public var raw: UInt32
    /// A unit by its index.
    @inlinable public init(_ raw: UInt32) { self.raw = raw }
    /// The index as `Int`.
    @inlinable public var index: Int { Int(raw) }
    /// By index.
    @inlinable public static func < (a: UnitID, b: UnitID) -> Bool { a.raw < b.raw }
}

/// A node's place in the cluster, group by group in the order of the scenario.
@frozen
public struct NodeID: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The index.
    public var raw: UInt32
    /// A node by its index.
    @inlinable public init(_ raw: UInt32) { self.raw = raw }
    /// The index as `Int`.
    @inlinable public var index: Int { Int(raw) }
    /// By index.
    @inlinable public static func < (a: NodeID, b: NodeID) -> Bool { a.raw < b.raw }
}

/// A sandbox's place in the run's table. Places are used again once a sandbox is gone.
@frozen
public struct SandboxID: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The index.
    public var raw: UInt32
    /// A sandbox by its index.
    @inlinable public init(_ raw: UInt32) { self.raw = raw }
    /// The index as `Int`.
    @inlinable public var index: Int { Int(raw) }
    /// By index.
    @inlinable public static func < (a: SandboxID, b: SandboxID) -> Bool { a.raw < b.raw }
    /// No sandbox.
    @inlinable static var none: SandboxID { SandboxID(.max) }
}

/// An idle state's place in the scenario's list; 0 is always `warm`.
@frozen
public struct IdleStateID: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The index.
    public var raw: UInt8
    /// An idle state by its index.
    @inlinable public init(_ raw: UInt8) { self.raw = raw }
    /// The index as `Int`.
    @inlinable public var index: Int { Int(raw) }
    /// By index.
    @inlinable public static func < (a: IdleStateID, b: IdleStateID) -> Bool { a.raw < b.raw }
    /// Every layer in the node's memory, ready to run.
    @inlinable public static var warm: IdleStateID { IdleStateID(0) }
}
