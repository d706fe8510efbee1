import EventKernel

/// Quantities with units outside of experiment files: on command lines.
public enum Quantity {
    /// An amount of memory such as `170 MiB`; nil for anything else.
    public static func memory(_ text: String) -> Bytes? { value(text, .memory, blank: .zero) }

    /// A duration such as `10 min`; nil for anything else.
    public static func duration(_ text: String) -> SimDuration? { value(text, .duration, blank: .zero) }

    /// Days of the Azure 2019 release: `7` or `1..3`; nil for anything else.
    public static func days(_ text: String) -> ClosedRange<Int>? { value(text, .days, blank: 1...1) }

    /// A duration as experiment files spell it.
    public static func text(_ duration: SimDuration) -> String {
        Kind<SimDuration>.duration.write(duration).scalar ?? ""
    }

    private static func value<Value>(_ text: String, _ kind: Kind<Value>, blank: Value) -> Value? {
        let faults = Faults(file: "")
        let value = kind.read(.text(text), blank, faults)
        return faults.errors.isEmpty ? value : nil
    }
}
