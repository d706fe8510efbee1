import HardwareCosts
import Restore

/// What the figures of functions come to: rows, costs, tables.
struct CheckpointResult {
    private let figures: [FunctionFigures]
    private let functions: CalibrationFunctions
    private let context: CalibrationContext

    init(_ figures: [FunctionFigures], _ functions: CalibrationFunctions, _ context: CalibrationContext) {
        self.figures = figures
        self.functions = functions
        self.context = context
    }

    var result: PartResult {
        var result = PartResult()
        addRows(to: &result)
        addCosts(to: &result)
        result.tables = [CheckpointTables.starts(figures), CheckpointTables.functions(figures)]
        addNotes(to: &result)
        return result
    }

    private func addRows(to result: inout PartResult) {
        for function in figures {
            for way in StartWay.allCases {
                guard let summary = StartSummary(function, way) else { continue }
                let total = summary.total
                let parts = StartStage.allCases.compactMap { stage in
                    summary.stage(stage).map { "\(stage.rawValue) \(Rounding.digits($0.median / 1e6, 3)) ms" }
                }
                let pages = summary.demanded.map { ["\($0) of \(function.pages) pages touched"] } ?? []
                result.rows.append(
                    .init(
                        "\(function.name), \(way.rawValue)", quantity: .time, value: total.median,
                        best: total.least, spread: total.share,
                        isNoisy: total.share > CheckpointResult.noisySpread,
                        remark: (parts + pages).joined(separator: ", ")))
            }
        }
    }

    private func addCosts(to result: inout PartResult) {
        let memory = { (function: FunctionFigures) in function.pages * 4096 }
        add(.checkpoint, to: &result, over: memory, "threads stopped and private pages copied out") {
            Spread($0.dedups.map { Double($0.stop + $0.copy) })
        }
        let lines = [(CostPrimitive.dedupStart, StartWay.read), (.restoreSandbox, .copied)]
        for (primitive, way) in lines {
            add(primitive, to: &result, over: \.patched, way.rawValue + CheckpointResult.whole(primitive)) {
                guard let summary = StartSummary($0, way) else { return nil }
                if primitive == .dedupStart { return summary.ready }
                return summary.sum(of: [.give, .resume])
            }
        }
        add(.restoreSnapshot, to: &result, over: memory, "criu restore from images in memory") {
            StartSummary($0, .criu)?.ready
        }
        addOverhead(to: &result)
        if functions.areReal {
            add(.coldStart, to: &result, over: memory, "a process from nothing until it is ready") {
                StartSummary($0, .cold)?.ready
            }
            add(.fork, to: &result, over: memory, "from the wish to fork until the child is ready") {
                StartSummary($0, .fork)?.ready
            }
        } else {
            result.miss(
                [.coldStart, .fork],
                "Pagefold's own function imports nothing: give real ones with --functions")
        }
        let criu = figures.compactMap { $0.absent[.criu] }.first
        result.miss([.restoreSnapshot], criu ?? "functions of one size show no line")
        for primitive in [CostPrimitive.coldStart, .fork, .checkpoint, .dedupStart, .restoreSandbox]
        where result.absent[primitive] == nil {
            result.miss([primitive], "functions of one size show no line")
        }
        result.miss(
            [.restorePause], "restores here refill a process that stays: there is nothing to do ahead of need"
        )
        result.miss([.restoreDisk], "images are kept in memory")
        result.miss([.remoteFork], "needs a kernel that forks over RDMA (MITOSIS, OSDI'23)")
    }

    private static func whole(_ primitive: CostPrimitive) -> String {
        primitive == .dedupStart
            ? ": base pages read, patches applied, pages given back, let go on"
            : ": pages given back, let go on"
    }

    /// Fits a line over what `amount` says of each function.
    private func add(
        _ primitive: CostPrimitive, to result: inout PartResult, over amount: (FunctionFigures) -> Int,
        _ method: String, _ value: (FunctionFigures) -> Spread?
    ) {
        let points = figures.compactMap { function in
            value(function).map { LineFit.Point(Double(amount(function)), $0.median) }
        }
        guard let fit = LineFit(points) else { return }
        var evidence = CostEvidence()
        evidence.fit = fit.quality
        let spread = figures.compactMap { value($0)?.share }.max()
        if context.settings.rounds > 1, let spread, spread > 0 {
            evidence.spread = spread
            evidence.isNoisy = spread > CheckpointResult.noisySpread
        }
        let (fixed, slope) = (Rounding.digits(fit.fixed), Rounding.digits(fit.slope))
        let model: CostModel =
            CheckpointResult.countsPages(primitive)
            ? .perItem(fixed: fixed, each: slope) : .affine(fixed: fixed, perByte: slope)
        result.costs[primitive] = Cost(
            model, origin: context.origin("\(method); line over \(functions.source)"), evidence: evidence)
        result.rows.append(
            .init(
                "fit: \(primitive.name), fixed", quantity: .time, value: fit.fixed, spread: evidence.spread,
                isNoisy: evidence.isNoisy,
                remark: CheckpointResult.slope(fit, primitive) + "; \(fit.remark)"))
    }

    /// Whole starts of processes differ more from one to the next than primitives do.
    private static let noisySpread = 4 * TimingSettings.noisySpread

    private static func countsPages(_ primitive: CostPrimitive) -> Bool {
        primitive == .dedupStart || primitive == .restoreSandbox
    }

    private static func slope(_ fit: LineFit, _ primitive: CostPrimitive) -> String {
        countsPages(primitive)
            ? "and \(Rounding.digits(fit.slope / 1e3, 3)) us a patched page"
            : "and \(Rounding.digits(fit.slope * 0x1p20 / 1e6, 3)) ms a MiB"
    }

    private func addOverhead(to result: inout PartResult) {
        guard let held = Spread(figures.map { Double($0.held) }), held.median > 0 else { return }
        result.costs[.dedupOverhead] = Cost(
            .constant(held.median),
            origin: context.origin(
                "private memory and page tables of a process whose pages are given up, median of \(functions.source)"
            ))
        result.rows.append(
            .init(
                "held by the process when its pages are given up", quantity: .memory, value: held.median,
                best: held.least, remark: "at most \(Int(held.most / 1024)) KiB"))
    }

    private func addNotes(to result: inout PartResult) {
        let answers = figures.reduce(0) { $0 + $1.answersChecked }
        let pages = figures.reduce(0) { $0 + $1.pagesChecked }
        result.notes.append(
            "\(answers) answers were those of instances that nobody touched; "
                + "\(pages) pages came back with the hash that they had")
        let predictions = RestorePrediction.all(figures, .copied)
        if !predictions.isEmpty {
            let good = predictions.count { abs($0.error) <= RestorePrediction.goal }
            let all = predictions.map { "\($0.function) \(CheckpointResult.percent($0.error))" }
            let goal = Int(RestorePrediction.goal * 100)
            result.notes.append(
                "\(StartWay.copied.rawValue): parts fitted to the other functions predict \(good) of "
                    + "\(predictions.count) restores within \(goal) %: " + all.joined(separator: ", "))
        }
        if figures.contains(where: \.isRemoteEmulated) {
            result.notes.append("\(StartWay.remote.rawValue): over an emulated adapter; no cost rests on it")
        }
        for way in StartWay.allCases {
            let reasons = figures.compactMap { function in function.absent[way].map { (function.name, $0) } }
            guard let first = reasons.first else { continue }
            let names =
                reasons.count == figures.count ? "all functions" : reasons.map(\.0).joined(separator: ", ")
            result.notes.append("\(way.rawValue): not of \(names): \(first.1)")
        }
    }

    private static func percent(_ share: Double) -> String {
        let whole = Int((share * 100).rounded())
        return (whole > 0 ? "+" : "") + "\(whole) %"
    }
}
