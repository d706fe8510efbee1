import Files
import Foundation
import PageContent
import Testing

@testable import Snapshots

@Suite struct ProvenanceTests {
    private func snapshot(_ provenance: Provenance, pages: [UInt8] = [UInt8](repeating: 1, count: 4096))
        -> Snapshot
    {
        let count = pages.count / 4096
        return Snapshot(
            pages: PageSet(
                label: anyLabel, memory: PageMemory(copying: pages),
                kinds: Array(repeating: .anonymous, count: count),
                places: (0..<count).map { PagePlace(region: 1, offset: UInt32($0)) }, zeroMappings: 5),
            labels: [SnapshotLabel(name: "origin", value: "core-file")], provenance: provenance)
    }

    @Test func aProvenanceIsReadBack() throws {
        let directory = try ScratchDirectory()
        let path = "\(directory.path)/a.pfsnap"
        for origin in Provenance.Origin.allCases {
            for naming in Provenance.Naming.allCases {
                let provenance = Provenance(
                    origin, naming: naming, leavesZerosOut: origin == .criu, knowsFiles: origin != .core,
                    pageSize: 65_536)
                try SnapshotFile.write(snapshot(provenance), to: path)
                #expect(try SnapshotFile.open(path).provenance == provenance)
            }
        }
    }

    /// A file of version 1 is one of version 2 without the 8 bytes of the provenance.
    @Test func filesOfVersion1AreOfTheEarlierNamings() throws {
        let directory = try ScratchDirectory()
        for (label, expected) in [
            ("live process", Provenance(.process, naming: .earlierLive)),
            ("core-file", Provenance(.core, naming: .earlierFiles)),
            ("criu", Provenance(.criu, naming: .earlierFiles)),
            ("vm-memory", Provenance(.memory, naming: .earlierFiles, leavesZerosOut: false)),
            ("something", Provenance(.unknown, naming: .earlierLive)),
        ] {
            var old = snapshot(Provenance(.process))
            old.labels = [SnapshotLabel(name: "origin", value: label)]
            let path = "\(directory.path)/a.pfsnap"
            try SnapshotFile.write(old, to: path)
            var bytes = Array(try #require(FileManager.default.contents(atPath: path)))
            // After the name `f`, with its length, and the instance.
            bytes.removeSubrange((64 + 13)..<(64 + 21))
            let end = Int(littleEndian: bytes[16..<24].reversed().reduce(0) { $0 << 8 | Int($1) }) - 8
            bytes.insert(contentsOf: [UInt8](repeating: 0, count: 8), at: end)
            bytes.replaceSubrange(8..<12, with: littleEndian(UInt32(1)))
            bytes.replaceSubrange(16..<24, with: littleEndian(UInt64(end)))
            let digest = bytes.withUnsafeBytes {
                SnapshotFile.digest(of: UnsafeRawBufferPointer(rebasing: $0[64..<end]))
            }
            bytes.replaceSubrange(24..<32, with: littleEndian(digest))
            let read = try SnapshotFile.decode(ByteStorage(copying: bytes), file: "x")
            #expect(read.provenance == expected)
            #expect(read.pages.count == 1 && read.labels == old.labels)
        }
    }

    private func compare(_ a: Provenance, _ b: Provenance, places: Bool = true) throws(InputError) -> [String]
    {
        try Snapshot.compare([("a", snapshot(a)), ("b", snapshot(b))], places: places)
    }

    @Test func whatDoesNotCompareIsRefusedOrWarnedOf() throws {
        #expect(try compare(Provenance(.process), Provenance(.process)).isEmpty)
        #expect(try compare(Provenance(.memory), Provenance(.dump)).isEmpty)
        #expect(try compare(Provenance(.process), Provenance(.core)).first?.contains("zeros") == true)
        #expect(try compare(Provenance(.process), Provenance(.criu)).first?.contains("clean pages") == true)
        for (other, part) in [
            (Provenance(.process, naming: .earlierLive), "places"), (Provenance(.memory), "machine"),
            (Provenance(.process, knowsFiles: false), "files"),
            (Provenance(.process, pageSize: 65_536), "64 KiB"),
        ] {
            let error = #expect(throws: InputError.self) { try compare(Provenance(.process), other) }
            #expect(error?.file == "b" && error?.problem.contains(part) == true, "\(error as Any)")
            #expect(error?.remedy.isEmpty == false)
        }
        // Contents alone compare whatever places are called.
        #expect(
            try compare(
                Provenance(.process), Provenance(.process, naming: .earlierLive), places: false
            ).isEmpty)
    }

    @Test func emptinessIsSaid() {
        let none = snapshot(Provenance(.core), pages: [])
        #expect(none.emptiness(file: "x")?.problem.contains("besides it holds 5 pages of zeros") == true)
        let zeros = snapshot(Provenance(.process), pages: [UInt8](repeating: 0, count: 8192))
        #expect(zeros.emptiness(file: "x") == nil)
        #expect(zeros.emptiness(file: "x", zerosCount: false)?.problem.contains("2 pages of zeros") == true)
        #expect(snapshot(Provenance(.process)).emptiness(file: "x", zerosCount: false) == nil)
    }
}
