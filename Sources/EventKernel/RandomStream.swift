/// Scrambles a 64-bit word so that every input bit reaches every output bit (the finaliser of SplitMix64:
/// Steele, Lea, Flood, OOPSLA'14).
@inlinable @inline(__always)
public func mix64(_ word: UInt64) -> UInt64 {
    var z = word
    z = (z ^ (z &>> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z &>> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z &>> 31)
}

/// A named source of randomness, derived from (seed, purpose, entity).
///
/// It is *counter based*: the word at a position is a pure function of the stream's key and the position, so
/// what belongs to an invocation does not depend on what was drawn before it, and two policies see the same
/// workload. Used sequentially (`next`), it is a SplitMix64 generator.
@frozen
public struct RandomStream: Sendable, BitwiseCopyable, RandomNumberGenerator {
    @usableFromInline var key: UInt64
    @usableFromInline var position: UInt64

    /// The stream of `purpose` for one `entity` (a function, a node …) in the run of `seed`.
    @inlinable
    public init(seed: UInt64, purpose: RandomPurpose, entity: UInt64 = 0) {
        let a = mix64(seed &+ 0x9E37_79B9_7F4A_7C15)
        let b = mix64(a ^ (UInt64(purpose.rawValue) &* 0xD1B5_4A32_D192_ED03))
        key = mix64(b ^ (entity &* 0x8CB9_2BA7_2F3D_8DD7 &+ 0x2545_F491_4F6C_DD1D))
        position = 0
    }

    /// The 64 random bits at `position`, whatever was drawn before.
    @inlinable @inline(__always)
    public func word(at position: UInt64) -> UInt64 {
        mix64(key &+ (position &+ 1) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// The next 64 random bits in sequence.
    @inlinable @inline(__always)
    public mutating func next() -> UInt64 {
        let word = word(at: position)
        position &+= 1
        return word
    }

    /// A number in [0, 1) with 53 random bits.
    @inlinable @inline(__always)
    public mutating func unit() -> Double { RandomStream.unit(next()) }

    /// A whole number in 0 ..< bound, without bias above 2^-64 · bound (Lemire 2019).
    @inlinable @inline(__always)
    public mutating func below(_ bound: UInt64) -> UInt64 {
        next().multipliedFullWidth(by: bound).high
    }

    /// Maps 64 random bits to [0, 1) with 53 bits.
    @inlinable @inline(__always)
    public static func unit(_ word: UInt64) -> Double {
        Double(Int64(bitPattern: word &>> 11)) * 0x1p-53
    }
}

/// What a random stream is for. Each purpose draws from streams of its own, so adding one shifts no other.
public enum RandomPurpose: UInt32, Sendable {
    /// Which function an arrival of a synthetic stream calls, and when.
    case arrivals = 1
    /// Where in its minute a call falls.
    case minutePosition = 2
    /// How long an invocation executes.
    case executionTime = 3
    /// How long the stages of a start take.
    case startStages = 4
    /// Choices of a placement policy.
    case placement = 5
    /// Which idle sandbox a random reuse order takes.
    case reuse = 6
    /// Drawing a synthetic workload's applications, functions and counts.
    case generator = 7
    /// Choosing a sample of a trace.
    case sampling = 8
    /// Memory of a synthetic function.
    case memory = 9
    /// Which points of its space a sweep tries.
    case sweep = 10
    /// What is in the pages of a unit's sandboxes, and whose tenant an application is.
    case content = 11
    /// For tests.
    case test = 100
}
