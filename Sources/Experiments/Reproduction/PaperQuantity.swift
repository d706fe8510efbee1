import Statistics

/// What the paper says of a quantity.
package enum PaperValue: Hashable, Sendable {
    /// One number.
    case number(Double)
    /// Several that do not agree, such as text and figure, or a range over functions.
    case range(Double, Double)
    /// At most this.
    case atMost(Double)

    /// The least and greatest that the paper says.
    var bounds: (low: Double, high: Double) {
        switch self {
        case .number(let value): (value, value)
        case .range(let low, let high): (low, high)
        case .atMost(let high): (-.infinity, high)
        }
    }
}

/// One quantity of a target of medes.md 7.1: what the paper has for it, and how runs give it.
package struct PaperQuantity: Sendable {
    /// What kind of evidence it is.
    package enum Kind: String, Sendable {
        /// Fitted to the paper: never judged.
        case fitted = "fitted input"
        /// Depends on what the paper did not publish; printed, never judged.
        case context
        /// One of the results that the reproduction is about.
        case main
        /// How something changes over a range.
        case shape
        /// More or less.
        case sign
        /// A size.
        case band
        /// A property of a distribution.
        case distribution
    }

    /// How it is printed.
    package enum Unit: String, Sendable {
        /// A plain count.
        case count = ""
        /// Per cent; the quantity itself is a percentage.
        case percent = "%"
        /// Percentage points.
        case points = "pp"
        /// A ratio.
        case ratio = "x"
        /// Milliseconds.
        case milliseconds = "ms"
        /// MB of 10^6 bytes.
        case megabytes = "MB"
        /// GB of 10^9 bytes.
        case gigabytes = "GB"
    }

    /// The runs of one draw in one column, by variant.
    package typealias Runs = @Sendable (ReproductionVariant) -> ReproductionObservation?

    /// The target it belongs to, such as `V9`.
    package var target: String
    /// What it is.
    package var name: String
    /// Where the paper has it.
    package var source: String
    /// How it is printed.
    package var unit: Unit
    /// What the paper has.
    package var paper: PaperValue
    /// What kind of evidence it is.
    package var kind: Kind
    /// Columns in which it is a fitted input, whatever its kind.
    package var fittedIn: Set<ReproductionColumn> = []
    /// Columns whose inputs cannot say anything of it.
    package var absentIn: Set<ReproductionColumn> = []
    /// What it would be if there were no effect; nil where no direction is claimed.
    package var neutral: Double?
    /// The runs it needs.
    package var needs: [ReproductionVariant]
    /// Whether it is the same in every draw.
    package var isExact = false
    /// Its value in one draw; nil where it has none.
    package var value: @Sendable (Runs) -> Double?

    /// The same quantity, which the paper's inputs say nothing of.
    var measuredOnly: PaperQuantity {
        var quantity = self
        quantity.absentIn = [.paperInputs]
        return quantity
    }

    /// Whether it is judged in a column.
    package func isJudged(in column: ReproductionColumn) -> Bool {
        kind != .fitted && kind != .context && !fittedIn.contains(column)
    }
}

/// What the reproduction says of a quantity.
package enum ReproductionVerdict: String, Hashable, Sendable {
    /// The paper's value lies in the 95 % interval over draws.
    case inside
    /// The sign or order is the paper's beyond chance, its value lies outside.
    case sameDirection = "same direction"
    /// Neither.
    case notReproduced = "not reproduced"
    /// Fitted to the paper, so that nothing is to be judged.
    case fitted = "fitted"
    /// Printed beside the paper's, and not judged.
    case context = "not judged"
    /// There are no runs for it.
    case missing = "not run"
    /// The inputs of the column cannot say anything of it.
    case notApplicable = "not applicable"
    /// Fewer than two draws have it.
    case tooFew = "too few draws"

    /// The verdict on an estimate of `quantity` in `column`; nil where there are no runs.
    package init(_ estimate: MeanEstimate?, of quantity: PaperQuantity, in column: ReproductionColumn) {
        guard let estimate, estimate.count > 0 else {
            self = quantity.absentIn.contains(column) ? .notApplicable : .missing
            return
        }
        guard quantity.isJudged(in: column) else {
            self = quantity.kind == .context ? .context : .fitted
            return
        }
        guard estimate.count >= 2, estimate.halfWidth.isFinite else {
            self = .tooFew
            return
        }
        let paper = quantity.paper.bounds
        if estimate.low <= paper.high && estimate.high >= paper.low {
            self = .inside
        } else if let neutral = quantity.neutral,
            (paper.high < neutral && estimate.high < neutral)
                || (paper.low > neutral && estimate.low > neutral)
        {
            self = .sameDirection
        } else {
            self = .notReproduced
        }
    }
}

extension MeanEstimate {
    /// How far the interval reaches in which one more draw lies with the same probability: the paper's value is that of
    /// one trace, and traces differ.
    var halfWidthOfOneDraw: Double { halfWidth * Double(count + 1).squareRoot() }
}

extension PaperQuantity {
    /// Whether what the paper has could be that of one more draw.
    func couldBeOneDraw(of estimate: MeanEstimate) -> Bool {
        let (bounds, reach) = (paper.bounds, estimate.halfWidthOfOneDraw)
        return estimate.count >= 2 && reach.isFinite && estimate.mean - reach <= bounds.high
            && estimate.mean + reach >= bounds.low
    }
}
