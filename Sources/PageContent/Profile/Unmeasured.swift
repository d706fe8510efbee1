/// Two functions were never measured together: nobody knows what they share.
public struct Unmeasured: Error, Hashable, Sendable {
    /// The base function's number in its profile.
    public var base: Int

    /// Nobody knows what is shared with function number `base`.
    public init(base: Int) { self.base = base }
}
