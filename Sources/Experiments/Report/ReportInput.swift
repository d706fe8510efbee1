/// What a report is made of.
public struct ReportInput: Sendable {
    /// The policies side by side; its results give the names, the question, the points and the seeds.
    public var comparison: Comparison
    /// The complete experiment, as `pagefold sweep` reads it.
    public var definition: String
    /// The version of Pagefold that ran it.
    public var version: String
    /// The workloads that runs met.
    public var workloads: [ReportWorkload]
    /// Whether the warm-up was long enough, in a sentence; empty when that is not known.
    public var warmUp: String
    /// The commands that give the same results again, after the definition was saved; empty for the usual ones.
    public var commands: [String]
    /// The figures; may be empty.
    public var figures: [ReportFigure]
    /// Why there are no figures; nil when there are.
    public var figureProblem: String?

    /// What a report is made of.
    public init(
        comparison: Comparison, definition: String, version: String, workloads: [ReportWorkload] = [],
        warmUp: String = "", commands: [String] = [], figures: [ReportFigure] = [],
        figureProblem: String? = nil
    ) {
        self.comparison = comparison
        self.definition = definition
        self.version = version
        self.workloads = workloads
        self.warmUp = warmUp
        self.commands = commands
        self.figures = figures
        self.figureProblem = figureProblem
    }
}

/// A workload that runs of a sweep met.
public struct ReportWorkload: Sendable {
    /// Where it comes from, in a line.
    public var title: String
    /// How many applications and functions it has.
    public var applications: Int, functions: Int
    /// How long it is, in seconds.
    public var horizonSeconds: Double
    /// The files that were read: path and digest.
    public var inputs: [(path: String, digest: String)]
    /// What was mended or left out on reading, in words.
    public var warnings: [String]

    /// A workload that runs of a sweep met.
    public init(
        title: String, applications: Int, functions: Int, horizonSeconds: Double,
        inputs: [(path: String, digest: String)] = [], warnings: [String] = []
    ) {
        self.title = title
        self.applications = applications
        self.functions = functions
        self.horizonSeconds = horizonSeconds
        self.inputs = inputs
        self.warnings = warnings
    }
}

/// A figure of a report.
public struct ReportFigure: Sendable {
    /// What it is.
    public var title: String
    /// How to read it.
    public var caption: String
    /// What it shows, for those who do not see it.
    public var alternative: String
    /// What it leaves out.
    public var notes: [String]
    /// The picture, a whole SVG file.
    public var svg: [UInt8]

    /// A figure of a report.
    public init(title: String, caption: String, alternative: String, notes: [String] = [], svg: [UInt8]) {
        self.title = title
        self.caption = caption
        self.alternative = alternative
        self.notes = notes
        self.svg = svg
    }
}
