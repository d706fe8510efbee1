import Files
import Foundation
import PageContent
import Testing

@testable import Snapshots

/// One process told of in three ways must have its pages at the same places.
@Suite struct NamingTests {
    let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    /// What the maps file of the process of `core` and `images` says.
    private static let maps = """
        00400000-00401000 r-xp 00000000 08:01 5 /bin/f
        00401000-00402000 rw-p 00001000 08:01 5 /bin/f
        00402000-00404000 rw-p 00000000 00:00 0
        00900000-00902000 rw-p 00000000 00:00 0 [heap]
        7f000000000-7f000003000 rw-p 00000000 00:00 0
        7f000003000-7f000004000 ---p 00000000 00:00 0
        7f000004000-7f000006000 rw-p 00000000 00:00 0
        7f000010000-7f000011000 rw-s 00000000 00:01 9 /dev/zero (deleted)
        7f000020000-7f000022000 rw-p 00002000 08:01 6 /lib/a.so
        7fff0000000-7fff0003000 rw-p 00000000 00:00 0 [stack]
        7fff0004000-7fff0005000 r-xp 00000000 00:00 0 [vdso]

        """
    /// Pages that hold something, by address.
    private static let addresses: [UInt64] = [
        0x40_1000, 0x40_3000, 0x90_1000, 0x7F0_0000_0000, 0x7F0_0000_2000, 0x7F0_0000_5000, 0x7F0_0001_0000,
        0x7F0_0002_1000, 0x7FF_F000_0000, 0x7FF_F000_2000,
    ]

    /// The same process as a core; `unit` is what its list of files counts offsets in, `declared` what it says.
    private func core(unit: UInt64, declared: UInt64) -> CoreWriter {
        let regions = MemoryRegion.parse(Array(Self.maps.utf8)) ?? []
        var core = CoreWriter()
        core.stackPointer(0x7FF_F000_0800)
        core.auxiliary([(3, 0x40_0040), (25, 0x7FF_F000_2100), (33, 0x7FF_F000_4000)])
        core.files(
            regions.filter(\.hasFile).map {
                ($0.range.lowerBound, $0.range.upperBound, $0.fileOffset / unit, $0.name)
            }, unit: declared)
        for region in regions where region.isWritable || !region.hasFile {
            let pages = stride(from: region.range.lowerBound, to: region.range.upperBound, by: 4096).map {
                address in
                Self.addresses.firstIndex(of: address).map { page($0 + 1) }
                    ?? [UInt8](repeating: 0, count: 4096)
            }
            // gdb says that guards may be read.
            let flags: UInt32 = region.isWritable ? 6 : region.name == "[vdso]" ? 5 : 4
            core.segments.append(.init(address: region.range.lowerBound, flags: flags, pages: pages))
        }
        return core
    }

    /// The same process as CRIU's images.
    private func images() -> CRIUWriter {
        var images = CRIUWriter()
        images.processes([10])
        images.files([(1, "/bin/f"), (2, "/lib/a.so")])
        let regions = MemoryRegion.parse(Array(Self.maps.utf8)) ?? []
        images.regions(
            10,
            regions.map { region in
                var status: UInt64 = region.isShared ? 0b1_0000_0001 : 0b10_0000_0001
                var object: UInt64 = region.isShared ? 77 : 0
                if region.name.hasSuffix("/f") || region.name.hasSuffix(".so") {
                    (status, object) = (0b100_0001, region.name == "/bin/f" ? 1 : 2)
                }
                if region.name == "[heap]" { status |= 1 << 5 }
                if region.name == "[vdso]" { status = 1 << 3 }
                return (
                    region.range, region.fileOffset, object, region.isWritable ? 3 : 0,
                    region.name == "[stack]" ? 0x122 : 0x22, status
                )
            })
        let own = Self.addresses.enumerated().filter { $0.element != 0x7F0_0001_0000 }
        images.pagemap("10", pages: 1, own.map { ($0.element / 4096, 1, 4) })
        images.pages(1, own.map { page($0.offset + 1) })
        images.pagemap("shmem-77", pages: 2, [(0, 1, 4)])
        images.pages(2, [page(7)])
        return images
    }

    private func live() throws -> [PagePlace] {
        let regions = try #require(MemoryRegion.parse(Array(Self.maps.utf8)))
        var objects = SharedObjects()
        let live = LiveRegions(regions, devices: MemoryDevices(of: 0), objects: &objects)
        return try Self.addresses.map { address in
            live.place(address, in: try #require(regions.firstIndex { $0.range.contains(address) }))
        }
    }

    /// The place of each of the numbered pages.
    private func places(_ snapshot: Snapshot) -> [PagePlace?] {
        Self.addresses.indices.map { number in
            (0..<snapshot.pages.count).first { content(snapshot, $0) == page(number + 1) }
                .map { snapshot.pages.places[$0] }
        }
    }

    @Test(arguments: [(UInt64(4096), UInt64(4096)), (1, 1), (1, 4096), (4096, 0)])
    func aCoreHasThePlacesOfTheLiveProcess(_ unit: UInt64, _ declared: UInt64) throws {
        let path = directory.write("core", core(unit: unit, declared: declared).bytes())
        let snapshot = try CoreFile.read(path, label: anyLabel)
        #expect(places(snapshot) == (try live()))
        #expect(snapshot.provenance == Provenance(.core))
        #expect(snapshot.remarks.isEmpty)
    }

    @Test func imagesHaveThePlacesOfTheLiveProcess() throws {
        images().write(to: directory)
        let snapshot = try CRIUImages.read(directory.path, label: anyLabel)
        #expect(places(snapshot) == (try live()))
        #expect(snapshot.provenance == Provenance(.criu))
    }

    @Test func placesAreTheseOffsets() throws {
        // Data 1 of the file, zeroed data 1, heap 1, blocks from their ends 2, 0, 0, shared 0, file 3, stack 2, 0.
        #expect(try live().map(\.offset) == [1, 1, 1, 2, 0, 0, 0, 3, 2, 0])
        #expect(Set(try live()).count == 10)
        let core = try CoreFile.read(
            directory.write("core", core(unit: 1, declared: 1).bytes()), label: anyLabel)
        #expect(
            Set(core.pages.kinds) == [.fileCopy, .anonymous, .heap, .shared, .stack])
    }

    @Test func withoutRandomisationTheHeapIsTheRegionThatTheKernelCallsSo() throws {
        // An executable whose zeroed data ends at 0x40_2800 and whose heap follows at once.
        var header = [UInt8](repeating: 0, count: 4096)
        let entries: [(UInt32, UInt64, UInt64)] = [(6, 0x40, 0x70), (1, 0, 0x1000), (1, 0x1000, 0x1800)]
        for (index, (type, address, size)) in entries.enumerated() {
            let at = 64 + index * 56
            header.replaceSubrange(at..<(at + 4), with: littleEndian(type))
            header.replaceSubrange((at + 16)..<(at + 24), with: littleEndian(address))
            header.replaceSubrange((at + 40)..<(at + 48), with: littleEndian(size))
        }
        for (pages, isHeap) in [(1, false), (3, true)] {
            var core = CoreWriter()
            core.segments = [
                .init(address: 0x40_0000, flags: 4, pages: [header]),
                .init(address: 0x40_1000, pages: [page(1)]),
                .init(address: 0x40_2000, pages: (0..<pages).map { page($0 + 2) }),
                .init(address: 0x7FFF_0000_0000, pages: [page(9)]),
            ]
            core.auxiliary([(3, 0x40_0040), (4, 56), (5, 3), (25, 0x7FFF_0000_0010)])
            core.files([(0x40_0000, 0x40_1000, 0, "/bin/f"), (0x40_1000, 0x40_2000, 1, "/bin/f")])
            let snapshot = try CoreFile.read(directory.write("core", core.bytes()), label: anyLabel)
            #expect(snapshot.pages.kinds.contains(.heap) == isHeap)
        }
    }

    @Test func objectsOfOneNameAreToldApart() {
        var objects = SharedObjects()
        #expect(objects.ordinal("/dev/zero", id: 7, offset: 0) == 0)
        #expect(objects.ordinal("/dev/zero", id: 8, offset: 0) == 1)
        #expect(objects.ordinal("/dev/zero", id: 7, offset: 4096) == 0)
        #expect(objects.ordinal("/memfd:a", id: 8, offset: 0) == 0)
        var unknown = SharedObjects()
        #expect((0..<3).map { _ in unknown.ordinal("a", id: nil, offset: 0) } == [0, 1, 2])
        #expect(unknown.ordinal("a", id: nil, offset: 4096) == 0)
    }

    @Test func aCoreWithoutAListOfFilesSaysSo() throws {
        var core = exampleCore()
        core.notes = []
        core.auxiliary([(3, 0x40_0040)])
        let snapshot = try CoreFile.read(directory.write("core", core.bytes()), label: anyLabel)
        #expect(!snapshot.provenance.knowsFiles)
        #expect(snapshot.remarks.contains { $0.contains("NT_FILE") })
        #expect(snapshot.pages.filePages.isEmpty)
    }
}
