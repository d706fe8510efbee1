/// How thoroughly is measured.
public struct TimingSettings: Sendable, Hashable {
    /// How often everything is repeated; the order of what is measured turns round from one to the next.
    public var rounds: Int
    /// How long batches of one thing are timed in a round, in nanoseconds.
    public var roundTime: Double
    /// How long single operations of one thing are timed in a round, in nanoseconds.
    public var singleTime: Double
    /// Whether the user asked for a quick look: parts measure fewer sizes and smaller sets.
    public var isQuick: Bool

    /// A batch lasts at least so many times what reading the clock takes.
    public static let batchOverOverhead = 100.0
    /// Rounds that lie further apart than this share of their median are noise.
    public static let noisySpread = 0.05
    /// The rounds that can be asked for.
    public static let allowedRounds = 1...1000

    /// Seven rounds, or three for a quick look, unless told otherwise.
    public init(rounds: Int? = nil, isQuick: Bool = false) {
        self.rounds = rounds ?? (isQuick ? 3 : 7)
        precondition(TimingSettings.allowedRounds.contains(self.rounds), "1 to 1000 rounds")
        roundTime = isQuick ? 8e6 : 40e6
        singleTime = isQuick ? 3e6 : 15e6
        self.isQuick = isQuick
    }
}
