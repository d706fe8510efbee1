import Files
import Foundation
import PageContent
import Testing

@testable import Snapshots

/// Files that lie: each must end in an error that names the file and says what to do.
@Suite struct ReadersHostileTests {
    let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    private func expectError(
        _ part: String, remedy: String = "", _ body: () throws(InputError) -> Snapshot,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: InputError.self, sourceLocation: location) { _ = try body() }
        #expect(error?.problem.contains(part) == true, "\(error as Any)", sourceLocation: location)
        #expect(
            remedy.isEmpty || error?.remedy.contains(remedy) == true, "\(error as Any)",
            sourceLocation: location)
        #expect(error?.file.isEmpty == false, sourceLocation: location)
    }

    private func core(_ bytes: [UInt8]) -> () throws(InputError) -> Snapshot {
        let path = directory.write("core", bytes)
        return { () throws(InputError) in try CoreFile.read(path, label: anyLabel) }
    }

    private func changed(_ offset: Int, _ bytes: [UInt8]) -> [UInt8] {
        var image = exampleCore().bytes()
        image.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
        return image
    }

    @Test func othersThanCoresOf64BitX86AreRefused() {
        expectError("32-bit", remedy: "x86-64", core(changed(4, [1])))
        expectError("big-endian", core(changed(5, [2])))
        expectError("not a core", core(changed(16, [2])))
        expectError("another processor", core(changed(18, [183])))
        expectError("not an ELF file", remedy: "--memory", core(page(1)))
        expectError("compressed kdump", remedy: "dump as ELF", core(Array("KDUMP   ".utf8) + page(1)))
        expectError("compressed file", remedy: "decompress", core([0x28, 0xB5, 0x2F, 0xFD] + page(1)))
        expectError("virtual machine", remedy: "--dump", core(exampleDump().bytes()))
        let path = directory.write("dump", exampleCore().bytes())
        expectError("of a process", remedy: "--core") { () throws(InputError) in
            try GuestDump.read(path, label: anyLabel)
        }
    }

    @Test func coresThatWereCutShortSayWhere() {
        let whole = exampleCore().bytes()
        expectError("cut short: segment", remedy: "ulimit", core(Array(whole.dropLast(1))))
        expectError("cut short: note segment", core(Array(whole.prefix(800))))
        expectError("program headers", core(Array(whole.prefix(100))))
        expectError("not an ELF file", core(Array(whole.prefix(20))))
    }

    @Test func absurdSegmentsAreRefused() {
        // The second program header, that of the first segment, begins at byte 120.
        expectError("absurd size", core(changed(120 + 32, littleEndian(UInt64.max))))
        expectError("absurd size", core(changed(120 + 16, littleEndian(UInt64.max - 4095))))
        expectError("cut short", core(changed(120 + 8, littleEndian(UInt64.max - 100))))
        expectError("two segments hold", core(changed(120 + 40, littleEndian(UInt64(1) << 62))))
        expectError(
            "twice", remedy: "paging", core(changed(120 + 8, Array(changed(0, [])[(232 + 8)..<(232 + 16)]))))
        var many = exampleCore().bytes()
        many.replaceSubrange(56..<58, with: [0xFF, 0xFF])
        expectError("section header", core(many))
    }

    @Test func aGuestDumpWithPagingIsRefused() {
        var dump = exampleDump()
        dump.segments.append(.init(address: 0x1_0000, physical: 0x10_0000, pages: [page(5)]))
        let path = directory.write("dump", dump.bytes())
        expectError("twice", remedy: "without paging") { () throws(InputError) in
            try GuestDump.read(path, label: anyLabel)
        }
    }

    @Test func rawMemoryThatIsNoneIsRefused() {
        func read(_ bytes: [UInt8]) -> () throws(InputError) -> Snapshot {
            let path = directory.write("memory", bytes)
            return { () throws(InputError) in try RawMemory.read(path, label: anyLabel) }
        }
        expectError("whole number", remedy: "cut short", read(page(1) + [1]))
        expectError("whole number", read([]))
        expectError("ELF", remedy: "--dump", read(exampleDump().bytes()))
        expectError("migration", read(Array("QEVM".utf8) + page(1)))
        expectError("AVML", read(Array("AVML".utf8) + [2, 0, 0, 0] + page(1)))
        func padded(_ text: String) -> [UInt8] {
            Array(text.utf8) + Array(repeating: 0, count: Page.size - text.utf8.count % Page.size)
        }
        expectError("SQLite", remedy: "virtual machine", read(padded("SQLite format 3\0")))
        expectError("PDF", remedy: "virtual machine", read(padded("%PDF-1.7\n")))
        let lines = Array(String(repeating: "name,v\u{E4}lue,3.25\n", count: 1_000).utf8)
        expectError("is text", remedy: "virtual machine", read(Array(lines.prefix(2 * Page.size))))
    }

    @Test func whatIsNoFileIsRefusedAtOnce() throws {
        let fifo = "\(directory.path)/fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        for path in [fifo, directory.path, "/dev/null"] {
            expectError("regular file") { () throws(InputError) in try CoreFile.read(path, label: anyLabel) }
            expectError("regular file") { () throws(InputError) in try RawMemory.read(path, label: anyLabel) }
        }
        expectError("cannot be opened") { () throws(InputError) in
            try GuestDump.read("\(directory.path)/none", label: anyLabel)
        }
        expectError("as a directory") { () throws(InputError) in try CRIUImages.read(fifo, label: anyLabel) }
    }

    private func expectImages(
        _ part: String, remedy: String = "", _ images: CRIUWriter,
        _ location: SourceLocation = #_sourceLocation
    ) {
        images.write(to: directory)
        let path = directory.path
        expectError(
            part, remedy: remedy, { () throws(InputError) in try CRIUImages.read(path, label: anyLabel) },
            location)
    }

    @Test func damagedPageMapsAreRefused() {
        var images = exampleImages()
        images.pagemap("11", pages: 2, [(0x402, 1 << 40, 4)])
        expectImages("more pages than", images)
        images.pagemap("11", pages: 2, [(0x402, .max, 4)])
        expectImages("outside any address space", images)
        images.pagemap("11", pages: 2, [(0x402, 1, 4), (0x402, 1, 4)])
        expectImages("ascending", images)
        images.pagemap("11", pages: 2, [])
        expectImages("holds 4096 bytes", remedy: "compress", images)
        images.pagemap("11", pages: 2, [(0x402, 1, 2)])
        expectImages("another machine", remedy: "lazy", images)
        images.pagemap("11", pages: 2, [(0x402, 1, 4), (0x403, 1 << 45, 1)])
        expectImages("earlier dump, which is missing", remedy: "parent", images)
        images.pagemap("11", pages: 1, [(0x402, 1, 4)])
        expectImages("same pages", images)
        images.pagemap("11", pages: 2, [(0x401, 1, 4)])
        expectImages("no memory", images)
    }

    @Test func missingAndMistakenImagesAreNamed() {
        var images = exampleImages()
        images.processes([10, 10])
        expectImages("twice", images)
        images = exampleImages()
        images.images["mm-11.img"] = images.images["files.img"]
        expectImages("not the image that its name says", images)
        images = exampleImages()
        images.images["inventory.img"] = CRIUWriter.image(.inventory, [MessageWriter([(1, 9)])])
        expectImages("format 9", images)
        images = exampleImages()
        images.images["pstree.img"]?.append(contentsOf: [0xFF, 0xFF, 0xFF, 0x7F])
        expectImages("damaged before byte", images)
        images = exampleImages()
        images.write(to: directory)
        unlink("\(directory.path)/pages-2.img")
        images.images["pages-2.img"] = nil
        expectImages("is missing", remedy: "whole directory", images)
    }

    @Test func linksOutOfTheDirectoryAndCirclesAreRefused() throws {
        let images = exampleImages()
        images.write(to: directory)
        let other = directory.write("other", page(8))
        unlink("\(directory.path)/pages-2.img")
        #expect(symlink(other, "\(directory.path)/pages-2.img") == 0)
        let path = directory.path
        expectError("symbolic link") { () throws(InputError) in try CRIUImages.read(path, label: anyLabel) }
        unlink("\(path)/pages-2.img")
        #expect(symlink(".", "\(path)/parent") == 0)
        expectImages("leads back", images)
    }

    @Test func aHugeSparseFileTakesNoMemoryForItsHoles() throws {
        let path = directory.write("memory", page(1))
        // 8 TiB: its page numbers alone would take more memory than any machine of ours has.
        guard truncate(path, 1 << 43) == 0 else {
            return print("skipped: a sparse file of 8 TiB, which this file system does not hold")
        }
        let snapshot = try RawMemory.read(path, label: anyLabel)
        #expect(snapshot.pages.count == 1)
        #expect(snapshot.pages.zeroMappings == 1 << 31 - 1)
    }

    @Test func labelsFromForeignFilesHoldOnlyWhatPrints() throws {
        var core = exampleCore()
        core.notes = []
        core.program("a\u{1B}[2Jb")
        let snapshot = try CoreFile.read(directory.write("core", core.bytes()), label: anyLabel)
        #expect(snapshot.labels.last?.value == "a?[2Jb")
    }
}
