import CCalibration
import Glibc
import HardwareCosts

/// Copying memory out of another process, by size.
public struct CopyPart: CalibrationPart {
    /// The part.
    public init() {}

    /// `copy`.
    public var name: String { "copy" }
    /// What it measures.
    public var about: String { "copying memory out of another process, 64 B to 16 MiB" }
    /// The copy.
    public var primitives: [CostPrimitive] { [.copyFromProcess] }

    /// Bytes that copies walk through, so that a page that is copied again has left the nearer caches.
    private static let arena = 64 << 20

    /// A line that is further off than this share somewhere gives way to a curve through what was measured.
    private static let worstOfLine = 0.25

    private static func sizes(_ settings: TimingSettings) -> [Int] {
        settings.isQuick
            ? [64, 4096, 65_536, 1 << 20, 4 << 20]
            : [64, 512, 4096, 16_384, 65_536, 1 << 18, 1 << 20, 4 << 20, 16 << 20]
    }

    /// Copies from a child that was forked and stands still.
    public func run(_ context: CalibrationContext) throws -> PartResult {
        guard let source = Mapping(size: CopyPart.arena, pages: .small),
            let target = Mapping(size: 16 << 20, pages: .small)
        else { throw PartUnavailable("there is no memory for it") }
        for word in stride(from: 0, to: CopyPart.arena, by: 8) {
            source.base.storeBytes(
                of: UInt64(word) &* 0x9E37_79B9_7F4A_7C15, toByteOffset: word, as: UInt64.self)
        }
        target.touch()
        let child = ccalibration_twin()
        guard child > 0 else { throw PartUnavailable(CopyPart.reason("no child process", Int(child))) }
        defer {
            kill(child, SIGKILL)
            while waitpid(child, nil, 0) < 0 && errno == EINTR {}
        }
        try CopyPart.check(child, source, target)
        let sizes = CopyPart.sizes(context.settings)
        let works = sizes.map { size in
            let steps = CopyPart.arena / max(size, 4096)
            return TimedWork("process_vm_readv, \(size) B") { range in
                for number in range {
                    let from = source.base + number % steps * max(size, 4096)
                    Guard.keep(ccalibration_copy(child, target.base, from, size))
                }
            }
        }
        let measured = try context.measure(works, detail: "copies")
        return try result(sizes, measured, context)
    }

    /// Copies once and compares: a kernel that forbids it says so here.
    private static func check(_ child: pid_t, _ source: Mapping, _ target: Mapping) throws(PartUnavailable) {
        let size = 1 << 20
        let count = ccalibration_copy(child, target.base, source.base, size)
        if count < 0 { throw PartUnavailable(reason("process_vm_readv is refused", count)) }
        guard count == size, memcmp(target.base, source.base, size) == 0 else {
            throw PartUnavailable("process_vm_readv gave other bytes than the process holds")
        }
    }

    static func reason(_ what: String, _ failure: Int) -> String {
        "\(what): \(String(cString: strerror(Int32(-failure))))"
    }

    private func result(
        _ sizes: [Int], _ measured: [Measurement], _ context: CalibrationContext
    ) throws -> PartResult {
        var result = PartResult()
        for (size, measurement) in zip(sizes, measured) {
            let rate = Rounding.digits(Double(size) / measurement.value, 3)
            result.rows.append(.init(measurement.name, measurement, remark: "\(rate) GB/s"))
        }
        result.series = [
            .init(
                plot: "copy", line: "process_vm_readv", across: "bytes", up: "ns",
                points: zip(sizes, measured).map { .init(Double($0), $1) })
        ]
        guard let fit = LineFit(zip(sizes, measured).map { .init(Double($0), $1.value) }) else {
            result.miss(primitives, "too short for the clock")
            return result
        }
        // Single copies are recorded for a page, the size that matters.
        let page = sizes.firstIndex(of: 4096).map { measured[$0] }
        var evidence = page?.evidence ?? CostEvidence()
        evidence.spread = measured.compactMap(\.spread).max()
        evidence.isNoisy = measured.contains(where: \.isNoisy)
        let isLine = fit.quality.worst <= CopyPart.worstOfLine
        if isLine { evidence.fit = fit.quality }
        let model =
            isLine
            ? CostModel.affine(fixed: Rounding.digits(fit.fixed), perByte: Rounding.digits(fit.slope))
            : .curve(
                CostCurve(zip(sizes, measured).map { .init(Double($0), Rounding.digits($1.value)) }))
        result.costs[.copyFromProcess] = Cost(
            model,
            origin: context.origin(
                "process_vm_readv from a child, \(sizes.count) sizes to \(sizes.last ?? 0) B through 64 MiB; single"
                    + " copies are of 4 KiB" + (isLine ? "" : "; no line fits, so a curve")),
            evidence: evidence)
        result.rows.append(
            .init(
                "fit: fixed", quantity: .time, value: fit.fixed, spread: evidence.spread,
                isNoisy: evidence.isNoisy,
                remark:
                    "and \(Rounding.digits(1 / fit.slope, 3)) GB/s; worst "
                    + "\(Int((fit.quality.worst * 100).rounded())) % off"
                    + (isLine ? "" : ": a curve is written instead")))
        return result
    }
}
