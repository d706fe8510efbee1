/// How long something is waited for.
public struct Patience: Sendable, ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
    /// Seconds, at most.
    public var seconds: Double
    /// Whether nobody waits any more: the user wants to stop.
    public var isStopped: @Sendable () -> Bool

    /// So many seconds, or until the user wants to stop.
    public init(_ seconds: Double, isStopped: @escaping @Sendable () -> Bool = { false }) {
        self.seconds = seconds
        self.isStopped = isStopped
    }

    /// So many seconds.
    public init(floatLiteral seconds: Double) { self.init(seconds) }
    /// So many seconds.
    public init(integerLiteral seconds: Int) { self.init(Double(seconds)) }
}
