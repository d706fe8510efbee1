import HardwareCosts

extension RDMAFindings {
    /// Page lists, and how they stand to the sum of what single reads take.
    mutating func pages() {
        let plain = samples.pages.filter { !$0.isMerged }
        for sample in samples.pages {
            let each = Rounding.digits(sample.time.value / Double(sample.pages) / 1e3)
            let reads = sample.isMerged ? ", \(sample.reads) reads" : ""
            show(sample.time, "\(each) us a page\(reads)")
        }
        draw(
            "page lists", "page by page", across: "pages", up: "ns",
            plain.map { .init(Double($0.pages), $0.time) })
        guard let whole = plain.max(by: { $0.pages < $1.pages }) else { return }
        result.notes.append("page lists: \(samples.pageSource)")
        parts(of: whole)
        if let merged = samples.pages.first(where: \.isMerged) {
            ratio(
                "all pages, runs merged / page by page", merged.time.value / whole.time.value,
                "\(merged.reads) reads instead of \(merged.pages)")
        }
        guard let fit = LineFit(plain.map { .init(Double($0.pages), $0.time.value) }) else { return }
        set(
            .rdmaReadPages,
            .perItem(fixed: Rounding.digits(fit.fixed), each: Rounding.digits(fit.slope)),
            method: "lists of up to \(whole.pages) pages of 4 KiB (\(samples.pageSource)) over "
                + "\(RDMAGrid.hosts) connections, \(RDMAGrid.pageDepth) under way",
            evidence: evidence(plain.map(\.time), fit: fit.quality))
        show(
            .init(
                "page lists, fit: each", quantity: .time, value: fit.slope,
                isNoisy: plain.map(\.time).contains(where: \.isNoisy),
                remark: "and \(Rounding.digits(fit.fixed / 1e3)) us; \(fit.remark)"))
    }

    /// The list against as many single reads, and against reads of one region at the same depth.
    private mutating func parts(of whole: RDMASamples.PageReading) {
        let count = Double(whole.pages)
        let single = samples.latencies.first { $0.kind == "READ" && $0.size == RDMAGrid.page }
        if let single, single.time.value > 0 {
            ratio(
                "all pages / as many single reads", whole.time.value / (count * single.time.value),
                "the sum of its parts, one after the other")
        }
        let many = samples.rates.first {
            $0.size == RDMAGrid.page && $0.isOfLine && $0.depth == RDMAGrid.pageDepth
                && $0.line.hasSuffix("at once")
        }
        if let many, many.time.value > 0 {
            ratio(
                "all pages / as many at depth \(RDMAGrid.pageDepth)",
                whole.time.value / (count * many.time.value),
                "the same reads of one region over one connection")
        }
    }

    private mutating func ratio(_ name: String, _ value: Double, _ remark: String) {
        show(.init(name, quantity: .factor, value: value, remark: remark))
    }

    /// Registering memory, by its bytes.
    mutating func registration() {
        for sample in samples.registrations {
            let each = Rounding.digits(sample.register.value / Double(sample.bytes) * 1048.576)
            show(sample.register, "\(each) us/MiB")
        }
        if let largest = samples.registrations.filter({ !$0.isHuge }).max(by: { $0.bytes < $1.bytes }) {
            show(largest.deregister)
        }
        let small = samples.registrations.filter { !$0.isHuge }
        draw(
            "registration", "small pages", across: "bytes", up: "ns",
            small.map { .init(Double($0.bytes), $0.register) })
        guard let fit = LineFit(small.map { .init(Double($0.bytes), $0.register.value) }) else { return }
        set(
            .rdmaRegistration,
            .affine(fixed: Rounding.digits(fit.fixed), perByte: Rounding.digits(fit.slope)),
            method: "memory of small pages that are present, \(small.count) sizes",
            evidence: evidence(small.map(\.register), fit: fit.quality))
        show(
            .init(
                "registration, fit: each MiB", quantity: .time, value: fit.slope * 0x1p20,
                isNoisy: small.map(\.register).contains(where: \.isNoisy),
                remark: "and \(Rounding.digits(fit.fixed / 1e3)) us; \(fit.remark)"))
    }
}
