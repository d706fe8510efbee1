import Glibc

/// What a client must know to be served: a word that the server printed, or that both sides were given.
public struct AccessToken: Hashable, Sendable {
    /// The token as people pass it on.
    public let text: String

    /// Lengths that a token may have, in characters.
    public static let lengths = 6...128

    /// A token of printable ASCII characters without spaces; nil for any other text, and for one that is too short to
    /// be a secret or too long.
    public init?(_ text: String) {
        guard Self.lengths.contains(text.utf8.count), text.utf8.allSatisfy({ (33...126).contains($0) }) else {
            return nil
        }
        self.text = text
    }

    /// A new one of 128 random bits.
    public static func random() -> AccessToken {
        AccessToken(digits: Secret.words(2))
    }

    private init(digits words: [UInt64]) {
        text = words.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Whether it is what a stranger says it is. How long that takes does not tell how much of it is right.
    func matches(_ other: String) -> Bool {
        let (own, given) = (Array(text.utf8), Array(other.utf8))
        var difference = UInt(truncatingIfNeeded: own.count ^ given.count)
        for index in 0..<Self.lengths.upperBound {
            let (a, b) = (index < own.count ? own[index] : 0, index < given.count ? given[index] : 0)
            difference |= UInt(a ^ b)
        }
        return difference == 0 && given.count <= Self.lengths.upperBound
    }
}

/// Numbers that nobody can guess, from the kernel.
enum Secret {
    static func words(_ count: Int) -> [UInt64] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in generator.next() }
    }
}
