import Files
import Workload

/// Levels of intervals and of significance as users give them.
public enum Confidence {
    /// - Throws: `InputError` for a level that is not between 0 and 1.
    public static func check(_ level: Double) throws {
        if level > 0, level < 1 { return }
        // Who gives 1 does not mean 1 %.
        let suggestion = level >= 50 ? Share.suggestion(for: level, below: 1) : nil
        throw InputError(
            "the level \(Share.text(level)) is not possible",
            remedy: suggestion ?? "give one between 0 and 1, such as 0.95")
    }
}

/// Options that take a share of one, which people tend to give in per cent.
public enum Share {
    /// `did you mean 0.95?`, for 95; nil where `value` is not a share in per cent.
    public static func suggestion(for value: Double, below limit: Double) -> String? {
        let share = value / 100
        guard value >= 1, share < limit else { return nil }
        return "it is a share of one: did you mean \(text(share))?"
    }

    /// The number in as few digits as it needs: `95`, `0.95`.
    static func text(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? "\(Int(value))" : "\(value)"
    }
}
