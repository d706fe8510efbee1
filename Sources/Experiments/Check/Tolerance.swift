import Files
import Workload

/// How much worse than the baseline a metric may become.
public struct Tolerance: Hashable, Sendable {
    /// Whether `amount` is a share of the baseline's mean; else it counts in the metric's own unit.
    public var isRelative: Bool
    /// The share, or the amount; not negative.
    public var amount: Double

    /// Where nobody says otherwise: one hundredth of the baseline's mean.
    public static let standard = Tolerance(isRelative: true, amount: 0.01)

    /// A tolerance.
    public init(isRelative: Bool, amount: Double) {
        self.isRelative = isRelative
        self.amount = amount
    }

    /// What may be added to a mean.
    func allowance(on mean: Double) -> Double { isRelative ? amount * mean.magnitude : amount }

    /// How tolerances of the metric `name` stand in files and on command lines: `1 %`, `0.005`, `500 MiB`.
    static func kind(metric name: String) -> Kind<Tolerance> {
        let unit = MetricUnit(metric: name)
        let expected = "a tolerance such as 1 %, or \(unit.exampleAmount)"
        return Kind(scalar: expected) { (text) throws(UnitFamily.Fault) in
            var rest = text[...].trimmed
            guard let number = ExactDecimal(prefixOf: &rest) else { return nil }
            guard number.double.isFinite, !number.isNegative else {
                throw UnitFamily.Fault(
                    problem: "'\(text.prefix(60))' is not an amount above 0", remedy: "write \(expected)")
            }
            let symbol = String(rest.trimmed)
            let tolerance =
                if symbol == "%" {
                    Tolerance(isRelative: true, amount: percent(number))
                } else {
                    Tolerance(
                        isRelative: false,
                        amount: symbol.isEmpty ? number.double : try unit.amount(text, expected))
                }
            if let fault = unit.fault(of: tolerance) {
                throw UnitFamily.Fault(problem: "'\(text.prefix(60))' \(fault)", remedy: "write \(expected)")
            }
            return tolerance
        } write: {
            $0.text(unit)
        }
    }

    /// A hundredth of the number, as near as can be: 0.7 % is 0.007.
    private static func percent(_ number: ExactDecimal) -> Double {
        Double("\(number.text)e-2") ?? number.double / 100
    }

    /// The tolerance as files spell it.
    func text(_ unit: MetricUnit) -> String {
        if isRelative {
            let percent = amount * 100
            // The shortest of the neighbouring numbers that reads back as the same share.
            let candidates = [(percent * 1e9).rounded() / 1e9, percent, percent.nextUp, percent.nextDown]
            let found = candidates.first { Double("\($0)e-2") == amount }
            return "\(Tolerance.plain(found ?? percent)) %"
        }
        switch unit {
        case .bytes where amount > 0: return UnitFamily.memory.write(base: amount)
        case .seconds where amount > 0: return UnitFamily.time.write(base: amount)
        default: return Tolerance.plain(amount)
        }
    }

    private static func plain(_ number: Double) -> String {
        Kind<Double>.number.write(number).scalar ?? "\(number)"
    }
}

extension MetricUnit {
    /// Why nothing could ever be worse than a tolerance allows; nil for one that can fail.
    fileprivate func fault(of tolerance: Tolerance) -> String? {
        if tolerance.isRelative { return tolerance.amount > 1_000 ? "is more than 100,000 %" : nil }
        return tolerance.amount > largestAmount ? "is more than the metric can change" : nil
    }

    /// An amount in this unit, for messages.
    fileprivate var exampleAmount: String {
        switch self {
        case .bytes: "500 MiB"
        case .seconds: "10 ms"
        case .byteSeconds: "500 GiB s"
        case .share: "0.005 (of all)"
        case .number: "0.5"
        }
    }

    /// An amount with its unit, as metrics are stored.
    fileprivate func amount(_ text: String, _ expected: String) throws(UnitFamily.Fault) -> Double {
        switch self {
        case .bytes: return try UnitFamily.memory.read(text).base
        case .seconds: return try UnitFamily.time.read(text).base
        case .byteSeconds:
            let words = text.split(separator: " ")
            let memory = try UnitFamily.memory.read(words.dropLast().joined(separator: " "))
            return memory.base * (try UnitFamily.time.read("1 \(words.last ?? "")").base)
        case .share, .number:
            throw UnitFamily.Fault(
                problem: "'\(text.prefix(60))' has a unit that the metric has not",
                remedy: "write \(expected)")
        }
    }
}

/// A tolerance given on the command line: `cold_share=1%`.
public struct ToleranceOption: Hashable, Sendable {
    /// The metric.
    public var metric: String
    /// Its tolerance.
    public var tolerance: Tolerance

    /// The tolerance that `text` (`METRIC=TOLERANCE`) asks for.
    /// - Throws: `InputError` when `text` is not of that form.
    public init(_ text: String) throws {
        let option = "--tolerance \(text.prefix(200))"
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw InputError("\(option): expected METRIC=TOLERANCE", remedy: "for example cold_share=1%")
        }
        metric = try MetricSelection(list: String(text[..<equals])).names[0]
        let faults = Faults(file: "")
        let node = ConfigNode(
            .scalar(String(text[text.index(after: equals)...]), quoted: false), origin: .option(option))
        tolerance = Tolerance.kind(metric: metric).read(node, .standard, faults)
        try faults.throwIfAny()
    }
}
