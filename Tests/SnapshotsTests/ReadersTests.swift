import Files
import Foundation
import PageContent
import Testing

@testable import Snapshots

@Suite struct ReadersTests {
    let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    @Test func aCoreTellsHeapStacksCopiesAndSharedMemoryApart() throws {
        let path = directory.write("core", exampleCore().bytes())
        let snapshot = try CoreFile.read(path, label: anyLabel)
        let pages = snapshot.pages
        #expect(
            pages.kinds == [
                .fileCopy, .fileCopy, .fileCopy, .anonymous, .heap, .heap, .anonymous, .stack, .shared,
                .stack, .stack,
            ])
        let numbers = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        for (index, number) in numbers.enumerated() { #expect(content(snapshot, index) == page(number)) }
        #expect(pages.zeroMappings == 1)
        #expect(pages.places[5].offset == 2, "the page behind the zeros keeps its place")
        #expect(
            pages.filePages == [FilePage(file: RegionNaming.digest(ofFile: "/usr/bin/python"), offset: 0)])
        #expect(Set(pages.places).count == pages.count)
        #expect(pages.label == anyLabel)
        #expect(
            snapshot.labels == [
                SnapshotLabel(name: "origin", value: "core-file"),
                SnapshotLabel(name: "program", value: "python3"),
            ])
    }

    @Test func placesDoNotDependOnAddresses() throws {
        var moved = exampleCore()
        for index in 6..<9 { moved.segments[index].address += 0x55_0000_0000 }
        moved.notes = []
        moved.stackPointer(0x7FFF_0000_0800)
        moved.stackPointer(0x7F55_0001_0FF0)
        moved.auxiliary([(3, 0x40_0040), (25, 0x7FFF_0000_1100), (33, 0x7FFF_0001_0000)])
        moved.files([
            (0x40_0000, 0x40_2000, 0, "/usr/bin/python"), (0x40_2000, 0x40_5000, 2, "/usr/bin/python"),
            (0x40_5000, 0x40_6000, 5, "/usr/bin/python"), (0x40_6000, 0x40_8000, 6, "/usr/bin/python"),
            (0x7F55_0002_0000, 0x7F55_0002_1000, 0, "/dev/zero (deleted)"),
        ])
        let first = try CoreFile.read(directory.write("a", exampleCore().bytes()), label: anyLabel)
        let second = try CoreFile.read(directory.write("b", moved.bytes()), label: anyLabel)
        #expect(first.pages.places == second.pages.places)
        #expect(first.pages.kinds == second.pages.kinds)
    }

    @Test func segmentsBeyondTheFieldOfTheirNumberAreRead() throws {
        var core = CoreWriter()
        core.usesExtendedCount = true
        core.padding = 1234
        for index in 0..<70_000 {
            core.segments.append(.init(address: UInt64(index + 16) * 8192, size: 4096))
        }
        core.segments[0].pages = [page(1)]
        core.segments[69_999].pages = [page(2)]
        let snapshot = try CoreFile.read(directory.write("core", core.bytes()), label: anyLabel)
        #expect(snapshot.pages.count == 2)
        #expect(content(snapshot, 1) == page(2))
    }

    @Test func holesOfACoreAreZerosThatWereLeftOut() throws {
        var core = CoreWriter()
        core.padding = 4096 - (64 + 2 * 56)
        core.segments = [.init(address: 0x10000, pages: [page(1)], size: 4096)]
        var bytes = core.bytes()
        // The segment grows to a million pages, of which the file system stores the first and the last.
        let size = UInt64(1_000_000 * 4096)
        bytes.replaceSubrange(152..<168, with: littleEndian(size) + littleEndian(size))
        let path = directory.write("core", bytes)
        let file = open(path, O_RDWR)
        defer { close(file) }
        #expect(pwrite(file, page(2), 4096, off_t(4096 + size - 4096)) == 4096)
        let snapshot = try CoreFile.read(path, label: anyLabel)
        #expect(snapshot.pages.count == 2)
        #expect(snapshot.pages.zeroMappings == 999_998)
        #expect(content(snapshot, 1) == page(2))
        // Anonymous memory is counted from its end, in all origins alike.
        #expect(snapshot.pages.places.map(\.offset) == [999_999, 0])
    }

    @Test func rawMemoryLeavesZerosOutWhetherTheyAreStoredOrNot() throws {
        let zeros = [UInt8](repeating: 0, count: 4096)
        let sparse = directory.write("sparse", page(1) + zeros + page(2))
        #expect(truncate(sparse, 64 * 4096) == 0)
        let full = directory.write("full", page(1) + zeros + page(2) + (3..<64).flatMap { _ in zeros })
        for path in [sparse, full] {
            let snapshot = try RawMemory.read(path, label: anyLabel)
            #expect(snapshot.pages.kinds == [.guest, .guest])
            #expect(snapshot.pages.zeroMappings == 62)
            #expect(content(snapshot, 0) == page(1) && content(snapshot, 1) == page(2))
            #expect(snapshot.pages.places.map(\.offset) == [0, 2])
            #expect(snapshot.provenance == Provenance(.memory) && snapshot.provenance.leavesZerosOut)
        }
    }

    @Test func aGuestDumpHasThePlacesOfRawMemory() throws {
        let raw = page(1) + page(2)
        let memory = try RawMemory.read(directory.write("memory", raw), label: anyLabel)
        let dump = try GuestDump.read(directory.write("dump", exampleDump().bytes()), label: anyLabel)
        #expect(dump.pages.kinds == [.guest, .guest])
        #expect(dump.pages.zeroMappings == 1)
        // What QEMU writes while the guest is not yet in 64-bit mode.
        var early = exampleDump().bytes()
        early[18] = 3
        #expect(try GuestDump.read(directory.write("early", early), label: anyLabel).pages.count == 2)
        #expect(dump.pages.places[0] == memory.pages.places[0])
        #expect(dump.pages.places[1].offset == 256)
        #expect(content(dump, 1) == page(3))
        #expect(dump.labels.map(\.value) == ["guest-dump"])
    }

    @Test func imagesOfSeveralProcessesAreOneSandbox() throws {
        exampleImages().write(to: directory)
        let snapshot = try CRIUImages.read(directory.path, label: anyLabel)
        #expect(
            snapshot.pages.kinds == [
                .fileCopy, .anonymous, .heap, .heap, .stack, .stack, .anonymous, .shared,
            ])
        for (index, number) in [1, 2, 3, 4, 5, 6, 8, 9].enumerated() {
            #expect(content(snapshot, index) == page(number))
        }
        #expect(snapshot.pages.places.map(\.offset) == [1, 0, 0, 1, 0, 3, 1, 1])
        #expect(Set(snapshot.pages.places.map(\.region)).count == 7)
        #expect(snapshot.labels.map(\.value) == ["2", "criu", "2"])
    }

    @Test func pagesOfEarlierDumpsAreTakenFromThere() throws {
        let (middle, oldest) = (try ScratchDirectory(), try ScratchDirectory())
        var images = CRIUWriter()
        images.processes([10])
        images.memory(10, [(0x400, 0x410, 0, 0x22, 0b1000000001)])
        images.pagemap("10", pages: 1, [(0x400, 4, 1), (0x404, 1, 4)])
        images.pages(1, [page(5)])
        images.write(to: directory)
        var between = CRIUWriter()
        between.pagemap("10", pages: 1, [(0x400, 1, 4), (0x401, 2, 1), (0x403, 3, 4)])
        between.pages(1, [page(1), page(4), page(99), page(98)])
        between.write(to: middle)
        var first = CRIUWriter()
        first.pagemap("10", pages: 7, [(0x3FF, 8, 4)])
        first.pages(7, [97, 96, 2, 3, 95, 94, 93, 92].map(page))
        first.write(to: oldest)
        for (from, to) in [(directory, middle), (middle, oldest)] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(from.path)/parent", withDestinationPath: to.path)
        }
        let snapshot = try CRIUImages.read(directory.path, label: anyLabel)
        #expect((0..<5).map { content(snapshot, $0) } == (1...5).map(page))
    }
}
