import Foundation
import Testing

@testable import Verbs

private let obstacle = DeviceList.obstacle()
private let hasDevice: Bool = {
    if let obstacle { print("skipped: transfers over a device: \(obstacle)") }
    return obstacle == nil
}()
/// In a virtual machine of scripts/rdma-vm, whose network interface may be taken down.
private let mayBreakNetwork = ProcessInfo.processInfo.environment["PAGEFOLD_TEST_VM"] != nil

/// Everything over a device, one test after the other: they share it. scripts/test-rdma runs them in a virtual
/// machine; elsewhere they need an adapter.
@Suite(
    .serialized, .enabled(if: hasDevice, "no RDMA device: scripts/test-rdma runs these in a virtual machine"))
struct DeviceTests {
    private func session(_ bytes: [Int] = [1 << 20], writable: Int = 0) throws -> MemorySession {
        var regions = bytes.map { RegionRequest(bytes: $0) }
        if writable > 0 { regions.append(RegionRequest(bytes: writable, isWritable: true)) }
        return try MemorySession(loopback: regions)
    }

    private func connected(
        _ session: MemorySession, _ settings: ConnectionSettings = ConnectionSettings(), count: Int = 1,
        landing: Int = 1 << 20
    ) throws -> Transfer {
        let connections = try Connections(session, settings: settings, most: count)
        try connections.add(count)
        return try Transfer(connections, landingBytes: landing)
    }

    @Test func theDeviceIsKnownByNamePortAndAddress() throws {
        let facts = try Device(DeviceChoice()).facts
        #expect(try DeviceList.names().contains(facts.name))
        #expect(facts.mtu >= 256 && facts.mtu <= 4096)
        #expect(facts.queuePairs > 0 && facts.outstandingReads > 0)
        let again = try Device(DeviceChoice(device: facts.name, port: facts.port, gidIndex: facts.gidIndex))
            .facts
        #expect(again == facts)
        for choice in [
            DeviceChoice(device: "none0"), DeviceChoice(port: 99), DeviceChoice(gidIndex: 4000),
        ] {
            let error = #expect(throws: VerbsError.self) { try Device(choice) }
            #expect(error?.reason == .unavailable)
            #expect(error?.remedy.isEmpty == false)
        }
    }

    @Test(arguments: [8, 64, 100, 4096, 65536, 1 << 20])
    func readsOfEverySizeAreTimedAndVerified(size: Int) throws {
        let session = try session([2 << 20])
        let transfer = try connected(session)
        let plan = TransferPlan.spread(size: size, count: 12, bytes: session.regions[0].bytes)
        let samples = try transfer.latency(plan, warmUp: 2)
        #expect(samples.count == 12)
        #expect(samples.allSatisfy { $0 > 100 })
        try transfer.verify(plan)
    }

    @Test(arguments: [
        Posting(), Posting(depth: 16), Posting(depth: 16, batch: 16),
        Posting(depth: 16, batch: 8, isChained: false),
        Posting(depth: 256, batch: 32, signalEvery: 32), Posting(depth: 255, batch: 7, signalEvery: 3),
        Posting(depth: 256, batch: 256, signalEvery: 100),
    ])
    func everyWayOfPostingMovesAllBytes(posting: Posting) throws {
        let session = try session()
        let transfer = try connected(session, ConnectionSettings(depth: 256))
        let plan = TransferPlan.spread(size: 512, count: 1000, bytes: session.regions[0].bytes)
        let sample = try transfer.rate(plan, posting: posting)
        #expect(sample.operations == 1000 && sample.bytes == 512_000)
        #expect(sample.nanoseconds > 0)
        try transfer.verify(plan)
    }

    @Test func scatteredPagesOfSeveralBasesArriveMergedOrNot() throws {
        let session = try session([1 << 20, 1 << 20, 1 << 20])
        let transfer = try connected(session, ConnectionSettings(depth: 64), landing: 4 << 20)
        let pages = (0..<300).map { BasePage(base: $0 / 7 % 3, page: ($0 * 5 / 2) % 256) }
        for merging in [false, true] {
            let plan = TransferPlan.pages(pages, merging: merging, longest: 64 << 10)
            let sample = try transfer.rate(plan, posting: Posting(depth: 32, batch: 8))
            #expect(sample.bytes == 300 * 4096)
            try transfer.verify(plan)
        }
    }

    @Test func aByteThatDiffersIsReported() throws {
        let session = try session(writable: 4096)
        let transfer = try connected(session)
        let plan = TransferPlan([Piece(region: 1, offset: 1024, length: 64)])
        try transfer.verify(plan)
        try transfer.write(plan, seed: 99)
        let error = #expect(throws: VerbsError.self) { try transfer.verify(plan) }
        #expect(error?.reason == .damage)
        try transfer.verify(plan, seeds: [session.regions[0].seed, 99])
    }

    @Test func writesGoInlineAndByReferenceAndWordsAreSwapped() throws {
        let session = try session(writable: 4096)
        let transfer = try connected(session, ConnectionSettings(inlineBytes: 64))
        let plan = TransferPlan([Piece(region: 1, offset: 0, length: 64)])
        try transfer.write(plan, seed: 1, inline: true)
        try transfer.verify(plan, seeds: [0, 1])
        try transfer.write(plan, seed: 2)
        try transfer.verify(plan, seeds: [0, 2])
        #expect(try transfer.countUp(Piece(region: 1, offset: 512, length: 8), by: 20).count == 20)
        #expect(throws: VerbsError.self) {
            try transfer.countUp(Piece(region: 1, offset: 4, length: 8), by: 1)
        }
        #expect(throws: VerbsError.self) {
            try transfer.latency(plan, kind: .write(inline: true), warmUp: 0).count == 0
                || transfer.latency(
                    TransferPlan([Piece(region: 1, offset: 0, length: 4096)]), kind: .write(inline: true)
                ).isEmpty
        }
        let readOnly = #expect(throws: VerbsError.self) {
            try transfer.latency(TransferPlan([Piece(offset: 0, length: 64)]), kind: .write(inline: false))
        }
        #expect(readOnly?.problem.contains("reading only") == true)
    }

    @Test func aDepthOrABatchThatDoesNotFitIsRefused() throws {
        let session = try session()
        let transfer = try connected(session, ConnectionSettings(depth: 16))
        let plan = TransferPlan.spread(size: 64, count: 10, bytes: 4096)
        for posting in [
            Posting(depth: 17), Posting(depth: 0), Posting(depth: 16, batch: 17), Posting(batch: 0),
            Posting(signalEvery: 0),
        ] {
            #expect(throws: VerbsError.self) { try transfer.rate(plan, posting: posting) }
        }
        #expect(throws: VerbsError.self) { try Connections(session, settings: ConnectionSettings(), most: 1) }
    }

    @Test func registrationIsTimedByLength() throws {
        let session = try session()
        for bytes in [4096, 4 << 20] {
            let samples = try session.registrationCost(bytes: bytes, rounds: 3)
            #expect(samples.count == 3)
            #expect(samples.allSatisfy { $0.bytes == bytes && $0.register > 0 && $0.deregister > 0 })
        }
    }

    @Test func hugePagesAreUsedWhereTheyAreReserved() throws {
        let path = "/proc/sys/vm/nr_hugepages"
        guard mayBreakNetwork, let old = try? String(contentsOfFile: path, encoding: .utf8) else {
            return print(
                "skipped: huge pages for RDMA are reserved in the virtual machine of scripts/test-rdma only")
        }
        try "4".write(toFile: path, atomically: false, encoding: .utf8)
        defer { try? old.write(toFile: path, atomically: false, encoding: .utf8) }
        let session = try MemorySession(loopback: [RegionRequest(bytes: 2 << 20, pages: .huge)])
        let transfer = try connected(session)
        try transfer.verify(TransferPlan.spread(size: 4096, count: 64, bytes: 2 << 20))
        #expect(throws: VerbsError.self) { try MappedMemory(count: 1 << 30, pages: .huge) }
    }

    @Test(arguments: [false, true]) func readsOverUpTo256ConnectionsAreAllVerified(shared: Bool) throws {
        let session = try session()
        let settings = ScalingSettings(
            counts: [1, 16, 256], size: 1024, reads: 64, window: 32,
            connection: ConnectionSettings(depth: 2, receives: 64, sharesReceives: shared))
        var heard: [Int] = []
        let samples = try session.connectionScaling(settings) { heard.append($0.connections) }
        #expect(heard == [1, 16, 256])
        #expect(samples.map(\.added.count) == [1, 15, 240])
        #expect(samples[2].latency.count == 256)
        #expect(samples.allSatisfy { $0.added.total > 0 && $0.after.resident > 0 && $0.rate.bytes > 0 })
        #expect(try session.connectOnDemand(rounds: 2).allSatisfy { $0 > 0 })
    }

    @Test func whatATestMadeIsFreedWithIt() throws {
        func descriptors() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count { name in
                let target = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/self/fd/\(name)")
                return target?.contains("infiniband") ?? false
            }
        }
        func queuePairs() -> Int {
            let tool = try? PeerProcess(shell: "rdma resource show qp | grep -c -v gsi")
            return tool.flatMap { Int($0.finish().output.trimmingCharacters(in: .whitespacesAndNewlines)) }
                ?? 0
        }
        let before = (try descriptors(), queuePairs())
        for _ in 0..<3 {
            let session = try session()
            let transfer = try connected(session, count: 8)
            _ = try transfer.latency(TransferPlan.spread(size: 64, count: 1, bytes: 4096))
        }
        #expect(try descriptors() == before.0)
        #expect(queuePairs() == before.1)
    }
}
