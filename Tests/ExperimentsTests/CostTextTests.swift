import HardwareCosts
import Testing

@testable import Experiments

@Suite struct CostTextTests {
    @Test func modelsAreWords() {
        func text(_ model: CostModel, _ primitive: CostPrimitive = .copyFromProcess) -> String {
            CostText.model(model, of: primitive)
        }
        #expect(text(.constant(160.93), .memoryLatencyLocal) == "160.9 ns")
        #expect(text(.constant(15_997_000_000), .memoryBandwidthLocal) == "16.00 GB/s")
        #expect(text(.affine(fixed: 0, perByte: 1)) == "1.049 ms/MiB")
        #expect(text(.affine(fixed: 2e6, perByte: 1)) == "2.000 ms + 1.049 ms/MiB")
        #expect(text(.perItem(fixed: 0, each: 763.7), .fingerprintPaper) == "763.7 ns each")
        #expect(
            text(.perItem(fixed: 76e6, each: 13_400, threads: 8), .patchApplyXdelta3)
                == "76.00 ms + 13.40 us each on 8 threads")
        #expect(
            text(.quantiles([.init(0, 90), .init(1, 110)]), .faultMinor)
                == "mean 100.0 ns, 90.00 ns to 110.0 ns")
        let curve = CostCurve([.init(64, 513), .init(4096, 486), .init(16 * 0x1p20, 1_310_900)])
        #expect(text(.curve(curve)) == "513.0 ns at 64 B to 1.311 ms at 16 MiB, 3 points")
    }

    @Test func emulatedCostsAreNamedSoBesideOthers() {
        let emulated = CostSet(name: "vm", isEmulated: true)
        let text = CostComparison(emulated, CostSet(name: "real")).text(width: 100)
        #expect(
            text.contains("A: vm, emulated") && text.contains("B: real") && !text.contains("real, emulated"))
    }
}
