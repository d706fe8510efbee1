/// A function's place in its workload's table.
@frozen
public struct FunctionID: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The index.
    public var raw: UInt32
    /// A function by its index.
    @inlinable @inline(__always)
    public init(_ raw: UInt32) { self.raw = raw }
    /// The index as `Int`.
    @inlinable @inline(__always)
    public var index: Int { Int(raw) }
    /// By index.
    @inlinable public static func < (a: FunctionID, b: FunctionID) -> Bool { a.raw < b.raw }
}

/// An application's place in its workload's table.
@frozen
public struct ApplicationID: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The index.
    public var raw: UInt32
    /// An application by its index.
    @inlinable @inline(__always)
    public init(_ raw: UInt32) { self.raw = raw }
    /// The index as `Int`.
    @inlinable @inline(__always)
    public var index: Int { Int(raw) }
    /// By index.
    @inlinable public static func < (a: ApplicationID, b: ApplicationID) -> Bool { a.raw < b.raw }
}
