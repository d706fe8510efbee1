import Files
import Foundation
import PageContent
import Testing

@testable import Snapshots

/// CRIU's images as container engines, other kernels and newer versions leave them.
@Suite struct ImagesOfEnginesTests {
    let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    /// A process of one region and these pages of it.
    private func images(_ entry: (UInt64, UInt64, UInt64), _ pages: [[UInt8]]) -> CRIUWriter {
        var images = CRIUWriter()
        images.processes([10])
        images.memory(10, [(0x400, 0x480, 0, 0x22, 0b10_0000_0001)])
        images.pagemap("10", pages: 1, [entry])
        images.pages(1, pages)
        return images
    }

    private func error(_ path: String) throws -> InputError {
        let found = #expect(throws: InputError.self) { _ = try CRIUImages.read(path, label: anyLabel) }
        return try #require(found)
    }

    @Test func largePagesAreSplit() throws {
        images((0x400, 2, 4), (0..<32).map(page)).write(to: directory)
        let snapshot = try CRIUImages.read(directory.path, label: anyLabel)
        #expect((0..<32).map { content(snapshot, $0) } == (0..<32).map(page))
        #expect(snapshot.provenance.pageSize == 65_536)
        #expect(snapshot.remarks.contains { $0.contains("64 KiB") })
        // A page that does not lie where those of 64 KiB do, and an image that fits no size.
        images((0x401, 2, 4), (0..<32).map(page)).write(to: directory)
        #expect(try error(directory.path).problem.contains("holds 131072 bytes"))
        images((0x400, 2, 4), (0..<31).map(page)).write(to: directory)
        #expect(try error(directory.path).problem.contains("holds 126976 bytes"))
    }

    @Test func compressedPagesAreCalledSo() throws {
        var packed = images((0x400, 4, 4), [page(1)])
        for field in [6, 7, 8] {
            var entry = MessageWriter([(1, 0x40_0000), (2, 4), (4, 4)])
            if field == 6 { entry.nested(6, [1, 2, 3]) } else { entry.number(field, 9) }
            packed.images["pagemap-10.img"] = CRIUWriter.image(.pagemap, [MessageWriter([(1, 1)]), entry])
            packed.write(to: directory)
            let found = try error(directory.path)
            #expect(found.problem.contains("compressed") && found.remedy.contains("without compression"))
            #expect(found.file.hasSuffix("pagemap-10.img"))
        }
    }

    @Test func theImagesOfCRaCAreToBeDecompressed() throws {
        var images = images((0x400, 4, 4), [])
        images.images["pages-1.img"] = nil
        images.images["pages-1.comp.img"] = page(1)
        images.write(to: directory)
        let found = try error(directory.path)
        #expect(found.problem.contains("CRaC"))
        #expect(found.remedy.contains("lz4 -d pages-1.comp.img pages-1.img"))
    }

    @Test func theFolderOfContainerEnginesIsFound() throws {
        let below = try ScratchDirectory()
        images((0x400, 1, 4), [page(1)]).write(to: below)
        let moved = "\(directory.path)/checkpoint"
        #expect(rename(below.path, moved) == 0)
        #expect(content(try CRIUImages.read(directory.path, label: anyLabel), 0) == page(1))
        #expect(rename(moved, "\(directory.path)/dump") == 0)
        let found = try error(directory.path)
        #expect(found.problem.contains("`dump`") && found.remedy.hasSuffix("/dump"))
    }

    @Test func aParentThatIsNotThereIsNamed() throws {
        images((0x400, 1, 1), []).write(to: directory)
        #expect(symlink("/no/such/place/pre-1", "\(directory.path)/parent") == 0)
        let found = try error(directory.path)
        #expect(found.file.hasSuffix("/parent") && found.problem.contains("/no/such/place/pre-1"))
        #expect(found.remedy.contains("ln -sfn ../NAME"))
        // An absolute link that leads somewhere is followed.
        let earlier = try ScratchDirectory()
        images((0x400, 1, 4), [page(5)]).write(to: earlier)
        unlink("\(directory.path)/parent")
        #expect(symlink(earlier.path, "\(directory.path)/parent") == 0)
        #expect(content(try CRIUImages.read(directory.path, label: anyLabel), 0) == page(5))
        // One that lies beside the dump, though the link says otherwise, is pointed to.
        let name = earlier.path.split(separator: "/").last.map(String.init) ?? ""
        unlink("\(directory.path)/parent")
        #expect(symlink("/elsewhere/\(name)", "\(directory.path)/parent") == 0)
        #expect(try error(directory.path).remedy.contains("ln -sfn ../\(name) "))
    }

    @Test func pagesThatWerePunchedOutAreRemarkedOn() throws {
        images((0x400, 4, 4), (0..<4).map(page)).write(to: directory)
        let path = "\(directory.path)/pages-1.img"
        let file = open(path, O_RDWR)
        defer { close(file) }
        #expect(ftruncate(file, 4096) == 0 && ftruncate(file, 4 * 4096) == 0)
        let snapshot = try CRIUImages.read(directory.path, label: anyLabel)
        #expect(snapshot.pages.count == 1 && snapshot.pages.zeroMappings == 3)
        #expect(snapshot.remarks.contains { $0.hasPrefix("3 of its pages lie in holes") })
        #expect(ftruncate(file, 0) == 0 && ftruncate(file, 4 * 4096) == 0)
        let empty = try CRIUImages.read(directory.path, label: anyLabel)
        #expect(empty.emptiness(file: "x")?.problem.contains("holds no page") == true)
    }
}
