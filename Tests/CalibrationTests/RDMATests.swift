import EventKernel
import HardwareCosts
import PageContent
import Testing
import Verbs

@testable import Calibration

/// What is made of samples that were planted, without a device.
@Suite struct RDMATests {
    private static let fixed = 2_100.0
    private static let perByte = 0.09

    private func rounds(_ value: Double) -> [[UInt64]] {
        (0..<3).map { round in (0..<100).map { UInt64(value) + UInt64($0 % 7) + UInt64(round) } }
    }

    private func planted() -> RDMASamples {
        var samples = RDMASamples()
        for size in RDMAGrid(isQuick: false).sizes {
            let time = Self.fixed + Self.perByte * Double(size)
            samples.latencies.append(
                .init(
                    kind: "READ", size: size,
                    time: Measurement("READ \(size)", singles: rounds(time), overhead: 3)))
        }
        for (size, depth, time) in [(8, 16, 125.0), (4096, 64, 400), (65_536, 16, 5_300)] {
            samples.rates.append(
                .init(
                    line: "\(size), 16 at once", size: size, depth: depth,
                    time: Measurement("\(size)", means: [time, time * 1.01, time * 0.99], batch: 100)))
        }
        for pages in [1, 64, 1024, 8192] {
            let time = 3_000 + 450 * Double(pages)
            samples.pages.append(
                .init(
                    isMerged: false, pages: pages, reads: pages,
                    time: Measurement("\(pages) pages", means: [time, time, time], batch: 1)))
        }
        samples.pages.append(
            .init(
                isMerged: true, pages: 8192, reads: 3000,
                time: Measurement("8192 merged", means: [1_843_200], batch: 1)))
        for bytes in [4096, 1 << 20, 1 << 24] {
            let time = 20_000 + 0.06 * Double(bytes)
            samples.registrations.append(
                .init(
                    bytes: bytes, register: Measurement("register", singles: rounds(time), overhead: 3),
                    deregister: Measurement("take back", singles: rounds(9_000), overhead: 3)))
        }
        samples.scaling = [false, true].map { .init(sharesReceives: $0, points: points()) }
        samples.onDemand = Measurement("on demand", singles: rounds(900_000), overhead: 6)
        samples.outstandingReads = 16
        return samples
    }

    /// Reads slow down beyond 1,024 connections; 4 and 16 serve faster than one.
    private func points() -> [RDMASamples.Scaling.Point] {
        let reads = [(1, 900.0), (4, 700), (16, 600), (256, 600), (1024, 660), (4096, 1500)]
        var before = 0
        return reads.map { count, time in
            let added = count - before
            before = count
            let setUp = 80_000 + 250_000 * Double(added)
            return .init(
                connections: count, added: added,
                setUp: Measurement("set-up", means: [setUp, setUp * 1.02], batch: 1),
                memory: [Double(count) * 2 * 24_576, Double(count) * 2 * 24_000],
                latency: Measurement("alone", singles: rounds(2_500), overhead: 3),
                read: Measurement("under way", means: [time, time], batch: 100))
        }
    }

    private func find(_ samples: RDMASamples) -> PartResult {
        RDMAFindings(samples: samples, context: quickContext()).result
    }

    private func isNear(_ value: Double, _ planted: Double, within share: Double) -> Bool {
        abs(value / planted - 1) < share
    }

    @Test func plantedCostsAreRecovered() throws {
        let result = find(planted())
        #expect(result.absent.isEmpty)
        #expect(Set(result.costs.keys) == Set(RDMAPart().primitives))
        for (primitive, cost) in result.costs {
            #expect(cost.model.fault(for: primitive) == nil && cost.evidence?.fault == nil)
            #expect(cost.origin.word == "measured" && cost.origin.fault == nil)
        }
        func value(_ primitive: CostPrimitive, at amount: UInt64 = 1) throws -> Double {
            try #require(result.costs[primitive]).model.value(at: amount)
        }
        #expect(isNear(try value(.rdmaRead, at: 8), Self.fixed, within: 0.01))
        #expect(isNear(try value(.rdmaRead, at: 1 << 20), Self.fixed + Self.perByte * 0x1p20, within: 0.01))
        #expect(isNear(try value(.rdmaReadPages, at: 1000), 3_000 + 450_000, within: 1e-3))
        #expect(isNear(try value(.rdmaBandwidth), 65_536 / 5_300e-9, within: 1e-3))
        #expect(isNear(try value(.rdmaMessageRate), 8e6, within: 1e-3))
        #expect(try value(.rdmaOutstandingReads) == 64)
        #expect(isNear(try value(.rdmaRegistration, at: 1 << 24), 20_000 + 0.06 * 0x1p24, within: 0.01))
        #expect(isNear(try value(.rdmaConnectionSetup, at: 100), 80_000 + 25e6, within: 0.02))
        #expect(isNear(try value(.rdmaConnectionMemory, at: 100), 100 * 24_288, within: 1e-3))
        #expect(isNear(try value(.rdmaConnectionSwitch), 900_000 - Self.fixed - 369, within: 1e-3))
        let slowdown = try #require(result.costs[.rdmaConnectionSlowdown]).model
        #expect(slowdown.value(at: 1) == 1 && slowdown.value(at: 256) == 1)
        #expect(isNear(slowdown.value(at: 1024), 1.1, within: 1e-3))
        #expect(isNear(slowdown.value(at: 4096), 2.5, within: 1e-3))
    }

    @Test func listsStandAgainstTheSumOfTheirParts() throws {
        let rows = find(planted()).rows
        func row(_ start: String) throws -> PartResult.Row {
            try #require(rows.first { $0.name.hasPrefix(start) })
        }
        let single = Self.fixed + Self.perByte * 4096
        let whole = 3_000 + 450.0 * 8192
        #expect(isNear(try row("all pages / as many single").value, whole / 8192 / single, within: 0.01))
        #expect(isNear(try row("all pages / as many at depth").value, whole / 8192 / 400, within: 0.01))
        #expect(isNear(try row("all pages, runs merged").value, 1_843_200 / whole, within: 1e-6))
        #expect(try row("all pages, runs merged").remark == "3000 reads instead of 8192")
    }

    @Test func linesAreThereForEachPlot() {
        let series = find(planted()).series
        let plots = Set(series.map(\.plot))
        #expect(
            plots == [
                "latency", "rate", "throughput", "page lists", "registration", "connections",
                "connection set-up",
            ])
        for line in series {
            #expect(!line.points.isEmpty)
            #expect(line.points.allSatisfy { $0.low <= $0.y && $0.y <= $0.high && $0.y > 0 }, "\(line.line)")
        }
    }

    @Test func whatWasNotMeasuredIsAbsentWithTheReason() {
        let nothing = find(RDMASamples())
        #expect(nothing.costs.keys.map(\.name) == ["rdma-outstanding-reads"])
        #expect(Set(nothing.absent.keys).union(nothing.costs.keys) == Set(RDMAPart().primitives))
        var samples = planted()
        for index in samples.scaling.indices {
            let last = samples.scaling[index].points.count - 1
            samples.scaling[index].points[last].memory = [-4096, 8192]
        }
        let lost = find(samples)
        #expect(lost.costs[.rdmaConnectionMemory] == nil)
        #expect(lost.absent[.rdmaConnectionMemory]?.contains("measure more connections") == true)
    }

    @Test func aRoundThatDiffersIsFlagged() throws {
        var samples = planted()
        samples.latencies[9].time = Measurement(
            "READ 4096", singles: [rounds(2_500)[0], rounds(2_900)[0]], overhead: 0)
        #expect(find(samples).costs[.rdmaRead]?.evidence?.isNoisy == true)
        #expect(find(planted()).costs[.rdmaRead]?.evidence?.isNoisy == false)
    }

    @Test func singleTimesGiveRoundsAndQuantilesLessTheClock() throws {
        let measured = Measurement(
            "made", singles: [Array(101...200), Array(201...300), []], overhead: 100)
        #expect(measured.rounds.map(\.minimum) == [1, 101])
        #expect(measured.value == 100.5 && measured.minimum == 1)
        #expect(measured.histogram.reduce(0) { $0 + $1.count } == 200)
        #expect(isNear(try #require(measured.quantile(0.5)), 100, within: 0.02))
        #expect(measured.quantiles.last?.probability == 1)
    }
}

@Suite struct PageListTests {
    @Test func realPagesNameTheBasePagesThatTheyResemble() throws {
        let list = try #require(PageList(madePages(100, changed: 4), hosts: 4, mostBasePages: 1000))
        #expect(list.basePages == 25 && list.pages.count >= 90, "\(list.pages.count)")
        // Each page resembles the base page of its own number.
        let numbers = list.pages.map { $0.base * 25 + $0.page }
        #expect(numbers == numbers.sorted() && Set(numbers).count == numbers.count)
        #expect(list.pages.allSatisfy { (0..<4).contains($0.base) && (0..<25).contains($0.page) })
    }

    @Test func basesThatAreTooLargeAreCutAndNothingIsReadBeyond() throws {
        let list = try #require(PageList(madePages(100), hosts: 4, mostBasePages: 10))
        #expect(list.basePages == 10 && list.pages.allSatisfy { $0.page < 10 })
    }

    @Test func pagesThatResembleNothingGiveNoList() {
        #expect(PageList(madePages(20, changed: 20_000), hosts: 4, mostBasePages: 1000) == nil)
    }

    @Test func aMadeListSaysSoAndLiesWithinItsBases() {
        for (count, bases, pages) in [(2048, 4, 4096), (10, 1, 1), (1, 3, 5)] {
            let list = PageList(made: count, hosts: bases, basePages: pages, why: "none")
            #expect(list.pages.count == count && list.source.contains("made-up"))
            #expect(
                list.pages.allSatisfy { (0..<bases).contains($0.base) && (0..<pages).contains($0.page) })
            for part in list.counts(isQuick: false) {
                for round in 0..<9 { #expect(list.window(part, round: round).count == part) }
            }
            #expect(list.counts(isQuick: true).last == count)
        }
    }

    @Test func numbersOfConnectionsRiseToTheMost() {
        for most in [1, 2, 3, 100, 255, 256, 4096, 9000] {
            for isQuick in [true, false] {
                let grid = RDMAGrid(isQuick: isQuick)
                for (counts, last) in [
                    // What was asked for counts, also in a quick look; else the look's own number.
                    (grid.connections(wanted: most, ofDevice: 1 << 20), most),
                    (grid.connections(wanted: nil, ofDevice: most), min(most, isQuick ? 256 : 4096)),
                    (grid.connections(wanted: 4096, ofDevice: most), min(most, 4096)),
                ] {
                    #expect(counts.last == last)
                    #expect(counts.first == 1 && zip(counts, counts.dropFirst()).allSatisfy { $0 < $1 })
                }
            }
        }
    }
}

/// Without a device the part says why, at once.
@Suite(.enabled(if: DeviceList.obstacle() != nil, "there is an RDMA device: scripts/test-rdma measures it"))
struct RDMAWithoutDeviceTests {
    @Test func thePartSaysWhatIsMissing() throws {
        let context = CalibrationContext(
            settings: TimingSettings(rounds: 1, isQuick: true),
            pages: {
                Issue.record("pages were taken before the device was looked for")
                return madePages(10)
            })
        let run = try CalibrationRun(name: "none", [RDMAPart()]) { _ in context }
        #expect(run.parts[0].failure == DeviceList.obstacle()?.description)
        #expect(Set(run.costs.absent.keys) == Set(RDMAPart().primitives) && run.costs.costs.isEmpty)
    }
}
