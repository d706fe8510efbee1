import EventKernel
import Glibc

/// Tells on standard error how far some work is: a bar on a terminal, else a line at its end.
final class ProgressBar {
    private let title: String
    private let isShown: Bool
    private let begin: Double
    private var shownAt = 0.0
    private var calls: UInt64 = 0

    /// The bar of work named `title`.
    init(title: String, isQuiet: Bool) {
        self.title = title
        isShown = !isQuiet
        begin = ProgressBar.now()
    }

    /// The work has come to `part` of its whole, 0 to 1, and to `calls`. What began with `before` done counts
    /// from there for the time left.
    func reached(_ part: Double, calls: UInt64, before: Double = 0, detail: String = "") {
        self.calls = calls
        guard isShown, Terminal.hasTerminal else { return }
        let now = ProgressBar.now()
        if now - shownAt < 0.1 { return }
        shownAt = now
        let part = min(max(part, 0), 1)
        let full = Int(part * 24)
        let bar = String(repeating: "#", count: full) + String(repeating: "-", count: 24 - full)
        let passed = now - begin
        let fresh = part - before
        let left = fresh > 0.01 ? ", \(ProgressBar.clock((1 - part) * passed / fresh)) left" : ""
        Terminal.show(
            line: "\(title) [\(bar)] \(Int(part * 100)) %, \(detail)\(rate(passed))\(left)")
    }

    /// The run is over, after this many calls; nil when it was stopped.
    func finish(calls: UInt64?) {
        if let calls { self.calls = calls }
        guard isShown else { return }
        if Terminal.hasTerminal { Terminal.clearLine() }
        Terminal.note(
            "\(title): \(rate(ProgressBar.now() - begin)), \(ProgressBar.clock(ProgressBar.now() - begin))")
    }

    private func rate(_ passed: Double) -> String {
        let perSecond = Double(calls) / max(passed, 1e-3)
        return "\(ProgressBar.short(Double(calls))) calls at \(ProgressBar.short(perSecond)) /s"
    }

    private static func short(_ value: Double) -> String {
        if value >= 1e6 { return "\((value / 1e5).rounded() / 10) M" }
        if value >= 1e3 { return "\((value / 1e2).rounded() / 10) k" }
        return "\(Int(value))"
    }

    private static func clock(_ seconds: Double) -> String {
        let seconds = Int(seconds.rounded(), within: 0...1_000_000_000)
        let rest = seconds % 60
        return "\(seconds / 60):\(rest < 10 ? "0" : "")\(rest)"
    }

    private static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
