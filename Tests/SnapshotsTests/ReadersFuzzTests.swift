import EventKernel
import Files
import Foundation
import PageContent
import Testing

@testable import Snapshots

/// Readers against files that were changed at random: each run must end in a snapshot or an `InputError`, and
/// no snapshot may hold more pages than the files do. `PAGEFOLD_LONG` makes it a million runs a reader.
@Suite(.serialized) struct ReadersFuzzTests {
    static let runs = ProcessInfo.processInfo.environment["PAGEFOLD_LONG"] == nil ? 3_000 : 1_000_000

    /// The numbers that break arithmetic.
    private static let edges: [UInt64] = [
        0, 1, 2, 4, 5, 7, 0x7F, 0x80, 0xFF, 0x1000, 0xFFFF, 1 << 20, 0x7FFF_FFFF, 0xFFFF_FFFF, 1 << 40,
        1 << 52, 1 << 62, 1 << 63, .max, .max - 4095, 1 << 63 - 1,
    ]

    /// Changes `bytes` in one to four ways, mostly where tables are.
    static func mutate(_ bytes: inout [UInt8], _ random: inout RandomStream) {
        for _ in 0...random.below(4) {
            if bytes.isEmpty { return }
            let reach = random.below(8) == 0 ? bytes.count : min(bytes.count, 2048)
            let position = Int(random.below(UInt64(reach)))
            switch random.below(7) {
            case 0: bytes[position] ^= 1 << UInt8(random.below(8))
            case 1: bytes[position] = UInt8(truncatingIfNeeded: random.next())
            case 2, 3:
                let aligned = position & ~3
                let value = littleEndian(edges[Int(random.below(UInt64(edges.count)))])
                for (index, byte) in value.prefix(1 << Int(random.below(4))).enumerated()
                where aligned + index < bytes.count {
                    bytes[aligned + index] = byte
                }
            case 4: bytes.removeSubrange(position..<min(bytes.count, position + Int(random.below(64))))
            case 5:
                let piece = bytes[position..<min(bytes.count, position + Int(random.below(96)))]
                bytes.insert(contentsOf: Array(piece), at: Int(random.below(UInt64(bytes.count))))
            default: if random.below(4) == 0 { bytes.removeSubrange(position...) }
            }
        }
    }

    /// Runs `read` on changed copies; how many were read all the same.
    private func fuzz(
        seed: UInt64, _ base: [UInt8], _ read: (String) throws(InputError) -> Snapshot
    ) throws -> Int {
        let directory = try ScratchDirectory()
        var random = RandomStream(seed: seed, purpose: .test)
        var accepted = 0
        for _ in 0..<Self.runs {
            var bytes = base
            Self.mutate(&bytes, &random)
            let path = directory.write("file", bytes)
            guard let snapshot = try? read(path) else { continue }
            accepted += 1
            try #require(snapshot.pages.count <= bytes.count / 4096)
            touch(snapshot)
        }
        print("fuzz: seed \(seed), \(Self.runs) runs, \(accepted) accepted")
        return accepted
    }

    private func touch(_ snapshot: Snapshot) {
        for index in 0..<snapshot.pages.count where Page.isZero(snapshot.pages.memory.page(index)) {
            continue
        }
    }

    @Test func coreFilesOfAnyKindEndInASnapshotOrAnError() throws {
        let accepted = try fuzz(seed: 1, exampleCore().bytes()) { path throws(InputError) in
            try CoreFile.read(path, label: anyLabel)
        }
        #expect(accepted > 0 && accepted < Self.runs)
    }

    @Test func guestDumpsOfAnyKindEndInASnapshotOrAnError() throws {
        var dump = exampleDump()
        dump.usesExtendedCount = true
        let accepted = try fuzz(seed: 2, dump.bytes()) { path throws(InputError) in
            try GuestDump.read(path, label: anyLabel)
        }
        #expect(accepted > 0 && accepted < Self.runs)
    }

    @Test func rawMemoryOfAnyKindEndsInASnapshotOrAnError() throws {
        let accepted = try fuzz(seed: 3, page(1) + page(2)) { path throws(InputError) in
            try RawMemory.read(path, label: anyLabel)
        }
        #expect(accepted > 0 && accepted < Self.runs)
    }

    @Test func imagesOfAnyKindEndInASnapshotOrAnError() throws {
        let (directory, earlier) = (try ScratchDirectory(), try ScratchDirectory())
        var images = exampleImages()
        images.pagemap(
            "11", pages: 2, [(0x402, 1, 4), (0x403, 1, 1)])
        var below = CRIUWriter()
        below.pagemap("11", pages: 1, [(0x402, 1, 4), (0x403, 1, 4)])
        below.pages(1, [page(20), page(21)])
        images.write(to: directory)
        below.write(to: earlier)
        try FileManager.default.createSymbolicLink(
            atPath: "\(directory.path)/parent", withDestinationPath: earlier.path)
        let names = images.images.keys.sorted().map { ($0, directory, images.images[$0] ?? []) }
        let all = names + below.images.keys.sorted().map { ($0, earlier, below.images[$0] ?? []) }
        var random = RandomStream(seed: 4, purpose: .test)
        var accepted = 0
        for _ in 0..<Self.runs {
            let chosen = (0...random.below(2)).map { _ in all[Int(random.below(UInt64(all.count)))] }
            for (name, place, base) in chosen {
                var bytes = base
                Self.mutate(&bytes, &random)
                place.write(name, bytes)
            }
            if let snapshot = try? CRIUImages.read(directory.path, label: anyLabel) {
                accepted += 1
                try #require(snapshot.pages.count <= 20)
                touch(snapshot)
            }
            for (name, place, base) in chosen { place.write(name, base) }
        }
        print("fuzz: seed 4, \(Self.runs) runs, \(accepted) accepted")
        #expect(accepted > 0 && accepted < Self.runs)
    }

    private static let corpus = ProcessInfo.processInfo.environment["PAGEFOLD_FUZZ_CORPUS"]

    /// What scripts/fuzz begins with: one right input a reader.
    @Test(.enabled(if: corpus != nil, "skipped: PAGEFOLD_FUZZ_CORPUS names no directory"))
    func theFuzzersFirstInputsAreWritten() throws {
        var packed: [UInt8] = []
        // In the order of Fuzz/ReaderFuzzer.swift.
        let names = [
            "inventory.img", "pstree.img", "files.img", "mm-10.img", "pagemap-10.img", "pages-1.img",
            "core-10.img", "mm-11.img", "pagemap-11.img", "pages-2.img", "pagemap-shmem-77.img",
            "pages-3.img",
        ]
        for (index, name) in names.enumerated() {
            let bytes = try #require(exampleImages().images[name])
            packed += [UInt8(index)] + littleEndian(UInt16(bytes.count)) + bytes
        }
        let inputs = [
            "core": exampleCore().bytes(), "dump": exampleDump().bytes(), "memory": page(1) + page(2),
            "criu": packed,
        ]
        for (name, bytes) in inputs {
            let directory = URL(fileURLWithPath: "\(Self.corpus ?? "")/\(name)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try Data(bytes).write(to: directory.appendingPathComponent("first"))
        }
    }
}
