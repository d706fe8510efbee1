import HardwareCosts
import Machine

/// A part of the calibration: what it can measure, and how.
///
/// A part never guesses: for each of its primitives the result has either a cost that was measured or why there is
/// none.
public protocol CalibrationPart: Sendable {
    /// The name on the command line: `hash`.
    var name: String { get }
    /// What it measures, in a line.
    var about: String { get }
    /// The primitives that it may give, in the order of `CostPrimitive`.
    var primitives: [CostPrimitive] { get }
    /// Measures. What cannot be measured here is in the result's `absent`.
    /// - Throws: `PartUnavailable` when nothing of it can be; what `context` throws when the user stops it.
    func run(_ context: CalibrationContext) throws -> PartResult
}

/// Why a part cannot measure anything on this machine.
public struct PartUnavailable: Error, Sendable, Hashable, CustomStringConvertible {
    /// The reason, in a line.
    public var reason: String

    /// Why a part cannot measure anything.
    public init(_ reason: String) { self.reason = reason }

    /// The reason.
    public var description: String { reason }
}

/// What a part has found.
public struct PartResult: Sendable, Hashable {
    /// What was measured.
    public var costs: [CostPrimitive: Cost] = [:]
    /// Why the others were not.
    public var absent: [CostPrimitive: String] = [:]
    /// What there is to show, in order; more than the costs mostly.
    public var rows: [Row] = []
    /// What there is to draw.
    public var series: [Series] = []
    /// What there is to look up, in files of its own.
    public var tables: [Table] = []
    /// What must be known to read the rows.
    public var notes: [String] = []
    /// What the part alone knows of the machine, such as the adapter's name.
    public var machine: [MachineFact: String] = [:]
    /// Whether the hardware is emulated, so that no simulation may take the costs.
    public var isEmulated = false

    /// Nothing yet.
    public init() {}

    /// A table that is written beside the costs.
    public struct Table: Sendable, Hashable {
        /// Its name, a part of the file's.
        public var name: String
        /// The names of its columns, with units.
        public var columns: [String]
        /// Its lines; no cell needs quotes.
        public var rows: [[String]] = []

        /// A table without lines.
        public init(_ name: String, columns: [String]) {
            self.name = name
            self.columns = columns
        }

        /// The table as CSV.
        public var csv: String { ([columns] + rows).map { $0.joined(separator: ",") + "\n" }.joined() }
    }

    /// A line of the table that is shown.
    public struct Row: Sendable, Hashable {
        /// What was measured.
        public var name: String
        /// What the numbers are amounts of.
        public var quantity: CostQuantity
        /// The median of the rounds' medians, or the fitted value.
        public var value: Double
        /// The best that was seen; nil where that makes no sense.
        public var best: Double?
        /// What 99 of 100 single operations do not exceed; nil when single ones were not measured.
        public var high: Double?
        /// The largest difference between rounds, as a share of their median.
        public var spread: Double?
        /// Whether that is too much.
        public var isNoisy: Bool
        /// What else is to say, such as the size that it holds for.
        public var remark: String

        /// A line of the table.
        public init(
            _ name: String, quantity: CostQuantity, value: Double, best: Double? = nil, high: Double? = nil,
            spread: Double? = nil, isNoisy: Bool = false, remark: String = ""
        ) {
            self.name = name
            self.quantity = quantity
            self.value = value
            self.best = best
            self.high = high
            self.spread = spread
            self.isNoisy = isNoisy
            self.remark = remark
        }

        /// A line for a time that was measured.
        public init(_ name: String, _ measurement: Measurement, remark: String = "") {
            self.init(
                name, quantity: .time, value: measurement.value, best: measurement.minimum,
                high: measurement.quantile(0.99), spread: measurement.spread, isNoisy: measurement.isNoisy,
                remark: remark)
        }
    }

    /// Points of a line in a plot.
    public struct Series: Sendable, Hashable {
        /// What is drawn: `copy latency`. Lines of one plot share it.
        public var plot: String
        /// Which line: `process_vm_readv`.
        public var line: String
        /// What is across, with its unit: `bytes`.
        public var across: String
        /// What is up, with its unit: `ns`.
        public var up: String
        /// The points, rising across.
        public var points: [Point]

        /// A point, and between what it varies from round to round.
        public struct Point: Sendable, Hashable {
            /// Where.
            public var x: Double
            /// How much: the median of the rounds.
            public var y: Double
            /// The lowest round.
            public var low: Double
            /// The highest round.
            public var high: Double

            /// A point.
            public init(x: Double, y: Double, low: Double, high: Double) {
                self.x = x
                self.y = y
                self.low = low
                self.high = high
            }

            /// A time that was measured at `x`.
            public init(_ x: Double, _ measurement: Measurement) {
                let medians = measurement.rounds.map(\.median)
                self.init(
                    x: x, y: measurement.value, low: medians.min() ?? measurement.value,
                    high: medians.max() ?? measurement.value)
            }
        }

        /// Points of a line.
        public init(plot: String, line: String, across: String, up: String, points: [Point]) {
            self.plot = plot
            self.line = line
            self.across = across
            self.up = up
            self.points = points
        }
    }
}

extension PartUnavailable {
    /// What parts need that have the kernel or other processes hold copies of memory: 256 MiB were not enough for
    /// swapped pages, nor for a function with its base and images.
    static let leastMemory: UInt64 = 384 << 20

    /// Refuses a part where less than `bytes` of memory are left to this process: the kernel would end it in the middle.
    static func refuse(below bytes: UInt64 = leastMemory, of share: MachineShare = .now())
        throws(PartUnavailable)
    {
        guard let left = share.memory, left < bytes else { return }
        throw PartUnavailable(
            "it takes up to \(bytes >> 20) MiB of memory, and \(share.memoryBound) leaves \(left >> 20) MiB")
    }
}
