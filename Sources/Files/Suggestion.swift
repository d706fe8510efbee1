/// Finds what was probably meant by a name that does not exist.
public enum Suggestion {
    /// The candidate that is fewest edits away from `name`, capitals aside; nil when none is near.
    ///
    /// Near is at most a third of the longer name's length, and at least one edit. Among equally near ones
    /// the first wins.
    public static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().utf8)
        var best: (candidate: String, distance: Int)?
        for candidate in candidates {
            let bytes = Array(candidate.lowercased().utf8)
            // Names of very different length are never near, and absurdly long ones need not be measured.
            let limit = max(1, max(wanted.count, bytes.count) / 3)
            guard abs(bytes.count - wanted.count) <= limit, bytes.count <= 200 else { continue }
            let distance = editDistance(wanted, bytes)
            if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
        }
        return best?.candidate
    }

    /// "did you mean `x`?", or `otherwise` when nothing is near.
    public static func phrase(
        for name: String, among candidates: some Sequence<String>, otherwise: String = ""
    ) -> String {
        guard let candidate = nearest(to: name, among: candidates) else { return otherwise }
        return "did you mean `\(candidate)`?"
    }

    /// How many single insertions, deletions, replacements and swaps of neighbours turn `a` into `b`
    /// (optimal string alignment).
    public static func editDistance<Element: Equatable>(_ a: [Element], _ b: [Element]) -> Int {
        if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        var row = last
        for i in 1...a.count {
            row[0] = i
            for j in 1...b.count {
                let replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
                row[j] = min(replaced, last[j] + 1, row[j - 1] + 1)
                if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            (beforeLast, last, row) = (last, row, beforeLast)
        }
        return last[b.count]
    }
}
