import Glibc

/// Tells on standard error how many steps of some work are done: on a terminal only.
final class StepProgress {
    private let title: String
    private let isShown: Bool
    private let begin = StepProgress.now()

    /// The progress of work named `title`.
    init(title: String, isQuiet: Bool) {
        self.title = title
        isShown = !isQuiet && Terminal.hasTerminal
    }

    /// `done` of `count` steps are done.
    func reached(_ done: Int, of count: Int) {
        guard isShown, count > 0 else { return }
        let full = 24 * done / count
        let bar = String(repeating: "#", count: full) + String(repeating: "-", count: 24 - full)
        Terminal.show(
            line: "\(title) [\(bar)] \(done) of \(count), \(StepProgress.now() - begin) s")
    }

    /// The work is over.
    func finish() {
        if isShown { Terminal.clearLine() }
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec
    }
}
