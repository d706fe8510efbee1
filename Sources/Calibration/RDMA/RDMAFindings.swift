import HardwareCosts

/// What the samples say: rows, lines to draw, fitted costs.
struct RDMAFindings {
    let samples: RDMASamples
    let context: CalibrationContext
    var result = PartResult()

    init(samples: RDMASamples, context: CalibrationContext) {
        self.samples = samples
        self.context = context
        latency()
        throughput()
        pages()
        registration()
        connections()
        result.notes += samples.notes
        let missing = RDMAPart().primitives.filter { result.absent[$0] == nil }
        result.miss(missing, "not measured: the device or the other side did not give enough of it")
    }

    var ends: String { samples.isLoopback ? "both ends on one host" : "two hosts" }

    mutating func show(_ measurement: Measurement, _ remark: String = "") {
        result.rows.append(.init(measurement.name, measurement, remark: remark))
    }

    mutating func show(_ row: PartResult.Row) { result.rows.append(row) }

    mutating func draw(
        _ plot: String, _ line: String, across: String, up: String, _ points: [PartResult.Series.Point]
    ) {
        if points.isEmpty { return }
        result.series.append(.init(plot: plot, line: line, across: across, up: up, points: points))
    }

    mutating func set(
        _ primitive: CostPrimitive, _ model: CostModel, method: String, evidence: CostEvidence
    ) {
        guard model.fault(for: primitive) == nil else {
            result.absent[primitive] = "what was measured is not a cost: too short for the clock"
            return
        }
        result.costs[primitive] = Cost(
            model, origin: context.origin("\(method); \(ends)"), evidence: evidence)
    }

    /// Evidence of several measurements behind one model.
    func evidence(
        _ measurements: [Measurement], fit: CostEvidence.Fit? = nil, singles: Measurement? = nil
    ) -> CostEvidence {
        var evidence = singles?.evidence ?? CostEvidence()
        evidence.spread = measurements.compactMap(\.spread).max()
        evidence.isNoisy = measurements.contains(where: \.isNoisy)
        evidence.fit = fit
        return evidence
    }

    // MARK: Latency

    private mutating func latency() {
        for sample in samples.latencies { show(sample.time) }
        for kind in ["READ", "WRITE", "WRITE inline"] {
            draw(
                "latency", kind, across: "bytes", up: "ns",
                samples.latencies.filter { $0.kind == kind }.map { .init(Double($0.size), $0.time) })
        }
        let reads = samples.latencies.filter { $0.kind == "READ" }
        guard let fit = LineFit(reads.map { .init(Double($0.size), $0.time.value) }) else { return }
        let page = reads.first { $0.size == RDMAGrid.page }?.time
        // A line that is far off somewhere gives way to a curve through what was measured.
        let isLine = fit.quality.worst <= 0.25
        let model =
            isLine
            ? CostModel.affine(fixed: Rounding.digits(fit.fixed), perByte: Rounding.digits(fit.slope))
            : .curve(CostCurve(reads.map { .init(Double($0.size), Rounding.digits($0.time.value)) }))
        set(
            .rdmaRead, model,
            method:
                "READ of \(reads.count) sizes over one connection, one at a time; single ones are of 4 KiB"
                + (isLine ? "" : "; no line fits, so a curve"),
            evidence: evidence(reads.map(\.time), fit: isLine ? fit.quality : nil, singles: page))
        show(
            .init(
                "READ, fit: fixed", quantity: .time, value: fit.fixed,
                isNoisy: reads.map(\.time).contains(where: \.isNoisy),
                remark: "and \(Rounding.digits(1 / max(fit.slope, 1e-9))) GB/s; \(fit.remark)"))
    }

    // MARK: Throughput

    private mutating func throughput() {
        for sample in samples.rates {
            let rate = Rounding.digits(sample.bytesPerSecond / 1e9)
            show(sample.time, "\(Rounding.digits(sample.perSecond)) a second, \(rate) GB/s")
        }
        drawRates()
        set(
            .rdmaOutstandingReads,
            .constant(Double(min(RDMAGrid.pageDepth, RDMAGrid.hosts * samples.outstandingReads))),
            method: "what the devices agreed on for a connection (\(samples.outstandingReads)), times "
                + "\(RDMAGrid.hosts) connections, at most the \(RDMAGrid.pageDepth) that page lists use",
            evidence: CostEvidence())
        if let best = samples.rates.max(by: { $0.bytesPerSecond < $1.bytesPerSecond }) {
            set(
                .rdmaBandwidth, .constant(Rounding.digits(best.bytesPerSecond)),
                method: "READ, the best of all sizes and depths: \(best.time.name)",
                evidence: evidence([best.time]))
        }
        let small = samples.rates.filter { $0.size == 8 }
        if let best = small.max(by: { $0.perSecond < $1.perSecond }) {
            set(
                .rdmaMessageRate, .constant(Rounding.digits(best.perSecond)),
                method: "READ of 8 B, the best way of posting: \(best.time.name)",
                evidence: evidence([best.time]))
        }
    }

    private mutating func drawRates() {
        let lines = samples.rates.filter(\.isOfLine)
        var names: [String] = []
        for sample in lines where !names.contains(sample.line) { names.append(sample.line) }
        for name in names {
            let points = lines.filter { $0.line == name }
            draw("rate", name, across: "depth", up: "reads/s", points.map { rate($0, unit: 1) })
            if let size = points.first?.size, size >= RDMAGrid.page {
                draw(
                    "throughput", name, across: "depth", up: "B/s",
                    points.map { rate($0, unit: Double(size)) })
            }
        }
    }

    private func rate(_ sample: RDMASamples.Rate, unit: Double) -> PartResult.Series.Point {
        let times = sample.time.rounds.map(\.median).filter { $0 > 0 }
        let middle = unit * sample.perSecond
        return .init(
            x: Double(sample.depth), y: middle,
            low: min(unit * 1e9 / (times.max() ?? 1e9), middle),
            high: max(unit * 1e9 / (times.min() ?? 1e9), middle))
    }
}
