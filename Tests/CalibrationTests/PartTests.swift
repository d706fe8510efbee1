import EventKernel
import HardwareCosts
import PageContent
import Testing

@testable import Calibration

/// Pages that resemble their bases: random ones of which some bytes differ.
func madePages(_ count: Int, changed: Int = 40) -> CalibrationPages {
    var stream = RandomStream(seed: 7, purpose: .test, entity: 0)
    // Half of each page is text-like, so that compressors have something to do.
    let base = (0..<count * Page.size).map { place in
        place % Page.size < Page.size / 2 ? UInt8(truncatingIfNeeded: stream.next()) : UInt8(place % 7)
    }
    var target = base
    for page in 0..<count {
        for _ in 0..<changed {
            target[page * Page.size + Int(stream.next() % UInt64(Page.size))] ^= 0x55
        }
    }
    func set(_ bytes: [UInt8], _ instance: Int) -> PageSet {
        PageSet(
            label: InstanceLabel(function: "made", instance: instance), memory: PageMemory(copying: bytes),
            kinds: Array(repeating: .anonymous, count: count),
            places: (0..<count).map { PagePlace(region: 1, offset: UInt32($0)) })
    }
    return CalibrationPages(target: set(target, 1), base: set(base, 0), source: "made pages")
}

func quickContext(
    pages: CalibrationPages? = nil, rounds: Int = 2, check: @escaping () throws -> Void = {},
    report: @escaping (Double, String) -> Void = { _, _ in }
) -> CalibrationContext {
    CalibrationContext(
        settings: TimingSettings(rounds: rounds, isQuick: true), pages: { pages ?? madePages(200) },
        check: check, report: report)
}

/// What holds for every part, whatever the machine: costs are valid, and nothing is left open.
func expectSound(_ part: some CalibrationPart, _ context: CalibrationContext) throws -> CalibrationRun {
    let run = try CalibrationRun(name: "test", [part]) { _ in context }
    for primitive in part.primitives {
        let cost = run.costs.costs[primitive]
        #expect((cost == nil) != (run.costs.absent[primitive] == nil), "\(primitive.name)")
        guard let cost else { continue }
        #expect(cost.model.fault(for: primitive) == nil && cost.evidence?.fault == nil)
        #expect(cost.model.value(at: 1) > 0, "\(primitive.name): \(cost.model)")
        #expect(cost.origin.word == "measured" && cost.origin.fault == nil)
    }
    #expect(Set(run.costs.primitives).isSubset(of: part.primitives))
    return run
}

@Suite(.serialized) struct PartTests {
    @Test func hashesAreMeasuredWhereTheirLibrariesAreThere() throws {
        let run = try expectSound(HashPart(), quickContext())
        guard let chunk = run.costs.costs[.hashChunkSHA256]?.model.value(),
            let page = run.costs.costs[.hashPageSHA256]?.model.value()
        else {
            let reason = run.costs.absent[.hashChunkSHA256] ?? ""
            #expect(reason.contains("install"))
            return print("skipped: SHA-256 of pages and chunks was not compared: \(reason)")
        }
        // 65 blocks against 2: whatever the machine, a page takes several times as long.
        #expect(page > 3 * chunk, "\(page) \(chunk)")
        #expect(run.parts[0].result.rows.count >= 4)
    }

    @Test func aHashThatIsWrongIsNotTakenForOne() throws {
        let wrong = SystemHashes.Function(name: "SHA-1", library: "broken") { _, _, output in
            output.storeBytes(of: 0, as: UInt64.self)
        }
        #expect(!SystemHashes.isRight(wrong, [0xA9, 0x99]))
    }

    @Test func everyOperationOnPagesIsMeasured() throws {
        let run = try expectSound(PatchPart(), quickContext())
        let absent = run.costs.absent.keys.map(\.name).sorted().filter { $0 != "fingerprint-artifact" }
        #expect(absent == ["patch-apply-xdelta3", "patch-encode-xdelta3"])
        if run.costs.costs[.fingerprintArtifact] == nil {
            let reason = run.costs.absent[.fingerprintArtifact] ?? ""
            #expect(reason.contains("install"))
            print("skipped: the artifact's fingerprint was not measured: \(reason)")
        }
        let compressed = try expectSound(CompressPart(), quickContext())
        #expect(compressed.costs.absent.isEmpty)
        // The same model on both sides of zstd: making a patch takes longer than applying it.
        let encode = try #require(run.costs.costs[.patchEncodeZstd]).model.value()
        let apply = try #require(run.costs.costs[.patchApplyZstd]).model.value()
        #expect(encode > apply, "\(encode) \(apply)")
    }

    @Test func theReleasedFingerprintTakesFiveChunksAtMostAndNoneOfZeros() throws {
        guard let hash = try? SystemHashes.openSSL("SHA-1") else {
            return print(
                "skipped: the released fingerprint needs OpenSSL's libcrypto, which is not installed")
        }
        let fingerprint = ReleasedFingerprint(hash: hash)
        let output = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)
        defer { output.deallocate() }
        let pages = madePages(50).target.memory
        #expect((0..<50).allSatisfy { fingerprint.sample(pages.page($0), into: output) == 5 })
        let zeros = PageMemory(copying: [UInt8](repeating: 0, count: Page.size))
        #expect(fingerprint.sample(zeros.page(0), into: output) == 0)
    }

    @Test func pagesThatShareNothingAreNoReasonToGuess() throws {
        let pages = madePages(4, changed: 20_000)
        let run = try expectSound(PatchPart(), quickContext(pages: pages))
        #expect(run.costs.absent[.patchApplyZstd]?.contains("made pages") == true)
        #expect(run.costs.costs[.patchEncodeZstd] == nil && run.costs.costs[.fingerprintSpread] != nil)
    }

    @Test func pagesOfZerosAreNoReasonToGuess() throws {
        var pages = madePages(4)
        pages.target = PageSet(
            label: pages.target.label,
            memory: PageMemory(copying: [UInt8](repeating: 0, count: 4 * Page.size)),
            kinds: pages.target.kinds, places: pages.target.places)
        for part in [PatchPart(), CompressPart()] as [any CalibrationPart] {
            let run = try CalibrationRun(name: "zeros", [part]) { _ in quickContext(pages: pages) }
            #expect(run.costs.costs.isEmpty && run.parts[0].failure?.contains("made pages") == true)
            #expect(Set(run.costs.absent.keys) == Set(part.primitives))
        }
    }

    @Test func copiesFromAnotherProcessGrowWithTheirSize() throws {
        let run = try expectSound(CopyPart(), quickContext())
        guard let cost = run.costs.costs[.copyFromProcess] else {
            #expect(run.parts[0].failure?.contains("process") == true, "\(run.parts[0])")
            return
        }
        // Where no line comes near, the points themselves are the model, and no fit is claimed.
        switch cost.model {
        case .affine(let fixed, let perByte):
            #expect(fixed >= 0 && perByte > 0)
            #expect(cost.evidence?.fit?.points == 5 && (cost.evidence?.fit?.worst ?? 1) <= 0.25)
        case .curve(let curve): #expect(curve.points.count == 5 && cost.evidence?.fit == nil)
        default: Issue.record("\(cost.model)")
        }
        let points = try #require(run.parts[0].result.series.first).points
        #expect(points.map(\.x) == [64, 4096, 65_536, 1_048_576, 4_194_304])
        // 65,536 times the bytes: no machine copies them in less than a hundred times the time of the smallest.
        #expect(points[4].y > 100 * points[0].y, "\(points)")
    }

    @Test func faultsAreMeasuredOrSayWhyNot() throws {
        let run = try expectSound(FaultPart(), quickContext())
        #expect(run.costs.costs[.faultAnonymous] != nil && run.costs.costs[.faultMinor] != nil)
        if run.costs.costs[.faultUserfaultfd] == nil {
            #expect(run.costs.absent[.faultUserfaultfd]?.contains("userfaultfd") == true)
        }
    }

    @Test func memoryIsMeasuredAndARemoteNodeIsNotInvented() throws {
        let run = try expectSound(MemoryPart(), quickContext())
        #expect(run.costs.costs[.memoryLatencyLocal] != nil && run.costs.costs[.memoryBandwidthLocal] != nil)
        if NumaTopology.here.numbers.count < 2 {
            #expect(run.costs.absent[.memoryLatencyRemote] == "the machine has one NUMA node")
            #expect(run.costs.absent[.memoryBandwidthRemote] == "the machine has one NUMA node")
        }
        let points = try #require(run.parts[0].result.series.first).points
        let isRising = zip(points, points.dropFirst()).allSatisfy { $0.x < $1.x }
        #expect(isRising)
        // The first fits into any first cache, the last into none.
        #expect(points[points.count - 1].y > 2 * points[0].y, "\(points)")
    }

    @Test(arguments: [128, 4096, 65_536, 1 << 20])
    func aPointerChainIsOneCycleThroughAllLines(size: Int) throws {
        let mapping = try #require(Mapping(size: 1 << 20, pages: .small))
        #expect(PointerChain(mapping, size: size).length == size / PointerChain.line)
    }

    @Test func letGoPagesOfOwnMemoryAreGoneAndSharedOnesStay() throws {
        let own = try #require(Mapping(size: 1 << 20, pages: .small))
        let shared = try #require(Mapping(size: 1 << 20, pages: .shared))
        own.touch()
        shared.touch()
        own.drop(0..<2)
        shared.drop(0..<2)
        #expect(
            own.base.load(as: UInt8.self) == 0 && own.base.load(fromByteOffset: 8192, as: UInt8.self) == 1)
        #expect(shared.base.load(as: UInt8.self) == 1)
    }

    @Test func theLargestCacheIsFound() throws {
        let root = "/proc/nowhere"
        #expect(MemoryPart.lastCache(root: root) == nil)
        if let cache = MemoryPart.lastCache() { #expect(cache >= 1 << 15) }
    }

    @Test func theUserCanStopAndIsToldHowFarItIs() throws {
        struct Stopped: Error {}
        var shares: [Double] = []
        let context = quickContext(
            check: { if shares.count > 5 { throw Stopped() } }, report: { share, _ in shares.append(share) })
        #expect(throws: Stopped.self) { _ = try HashPart().run(context) }
        var all: [Double] = []
        _ = try HashPart().run(quickContext(report: { share, _ in all.append(share) }))
        #expect(all.last == 1 && all == all.sorted() && all.count > 10)
    }

    @Test func aPartThatCannotRunIsMarkedAndTheOthersRun() throws {
        struct Nowhere: CalibrationPart {
            var name: String { "nowhere" }
            var about: String { "" }
            var primitives: [CostPrimitive] { [.rdmaRead] }
            func run(_ context: CalibrationContext) throws -> PartResult {
                throw PartUnavailable("no device")
            }
        }
        let run = try CalibrationRun(name: "all", [Nowhere(), HashPart()]) { _ in quickContext() }
        #expect(run.costs.absent[.rdmaRead] == "no device" && run.parts[0].failure == "no device")
        #expect(run.parts[1].failure == nil && run.parts.map(\.name) == ["nowhere", "hash"])
        #expect(run.costs.machine[.kernel] != nil)
    }

    @Test func whatNoFileMayHoldIsAnErrorOfThePart() throws {
        struct Wrong: CalibrationPart {
            var name: String { "wrong" }
            var about: String { "" }
            var primitives: [CostPrimitive] { [.rdmaRead] }
            func run(_ context: CalibrationContext) throws -> PartResult {
                var result = PartResult()
                result.costs[.rdmaRead] = Cost(.constant(-1), origin: context.origin("x"))
                return result
            }
        }
        #expect(throws: (any Error).self) {
            _ = try CalibrationRun(name: "wrong", [Wrong()]) { _ in quickContext() }
        }
    }

    @Test func seriesBecomeALineAPoint() throws {
        var result = PartResult()
        result.series = [
            .init(
                plot: "a, b", line: "x", across: "bytes", up: "ns",
                points: [.init(x: 1, y: 2, low: 1.5, high: 3)])
        ]
        struct Drawn: CalibrationPart {
            var result: PartResult
            var name: String { "drawn" }
            var about: String { "" }
            var primitives: [CostPrimitive] { [] }
            func run(_ context: CalibrationContext) throws -> PartResult { result }
        }
        let run = try CalibrationRun(name: "s", [Drawn(result: result)]) { _ in quickContext() }
        #expect(
            SeriesTable.csv(run) == SeriesTable.header + "\ndrawn,\"a, b\",x,bytes,ns,1.0,2.0,1.5,3.0\n")
        let none = try CalibrationRun(name: "s", [Drawn(result: PartResult())]) { _ in quickContext() }
        #expect(SeriesTable.csv(none) == nil)
    }
}
