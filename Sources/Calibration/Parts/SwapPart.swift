import CCalibration
import EventKernel
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
        "a page back from zram, on a device of its own that goes afterwards; root only"
    }
    /// Pages back from zram and from zswap.
    public var primitives: [CostPrimitive] { [.swapInZram, .swapInZswap] }

    private static let pages = 2048

    /// Measures pages a quarter of which is random.
    public func run(_ context: CalibrationContext) throws -> PartResult {
        let size = SwapPart.pages * 4096
        guard let mapping = Mapping(size: size, pages: .small) else {
            throw PartUnavailable("there is no memory for it")
        }
        SwapPart.fill(mapping)
        let swap = try ZramSwap(size: 8 * size)
        // Back before the device goes, whatever happens.
        defer { withExtendedLifetime(swap) { _ = ccalibration_touch(mapping.bytes, size, 4096) } }
        let refused = ccalibration_page_out(mapping.base, size)
        guard refused == 0 else {
            throw PartUnavailable(CopyPart.reason("pages cannot be sent out", Int(refused)))
        }
        let left = SwapPart.resident(mapping)
        guard left <= SwapPart.pages / 20 else {
            throw PartUnavailable(
                "\(left) of \(SwapPart.pages) pages stayed in memory when they were sent out")
        }
        let work = TimedWork(
            "zram, \(swap.compressor)", period: SwapPart.pages,
            prepare: { _ = ccalibration_page_out(mapping.base + $0.lowerBound * 4096, $0.count * 4096) },
            run: { range in
                Guard.keep(
                    ccalibration_touch(mapping.bytes + range.lowerBound * 4096, range.count * 4096, 4096))
            })
        let measured = try context.measure([work], detail: "zram")
        var result = PartResult()
        result.add(
            .swapInZram, each: measured[0],
            method:
                "reading a byte of each of \(SwapPart.pages) pages after MADV_PAGEOUT, a quarter of each random, "
                + swap.compressor, context)
        result.miss(
            [.swapInZswap],
            "not measured: zswap is a setting of the whole machine and needs swap space on a disk")
        return result
    }

    private static func fill(_ mapping: Mapping) {
        for page in 0..<pages {
            for word in 0..<512 {
                let place = page * 4096 + word * 8
                let value = word % 4 == 0 ? mix64(UInt64(place)) : 0x6465_6475_7065_2121
                mapping.base.storeBytes(of: value, toByteOffset: place, as: UInt64.self)
            }
        }
    }

    /// How many pages of the mapping are in memory.
    private static func resident(_ mapping: Mapping) -> Int {
        var state = [UInt8](repeating: 0, count: mapping.size / 4096)
        guard mincore(mapping.base, mapping.size, &state) == 0 else { return state.count }
        return state.count { $0 & 1 != 0 }
    }
}
