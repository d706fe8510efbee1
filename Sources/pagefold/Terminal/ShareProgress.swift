/// Tells on standard error which share of some work is done, and what is being done: on a terminal only.
final class ShareProgress {
    private let title: String
    private let isShown: Bool
    private var shown = ""

    /// The progress of work named `title`.
    init(title: String, isQuiet: Bool) {
        self.title = title
        isShown = !isQuiet && Terminal.hasTerminal
    }

    /// `share` of the work is done, 0 to 1, and `detail` is next.
    func reached(_ share: Double, _ detail: String) {
        guard isShown else { return }
        let share = min(max(share, 0), 1)
        let full = Int(share * 24)
        let bar = String(repeating: "#", count: full) + String(repeating: "-", count: 24 - full)
        let line = "\(title) [\(bar)] \(Int(share * 100)) %, \(detail)"
        if line == shown { return }
        shown = line
        Terminal.show(line: line)
    }

    /// The work is over.
    func finish() {
        if isShown { Terminal.clearLine() }
    }
}
