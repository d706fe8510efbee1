import CCalibration
import Glibc
import HardwareCosts
import Machine

/// Memory itself: how long a load takes that the next one waits for, and how much all processors read together;
/// per pair of NUMA nodes where there are several.
public struct MemoryPart: CalibrationPart {
    /// The part.
    public init() {}

    /// `memory`.
    public var name: String { "memory" }
    /// What it measures.
    public var about: String {
        "latency and bandwidth of memory, per pair of NUMA nodes, small and huge pages"
    }
    /// Latency and bandwidth, local and remote.
    public var primitives: [CostPrimitive] {
        [.memoryLatencyLocal, .memoryLatencyRemote, .memoryBandwidthLocal, .memoryBandwidthRemote]
    }

    /// Measures over memory of four times the last cache, as far as an eighth of what is free allows.
    public func run(_ context: CalibrationContext) throws -> PartResult {
        let cache = MemoryPart.lastCache()
        let size = MemoryPart.size(cache: cache, isQuick: context.settings.isQuick)
        guard let huge = Mapping(size: size, pages: .huge), let small = Mapping(size: size, pages: .small)
        else {
            throw PartUnavailable("there is no memory for it")
        }
        var result = PartResult()
        if let cache, size < 2 * cache {
            result.notes.append("only \(size >> 20) MiB were free to measure over: caches help")
        }
        try context.reached(0, "laying out memory")
        huge.touch()
        small.touch()
        let share = huge.hugeShare ?? 0
        result.notes.append(
            "over \(size >> 20) MiB; last cache \(cache.map { "\($0 >> 20) MiB" } ?? "unknown"); "
                + "huge pages back \(Int((share * 100).rounded())) % of where they were asked for")
        try ladder(huge, size, context, into: &result)
        try latency(small: small, huge: huge, hugeShare: share, context, into: &result)
        var crew = MemoryPart.near(context.processors)
        if let time = MachineShare.now().processorTime, time < Double(crew.count) {
            // More threads than that would be made to stand still in turn.
            crew = Array(crew.prefix(max(1, Int(time))))
            result.notes.append(
                "a control group allows the time of \(time) processors: \(crew.count) of \(context.processors.count) read"
            )
        }
        try bandwidth(huge, crew, context, into: &result)
        try NodePairs(size: size, processors: context.processors)
            .measure(context, span: 0.7...1, into: &result)
        try context.reached(1, "")
        return result
    }

    /// Those of `processors` that are on the node of the one that this thread runs on, whose memory it has touched.
    private static func near(_ processors: [Int]) -> [Int] {
        guard let own = Pinning.allowed.first else { return processors }
        guard let node = NumaTopology.here.node(ofProcessor: own) else { return processors }
        return processors.filter(node.processors.contains)
    }

    /// Bytes of the largest cache of processor 0; nil when the kernel does not say.
    static func lastCache(root: String = "") -> Int? {
        let folder = root + "/sys/devices/system/cpu/cpu0/cache"
        return SystemFile.names(in: folder).compactMap { name -> Int? in
            guard let text = SystemFile.text("\(folder)/\(name)/size"), let last = text.last else {
                return nil
            }
            let unit = last == "K" ? 1 << 10 : last == "M" ? 1 << 20 : last == "G" ? 1 << 30 : 1
            return Int(unit == 1 ? text[...] : text.dropLast()).map { $0 * unit }
        }.max()
    }

    /// Bytes to measure over.
    private static func size(cache: Int?, isQuick: Bool) -> Int {
        let wanted = (cache ?? 64 << 20) * (isQuick ? 2 : 4)
        let free = MachineShare.now().memory.map { Int(clamping: $0) } ?? 1 << 30
        let huge = 2 << 20
        return max(min(wanted, free / 8, 2 << 30), 16 << 20) / huge * huge
    }

    /// Latency against size: the caches one after the other.
    private func ladder(
        _ mapping: Mapping, _ size: Int, _ context: CalibrationContext, into result: inout PartResult
    ) throws {
        var sizes = Array(
            sequence(first: 16 << 10) { $0 * (context.settings.isQuick ? 8 : 2) }.prefix {
                $0 <= size / 4 * 3
            })
        sizes.append(size)
        var points: [PartResult.Series.Point] = []
        for (index, size) in sizes.enumerated() {
            let span =
                0.45 * Double(index) / Double(sizes.count)...0.45 * Double(index + 1) / Double(sizes.count)
            try context.reached(span.lowerBound, "latency over \(MemoryPart.text(size))")
            let chain = PointerChain(mapping, size: size)
            // A round follows far fewer pointers than a large cache holds: they must be there before, and a cache
            // takes several turns to keep all of them.
            if size <= MemoryPart.lastCache() ?? 64 << 20 { chain.follow(4 * chain.lines) }
            let work = TimedWork("latency over \(MemoryPart.text(size))") { chain.follow($0.count) }
            points.append(
                .init(Double(size), try context.measure([work], span: span, detail: work.name)[0]))
        }
        result.series.append(
            .init(plot: "memory latency", line: "huge pages", across: "bytes", up: "ns", points: points))
    }

    static func text(_ size: Int) -> String { size >= 1 << 20 ? "\(size >> 20) MiB" : "\(size >> 10) KiB" }

    /// Latency beyond all caches, with small and with huge pages.
    private func latency(
        small: Mapping, huge: Mapping, hugeShare: Double, _ context: CalibrationContext,
        into result: inout PartResult
    ) throws {
        // The ladder's last step has left its chain in `huge`; a new one is laid all the same.
        let chains = [PointerChain(huge, size: huge.size), PointerChain(small, size: small.size)]
        let names = ["latency, huge pages", "latency, small pages"]
        let works = zip(chains, names).map { chain, name in TimedWork(name) { chain.follow($0.count) } }
        let measured = try context.measure(works, span: 0.45...0.6, detail: "latency")
        let size = MemoryPart.text(huge.size)
        // Where huge pages were not given, small ones are what was measured.
        let isHuge = hugeShare > 0.9
        result.add(
            .memoryLatencyLocal, constant: measured[isHuge ? 0 : 1],
            method: "dependent loads in random order over \(size), \(isHuge ? "huge" : "small") pages",
            remark: size, context)
        let other = measured[isHuge ? 1 : 0]
        let remark =
            isHuge ? "with what a miss in the address translation costs" : "huge pages were not given"
        result.rows.append(.init(other.name, other, remark: remark))
    }

    private func bandwidth(
        _ mapping: Mapping, _ processors: [Int], _ context: CalibrationContext, into result: inout PartResult
    ) throws {
        let measured = try ReadingCrew.measure(
            mapping, processors: processors, named: "bandwidth, reading", settings: context.settings,
            step: { try context.reached(0.65, "bandwidth") })
        guard let measured else {
            result.miss([.memoryBandwidthLocal], "there are no threads to read with")
            return
        }
        result.add(
            bandwidth: .memoryBandwidthLocal, measured,
            method: "\(processors.count) threads reading \(MemoryPart.text(mapping.size)), huge pages",
            context)
    }
}

extension PartResult {
    /// Adds a bandwidth from nanoseconds a byte, and its row.
    mutating func add(
        bandwidth primitive: CostPrimitive?, _ measurement: Measurement, method: String, remark: String = "",
        _ context: CalibrationContext
    ) {
        let best = measurement.minimum > 0 ? 1e9 / measurement.minimum : nil
        let value = 1e9 / measurement.value
        rows.append(
            Row(
                measurement.name, quantity: .bandwidth, value: value, best: best, spread: measurement.spread,
                isNoisy: measurement.isNoisy, remark: remark))
        guard let primitive else { return }
        costs[primitive] = Cost(
            .constant(Rounding.digits(value)), origin: context.origin(method), evidence: measurement.evidence)
    }
}
