import HardwareCosts
import PageContent

/// What parts need to measure: the stopwatch, the machine, pages, and the way to the user.
public final class CalibrationContext {
    /// How thoroughly.
    public let settings: TimingSettings
    /// Times work, on the processor that the thread is pinned to.
    public let stopwatch: Stopwatch
    /// The machine.
    public let machine: [MachineFact: String]
    /// Whether the processor is emulated, so that no time stands for any machine.
    public let isEmulated: Bool
    /// The day, as 2026-03-28.
    public let date: String
    /// The processors that the process may use, rising; the thread itself is pinned to one of them.
    public let processors: [Int]
    /// CRIU: its path, or a name to be looked for.
    public let criu: String
    /// Whether the user wants to stop: for what waits, and cannot throw.
    public let isStopped: @Sendable () -> Bool
    private let functionSource: () throws -> CalibrationFunctions
    private let pageSource: () throws -> CalibrationPages
    private var foundPages: CalibrationPages?
    private let report: (Double, String) -> Void
    private let check: () throws -> Void

    /// - Parameters:
    ///   - settings: How thoroughly.
    ///   - processors: Those that the process may use. Default: those of the thread, which may be pinned.
    ///   - pages: Where real pages come from; called at the first need.
    ///   - functions: Where functions come from that can be started; called at the first need.
    ///   - criu: CRIU's path, or a name to be looked for.
    ///   - isStopped: Whether the user wants to stop.
    ///   - check: Throws when the user wants to stop.
    ///   - report: Is told how far the part is, 0 to 1, and at what.
    public init(
        settings: TimingSettings, processors: [Int]? = nil, pages: @escaping () throws -> CalibrationPages,
        functions: @escaping () throws -> CalibrationFunctions = {
            throw PartUnavailable("there are no functions")
        },
        criu: String = "criu", isStopped: @escaping @Sendable () -> Bool = { false },
        check: @escaping () throws -> Void = {},
        report: @escaping (Double, String) -> Void = { _, _ in }
    ) {
        self.settings = settings
        stopwatch = Stopwatch(settings)
        machine = MachineIdentity.facts(clock: stopwatch.clock)
        isEmulated = MachineIdentity.hasEmulatedProcessor
        date = MachineIdentity.today
        self.processors = processors ?? Pinning.allowed
        pageSource = pages
        functionSource = functions
        self.criu = criu
        self.isStopped = isStopped
        self.check = check
        self.report = report
    }

    /// Real pages to work on.
    public func pages() throws -> CalibrationPages {
        if let foundPages { return foundPages }
        let pages = try pageSource()
        foundPages = pages
        return pages
    }

    /// Functions that can be started.
    public func functions() throws -> CalibrationFunctions { try functionSource() }

    /// The part has come to `share` of its work and is at `detail`.
    /// - Throws: when the user wants to stop.
    public func reached(_ share: Double, _ detail: String) throws {
        try check()
        report(share, detail)
    }

    /// Measures `works`, which are the part `span` of the calibration part's work.
    public func measure(
        _ works: [TimedWork], span: ClosedRange<Double> = 0...1, detail: String = ""
    ) throws -> [Measurement] {
        try stopwatch.measure(works) { share in
            try reached(span.lowerBound + share * (span.upperBound - span.lowerBound), detail)
        }
    }

    /// That a cost was measured here and now, with `method`.
    public func origin(_ method: String) -> CostOrigin {
        .measured(
            .init(
                machine: MachineIdentity.name(machine), kernel: machine[.kernel] ?? "unknown", date: date,
                method: "\(method); \(settings.rounds) \(settings.rounds == 1 ? "round" : "rounds")"))
    }
}

/// Real pages that a part works on: a process' pages, and those of another one that serves as its base.
public struct CalibrationPages: Sendable {
    /// The pages that are fingerprinted, patched, compressed.
    public var target: PageSet
    /// The pages that they are patched against.
    public var base: PageSet
    /// Where they are from, in a few words, for the origin of costs.
    public var source: String

    /// Real pages that a part works on.
    public init(target: PageSet, base: PageSet, source: String) {
        self.target = target
        self.base = base
        self.source = source
    }
}
