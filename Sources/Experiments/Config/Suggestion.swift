/// Finds what a mistyped word was meant to be.
enum Suggestion {
    /// The candidate nearest to `word`; nil when none is near enough to be meant.
    static func nearest(to word: String, among candidates: [String]) -> String? {
        let word = word.prefix(64).lowercased()
        let limit = max(1, word.count / 3)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let distance = editDistance(Array(word.utf8), Array(candidate.lowercased().utf8))
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// A remedy: the word that was probably meant, else all that are possible.
    static func remedy(for word: String, among candidates: [String]) -> String {
        if let nearest = nearest(to: word, among: candidates) { return "did you mean '\(nearest)'?" }
        if candidates.isEmpty { return "none is possible here" }
        return "possible are \(candidates.joined(separator: ", "))"
    }

    /// How many insertions, deletions, substitutions and swaps of neighbours turn `a` into `b`.
    private static func editDistance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var before: [Int] = []
        var previous = Array(0...b.count)
        for i in 0..<a.count {
            var current = [i + 1] + Array(repeating: 0, count: b.count)
            for j in 0..<b.count {
                current[j + 1] = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    current[j + 1] = min(current[j + 1], before[j - 1] + 1)
                }
            }
            before = previous
            previous = current
        }
        return previous[b.count]
    }
}
