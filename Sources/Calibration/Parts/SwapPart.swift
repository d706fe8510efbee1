import CCalibration
import EventKernel
import Files
import Glibc
import HardwareCosts

/// Pages that come back from compressed swap space.
public struct SwapPart: CalibrationPart {
    /// The part.
    public init() {}

    /// `swap`.
    public var name: String { "swap" }
    /// What it measures.
    public var about: String {
        "a page back from zram and from zswap, on swap space of its own that goes afterwards; root only"
    }
    /// Pages back from zram and from zswap.
    public var primitives: [CostPrimitive] { [.swapInZram, .swapInZswap] }

    private static let pages = 2048
    static let onlyRoot = "swap space may only be set up by root"

    /// Measures pages a quarter of which is random.
    public func run(_ context: CalibrationContext) throws -> PartResult {
        try PartUnavailable.refuse()
        let size = SwapPart.pages * 4096
        guard let mapping = Mapping(size: size, pages: .small) else {
            throw PartUnavailable("there is no memory for it")
        }
        SwapPart.fill(mapping)
        var result = PartResult()
        do {
            let swap = try ZramSwap(size: 8 * size)
            try measure(.swapInZram, swap, mapping, 0...0.5, context, into: &result)
        } catch let unavailable as PartUnavailable {
            result.miss([.swapInZram], unavailable.reason)
        }
        do {
            let swap = try ZswapSwap(size: 8 * size)
            try measure(.swapInZswap, swap, mapping, 0.5...1, context, into: &result)
        } catch let unavailable as PartUnavailable {
            result.miss([.swapInZswap], unavailable.reason)
        }
        return result
    }

    /// Measures pages that come back from `swap`.
    private func measure(
        _ primitive: CostPrimitive, _ swap: some SwapSpace, _ mapping: Mapping, _ span: ClosedRange<Double>,
        _ context: CalibrationContext, into result: inout PartResult
    ) throws {
        let name = swap.name
        try context.reached(span.lowerBound, name)
        // Back before the swap space goes, whatever happens.
        defer { withExtendedLifetime(swap) { _ = ccalibration_touch(mapping.bytes, mapping.size, 4096) } }
        let before = primitive == .swapInZswap ? ZswapSwap.held : nil
        let refused = ccalibration_page_out(mapping.base, mapping.size)
        guard refused == 0 else {
            throw PartUnavailable(CopyPart.reason("pages cannot be sent out", Int(refused)))
        }
        let left = SwapPart.resident(mapping)
        guard left <= SwapPart.pages / 20 else {
            throw PartUnavailable(
                "\(left) of \(SwapPart.pages) pages stayed in memory when they were sent out")
        }
        if let before, let now = ZswapSwap.held, now - before < (mapping.size - left << 12) / 20 * 19 {
            throw PartUnavailable("zswap took only \(max(now - before, 0) >> 12) of \(SwapPart.pages) pages")
        }
        let work = TimedWork(
            name, period: SwapPart.pages,
            prepare: { _ = ccalibration_page_out(mapping.base + $0.lowerBound * 4096, $0.count * 4096) },
            run: { range in
                Guard.keep(
                    ccalibration_touch(mapping.bytes + range.lowerBound * 4096, range.count * 4096, 4096))
            })
        let measured = try context.measure([work], span: span, detail: name)
        guard SwapPart.isIntact(mapping) else { throw InputError("pages came back changed from \(name)") }
        result.add(
            primitive, each: measured[0],
            method:
                "reading a byte of each of \(SwapPart.pages) pages after MADV_PAGEOUT, a quarter of each random, "
                + name, context)
    }

    private static func word(_ place: Int) -> UInt64 {
        place / 8 % 4 == 0 ? mix64(UInt64(place)) : 0x6465_6475_7065_2121
    }

    private static func fill(_ mapping: Mapping) {
        for place in stride(from: 0, to: mapping.size, by: 8) {
            mapping.base.storeBytes(of: word(place), toByteOffset: place, as: UInt64.self)
        }
    }

    private static func isIntact(_ mapping: Mapping) -> Bool {
        stride(from: 0, to: mapping.size, by: 8).allSatisfy { place in
            mapping.base.load(fromByteOffset: place, as: UInt64.self) == word(place)
        }
    }

    /// How many pages of the mapping are in memory.
    private static func resident(_ mapping: Mapping) -> Int {
        var state = [UInt8](repeating: 0, count: mapping.size / 4096)
        guard mincore(mapping.base, mapping.size, &state) == 0 else { return state.count }
        return state.count { $0 & 1 != 0 }
    }
}
