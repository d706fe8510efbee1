import Files
import Foundation
import PageContent
import Testing

@testable import Snapshots

/// Sound files of other tools: what can be read is read, and all else is called by its name, with what to do.
@Suite struct ForeignTests {
    let directory: ScratchDirectory

    init() throws { directory = try ScratchDirectory() }

    private func problem(_ body: () throws(InputError) -> Snapshot) -> (String, remedy: String) {
        do throws(InputError) {
            _ = try body()
            return ("", "")
        } catch {
            return (error.problem, error.remedy)
        }
    }

    private static let formats: [(name: String, bytes: [UInt8], remedy: String)] = [
        ("compressed kdump", Array("KDUMP   ".utf8), "ELF"),
        ("compressed kdump", Array("DISKDUMP".utf8), "ELF"),
        ("compressed kdump", Array("makedumpfile\0".utf8), "ELF"),
        ("crash dump of Windows", Array("PAGEDU64".utf8), "--dump"),
        ("minidump", Array("MDMP".utf8) + [0x93, 0xA7], "gcore"),
        ("Mach-O", [0xCF, 0xFA, 0xED, 0xFE], "Linux"), ("Mach-O", [0xFE, 0xED, 0xFA, 0xCF], "Linux"),
        ("QEMU migration", Array("QEVM".utf8), "dump-guest-memory"),
        ("libvirt", Array("LibvirtQemudSave".utf8), "virsh dump --memory-only --format elf"),
        ("libvirt", Array("LibvirtQemudPart".utf8), "virsh dump"),
        ("Xen", Array("Xen saved domain, xl format\n".utf8), "--pid"),
        ("VirtualBox", [0x7F] + Array("VirtualBox SavedState V2.0\n".utf8), "dumpvmcore"),
        ("VMware", [0xD2, 0xBE, 0xD2, 0xBE], ".vmem"), ("VMware", [0xD1, 0xBA, 0xD1, 0xBA], ".vmem"),
        ("Firecracker", [1, 0, 0x64, 0x86, 0x84, 0x19, 0x10, 0x07], "--memory"),
        ("Firecracker", [0, 0, 0xAA, 0xAA, 0x84, 0x19, 0x10, 0x07], "--memory"),
        ("disk image (qcow2)", [0x51, 0x46, 0x49, 0xFB], "virsh dump"),
        ("disk image (VMDK)", Array("KDMV".utf8), "--dump"),
        ("disk image (VDI)", Array("<<< Oracle VM VirtualBox".utf8), "--dump"),
        ("AVML", Array("EMiL".utf8) + [2, 0, 0, 0], "avml-convert"),
        ("compressed file", [0x1F, 0x8B, 0x08], "gunzip"),
        ("compressed file", [0x28, 0xB5, 0x2F, 0xFD], "zstd -d"),
        ("compressed file", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz -d"),
        ("compressed file", [0x04, 0x22, 0x4D, 0x18], "lz4 -d"),
        ("compressed file", Array("BZh91AY&SY".utf8), "bunzip2"),
        ("archive", Array("PK\u{3}\u{4}".utf8), "unzip"),
        ("archive", [UInt8](repeating: 65, count: 257) + Array("ustar\0".utf8), "tar -xf"),
        ("snapshot of Pagefold", Array("pfsnap\r\n".utf8), "profile"),
    ]

    @Test(arguments: formats)
    func eachFormatIsCalledByItsName(_ name: String, _ bytes: [UInt8], _ remedy: String) {
        let file = bytes + [UInt8](repeating: 0, count: 8192 - bytes.count)
        let path = directory.write("file", file)
        for (problem, told) in [
            problem { () throws(InputError) in try CoreFile.read(path, label: anyLabel) },
            problem { () throws(InputError) in try GuestDump.read(path, label: anyLabel) },
            problem { () throws(InputError) in try RawMemory.read(path, label: anyLabel) },
            problem { () throws(InputError) in try CRIUImages.read(path, label: anyLabel) },
        ] {
            #expect(problem.contains(name), "\(problem)")
            #expect(told.contains(remedy) || told.contains("unpack it and give the directory"), "\(told)")
        }
    }

    @Test func otherELFFilesAreCalledByTheirNames() {
        func read(_ change: (inout [UInt8]) -> Void) -> String {
            var bytes = exampleCore().bytes()
            change(&bytes)
            let path = directory.write("file", bytes)
            return problem { () throws(InputError) in try CoreFile.read(path, label: anyLabel) }.0
        }
        #expect(read { $0[16] = 2 }.contains("an ELF executable, not a core"))
        #expect(read { $0[16] = 1 }.contains("an ELF object file, not a core"))
        #expect(read { $0[18] = 183 }.contains("another processor (AArch64)"))
        #expect(read { $0[7] = 9 }.contains("another system"))
        #expect(read { $0[56] = 0 }.contains("Xen"))
    }

    @Test func pagesThatAFileHoldsInPartAreFilledWithZeros() throws {
        var core = CoreWriter()
        core.segments = [
            .init(address: 0x10_0000, pages: [page(1), page(2)]), .init(address: 0x20_0000, pages: [page(3)]),
            .init(address: 0x7FFF_0000_0000, pages: [page(4)]),
        ]
        core.auxiliary([(25, 0x7FFF_0000_0010)])
        var bytes = core.bytes()
        // The first segment holds 5,000 bytes; the second begins and ends within its page.
        bytes.replaceSubrange(
            (120 + 32)..<(120 + 48), with: littleEndian(UInt64(5_000)) + littleEndian(UInt64(5_000)))
        bytes.replaceSubrange((176 + 16)..<(176 + 24), with: littleEndian(UInt64(0x20_0100)))
        bytes.replaceSubrange(
            (176 + 32)..<(176 + 48), with: littleEndian(UInt64(300)) + littleEndian(UInt64(300)))
        let snapshot = try CoreFile.read(directory.write("core", bytes), label: anyLabel)
        #expect(snapshot.pages.count == 4)
        #expect(content(snapshot, 0) == page(1))
        #expect(content(snapshot, 1) == page(2).prefix(904) + [UInt8](repeating: 0, count: 4096 - 904))
        let within = [UInt8](repeating: 0, count: 256) + page(3).prefix(300)
        #expect(content(snapshot, 2) == within + [UInt8](repeating: 0, count: 4096 - within.count))
        #expect(content(snapshot, 3) == page(4))
        #expect(snapshot.remarks.contains { $0.hasPrefix("2 of its pages are stored in part") })
    }

    @Test func aKernelsDumpHoldsItsOwnCodeOnce() throws {
        var dump = CoreWriter()
        dump.stackPointer(0)
        dump.note("VMCOREINFO", 0, Array("PAGESIZE=4096\n".utf8))
        dump.segments = [
            .init(address: 0xFFFF_FFFF_8100_0000, physical: 0x2000, pages: [page(2)]),
            .init(address: 0xFFFF_8880_0000_1000, physical: 0x1000, pages: [page(1), page(2)]),
            .init(address: 0xFFFF_8880_0000_3000, physical: 0x3000, pages: [page(3)]),
        ]
        let path = directory.write("vmcore", dump.bytes())
        let snapshot = try GuestDump.read(path, label: anyLabel)
        #expect((0..<snapshot.pages.count).map { content(snapshot, $0) } == (1...3).map(page))
        #expect(snapshot.pages.places.map(\.offset) == [1, 2, 3])
        let told = problem { () throws(InputError) in try CoreFile.read(path, label: anyLabel) }
        #expect(told.0.contains("of a kernel") && told.remedy.contains("--dump"))
        // Where nothing else holds it, the kernel's code is memory like any other.
        dump.segments[1].pages = [page(1)]
        let bytes = directory.write("vmcore", dump.bytes())
        #expect(try GuestDump.read(bytes, label: anyLabel).pages.count == 3)
    }

    @Test func aLiMEImageHasThePlacesOfItsHeads() throws {
        func part(_ first: UInt64, _ bytes: [UInt8]) -> [UInt8] {
            Array("EMiL".utf8) + littleEndian(UInt32(1)) + littleEndian(first)
                + littleEndian(first &+ UInt64(bytes.count - 1)) + [UInt8](repeating: 0, count: 8) + bytes
        }
        let whole = part(0x1000, page(1)) + part(0x10_0000, page(2) + page(3))
        let snapshot = try RawMemory.read(directory.write("lime", whole), label: anyLabel)
        #expect(snapshot.pages.places.map(\.offset) == [1, 256, 257])
        #expect((0..<3).map { content(snapshot, $0) } == (1...3).map(page))
        for bad in [
            Array(whole.dropLast()), whole + [1], part(0x2000, page(1)) + part(0x1000, page(2)),
            part(.max - 4095, page(1)),
        ] {
            let path = directory.write("bad", bad)
            #expect(
                problem { () throws(InputError) in try RawMemory.read(path, label: anyLabel) }.0
                    .contains("damaged at byte"))
        }
    }
}
