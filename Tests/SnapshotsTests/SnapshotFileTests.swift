import EventKernel
import Files
import Foundation
import PageContent
import Testing

@testable import Snapshots

@Suite struct SnapshotFileTests {
    /// A snapshot of a few pages that differ.
    static func example(pages: Int = 3) -> Snapshot {
        let bytes = (0..<pages * Page.size).map { UInt8(truncatingIfNeeded: $0 / Page.size + $0 / 7) }
        return Snapshot(
            pages: PageSet(
                label: InstanceLabel(function: "resize", instance: 4), memory: PageMemory(copying: bytes),
                kinds: (0..<pages).map { PageKind.allCases[$0 % 6] },
                places: (0..<pages).map { PagePlace(region: UInt64($0) << 60, offset: UInt32($0)) },
                hugePages: pages / 2,
                filePages: [FilePage(file: 1, offset: 2), FilePage(file: 1, offset: 3)], zeroMappings: 9),
            labels: [
                SnapshotLabel(name: "point", value: "import"), SnapshotLabel(name: "kernel", value: "6.18"),
            ])
    }

    private func inDirectory(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "pagefold-snapshots-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    static func expectEqual(_ a: Snapshot, _ b: Snapshot) {
        #expect(a.labels == b.labels)
        #expect(a.pages.label == b.pages.label && a.pages.kinds == b.pages.kinds)
        #expect(a.pages.places == b.pages.places && a.pages.filePages == b.pages.filePages)
        #expect(a.pages.hugePages == b.pages.hugePages && a.pages.zeroMappings == b.pages.zeroMappings)
        #expect(a.pages.count == b.pages.count)
        guard a.pages.count == b.pages.count else { return }
        #expect(memcmp(a.pages.memory.base, b.pages.memory.base, a.pages.count * Page.size) == 0)
    }

    @Test(arguments: [0, 1, 3, 400]) func whatIsWrittenIsReadBack(_ pages: Int) throws {
        try inDirectory { directory in
            let path = "\(directory)/a.pfsnap"
            let snapshot = Self.example(pages: pages)
            try SnapshotFile.write(snapshot, to: path)
            Self.expectEqual(try SnapshotFile.open(path), snapshot)
        }
    }

    @Test func aSnapshotIsForItsOwnerAloneWhateverTheMask() throws {
        try inDirectory { directory in
            let path = "\(directory)/a.pfsnap"
            try Data([1, 2]).write(to: URL(fileURLWithPath: path))
            chmod(path, 0o644)
            #expect(SnapshotFile.isExposed(path))
            try SnapshotFile.write(Self.example(), to: path)
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600)
            #expect(!SnapshotFile.isExposed(path))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["a.pfsnap"])
            Self.expectEqual(try SnapshotFile.open(path), Self.example())
        }
    }

    @Test func whatIsNoSnapshotOrCutShortIsRefused() throws {
        try inDirectory { directory in
            let path = "\(directory)/a.pfsnap"
            try SnapshotFile.write(Self.example(), to: path)
            let whole = try #require(FileManager.default.contents(atPath: path))
            for length in [0, 1, 63, 64, 100, 4_096, whole.count - 4_096, whole.count - 1] {
                try whole.prefix(length).write(to: URL(fileURLWithPath: path))
                #expect(throws: InputError.self) { try SnapshotFile.open(path) }
            }
            try (whole + Data(count: 4_096)).write(to: URL(fileURLWithPath: path))
            #expect(throws: InputError.self) { try SnapshotFile.open(path) }
            #expect(throws: InputError.self) { try SnapshotFile.open(directory) }
            #expect(throws: InputError.self) { try SnapshotFile.open("\(directory)/none") }
        }
    }

    @Test func everyFlippedBitIsNoticed() throws {
        let bytes = try Self.bytes(of: Self.example(pages: 1))
        for bit in stride(from: 0, to: bytes.count * 8, by: 13) {
            var damaged = bytes
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(throws: InputError.self) {
                try SnapshotFile.decode(ByteStorage(copying: damaged), file: "x")
            }
        }
    }

    private static func bytes(of snapshot: Snapshot) throws -> [UInt8] {
        let path = NSTemporaryDirectory() + "pagefold-snapshots-" + UUID().uuidString
        defer { unlink(path) }
        try SnapshotFile.write(snapshot, to: path)
        return Array(try #require(FileManager.default.contents(atPath: path)))
    }

    /// A million mutations when `PAGEFOLD_LONG` is set (seeds 0 to 999,999), else some thousands: many of
    /// them with the digests made right again, so that what lies behind them is reached.
    @Test func hostileSnapshotsAreRefusedOrReadAndNeverCrash() throws {
        let runs: UInt64 = ProcessInfo.processInfo.environment["PAGEFOLD_LONG"] != nil ? 1_000_000 : 5_000
        let originals = try [0, 1, 3].map { try Self.bytes(of: Self.example(pages: $0)) }
        var accepted = 0
        for seed in 0..<runs {
            var random = RandomStream(seed: seed, purpose: .test)
            var bytes = originals[Int(random.below(3))]
            for _ in 0...random.below(3) { Self.mutate(&bytes, &random) }
            if random.below(4) > 0 { Self.sign(&bytes) }
            do throws(InputError) {
                let snapshot = try SnapshotFile.decode(ByteStorage(copying: bytes), file: "x")
                let pages = snapshot.pages
                #expect(pages.kinds.count == pages.count && pages.places.count == pages.count)
                #expect(pages.count * Page.size <= bytes.count && pages.hugePages <= pages.count)
                #expect(pages.filePages.count * 16 <= bytes.count)
                accepted += 1
            } catch {}
        }
        #expect(accepted > 0 && accepted < Int(runs))
    }

    private static let words: [UInt64] = [
        0, 1, 7, 63, 64, 4_095, 4_096, 4_097, 1 << 31, 1 << 32, 1 << 40, 1 << 52, 1 << 62, 1 << 63,
        .max, .max - 4_095,
    ]

    private static func mutate(_ bytes: inout [UInt8], _ random: inout RandomStream) {
        guard bytes.count > 80 else { return }
        // Most of what can go wrong is in the head and the tables.
        let reach = random.below(8) == 0 ? bytes.count : min(bytes.count, 420)
        let at = Int(random.below(UInt64(reach - 8)))
        switch random.below(8) {
        case 0, 1: bytes[at] = UInt8(random.below(256))
        case 2: bytes[at] ^= 1 << UInt8(random.below(8))
        case 3, 4:
            let word = words[Int(random.below(UInt64(words.count)))]
            withUnsafeBytes(of: word.littleEndian) { for index in 0..<8 { bytes[at + index] = $0[index] } }
        case 5:
            let word = UInt32(truncatingIfNeeded: words[Int(random.below(UInt64(words.count)))])
            withUnsafeBytes(of: word.littleEndian) { for index in 0..<4 { bytes[at + index] = $0[index] } }
        case 6: bytes.removeLast(Int(random.below(UInt64(bytes.count - 70))))
        default: bytes += [UInt8](repeating: UInt8(random.below(256)), count: Int(random.below(9_000)))
        }
    }

    /// Makes the digests fit what the head says.
    private static func sign(_ bytes: inout [UInt8]) {
        guard bytes.count >= SnapshotFile.headSize else { return }
        func word(_ offset: Int) -> UInt64 {
            bytes.withUnsafeBytes {
                UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            }
        }
        func store(_ from: UInt64, _ to: UInt64, at offset: Int) {
            guard from <= to, to <= UInt64(bytes.count) else { return }
            let digest = bytes.withUnsafeBytes {
                SnapshotFile.digest(of: UnsafeRawBufferPointer(rebasing: $0[Int(from)..<Int(to)]))
            }
            withUnsafeBytes(of: digest.littleEndian) {
                for index in 0..<8 { bytes[offset + index] = $0[index] }
            }
        }
        store(64, word(16), at: 24)
        store(word(32), UInt64(bytes.count), at: 48)
    }
}
