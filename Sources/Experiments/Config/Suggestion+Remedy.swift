import Files
import Workload

extension Suggestion {
    /// A remedy for a word that does not exist: what was probably meant, else all that is possible.
    static func remedy(for word: String, among candidates: [String]) -> String {
        if let nearest = nearest(to: String(word.prefix(64)), among: candidates) {
            return "did you mean '\(nearest)'?"
        }
        if candidates.isEmpty { return "none is possible here" }
        return "possible are \(candidates.joined(separator: ", "))"
    }
}
