import EventKernel
import Workload

/// Quantities with units outside of experiment files: on command lines.
public enum Quantity {
    /// An amount of memory such as `170 MiB`; nil for anything else.
    public static func memory(_ text: String) -> Bytes? { value(text, .memory, blank: .zero) }

    /// A duration such as `10 min`; nil for anything else.
    public static func duration(_ text: String) -> SimDuration? { value(text, .duration, blank: .zero) }

    /// Days of the Azure 2019 release: `7` or `1..3`; nil for anything else.
    public static func days(_ text: String) -> ClosedRange<Int>? { value(text, .days, blank: 1...1) }

    /// Which time of a trace's clock is time 0: `first-call`, a time or a date; nil for anything else.
    public static func timeZero(_ text: String) -> TimeZero? { value(text, .timeZero, blank: .firstCall) }

    /// Why `text` is no such time, with a remedy; empty when it is one.
    public static func faultOfTimeZero(_ text: String) -> String {
        fault(text, .timeZero, blank: .firstCall)
    }

    /// A duration as experiment files spell it.
    public static func text(_ duration: SimDuration) -> String {
        Kind<SimDuration>.duration.write(duration).scalar ?? ""
    }

    /// Why `text` is not an amount of memory, with a remedy; empty when it is one.
    public static func faultOfMemory(_ text: String) -> String { fault(text, .memory, blank: .zero) }

    /// Why `text` is not a duration, with a remedy; empty when it is one.
    public static func faultOfDuration(_ text: String) -> String { fault(text, .duration, blank: .zero) }

    private static func fault<Value>(_ text: String, _ kind: Kind<Value>, blank: Value) -> String {
        let faults = Faults(file: "")
        _ = kind.read(.text(text), blank, faults)
        return faults.errors.first?.description ?? ""
    }

    private static func value<Value>(_ text: String, _ kind: Kind<Value>, blank: Value) -> Value? {
        let faults = Faults(file: "")
        let value = kind.read(.text(text), blank, faults)
        return faults.errors.isEmpty ? value : nil
    }
}
