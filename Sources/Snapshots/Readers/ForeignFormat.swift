import Files

/// Formats that are easily given in place of another, known by bytes at a fixed place near their beginning.
enum ForeignFormat: CaseIterable {
    case elf, kdump, diskdump, flattenedKdump, s390Dump, windowsDump, hibernation, minidump, machO
    case migration, libvirtSave, xenSave, virtualBoxState, vmwareState, firecrackerState
    case qcow2, vmdk, virtualBoxDisk, vhdx, lime, avml
    case gzip, zstd, xz, lz4, bzip2, lzop, lzip, zip, sevenZip, tar
    case snapshot, profile

    /// The format of `file`; nil when it is none of these.
    init?(of file: InputFile) throws(InputError) {
        let head = try file.bytes(at: 0, count: min(file.size, Self.reach))
        guard let format = Self.allCases.first(where: { $0.marks.contains { $0.isIn(head) } }) else {
            return nil
        }
        self = format
    }

    /// Where the last of all marks ends.
    private static let reach = 512

    /// Bytes that a format has at a place of its own.
    private struct Mark {
        var offset = 0
        var bytes: [UInt8]

        init(_ bytes: [UInt8], at offset: Int = 0) {
            self.bytes = bytes
            self.offset = offset
        }

        init(_ text: String, at offset: Int = 0) { self.init(Array(text.utf8), at: offset) }

        func isIn(_ head: [UInt8]) -> Bool {
            head.count >= offset + bytes.count && head[offset..<(offset + bytes.count)].elementsEqual(bytes)
        }
    }

    private var marks: [Mark] {
        switch self {
        case .elf: [Mark([0x7F, 0x45, 0x4C, 0x46])]
        case .kdump: [Mark("KDUMP   ")]
        case .diskdump: [Mark("DISKDUMP")]
        case .flattenedKdump: [Mark("makedumpfile")]
        case .s390Dump: [Mark([0xA8, 0x19, 0x01, 0x73, 0x61, 0x8F, 0x23, 0xFD])]
        case .windowsDump: [Mark("PAGEDU64"), Mark("PAGEDUMP")]
        case .hibernation: [Mark("hibr"), Mark("HIBR")]
        case .minidump: [Mark("MDMP")]
        case .machO:
            [[0xCF, 0xFA], [0xCE, 0xFA]].map { Mark($0 + [0xED, 0xFE]) }
                + [[0xFA, 0xCF], [0xFA, 0xCE]].map { Mark([0xFE, 0xED] + $0) }
        case .migration: [Mark("QEVM")]
        case .libvirtSave: [Mark("LibvirtQemudSave"), Mark("LibvirtQemudPart")]
        case .xenSave: [Mark("Xen saved domain"), Mark("LinuxGuestRecord"), Mark("XenSavedDomain")]
        case .virtualBoxState: [Mark([0x7F] + Array("VirtualBox SavedState".utf8))]
        // bora/lib/public/dumper.h: 0xbed2bed0 and its successors, little-endian.
        case .vmwareState:
            [[0xD0, 0xBE, 0xD2], [0xD1, 0xBA, 0xD1], [0xD2, 0xBE, 0xD2], [0xD3, 0xBE, 0xD3]].map {
                Mark($0 + [$0[1]])
            }
        // 0x0710_1984_8664_0000 and 0x0710_1984_AAAA_0000; the lowest two bytes are a version.
        case .firecrackerState:
            [[0x64, 0x86], [0xAA, 0xAA]].map { Mark($0 + [0x84, 0x19, 0x10, 0x07], at: 2) }
        case .qcow2: [Mark([0x51, 0x46, 0x49, 0xFB])]
        case .vmdk: [Mark("KDMV"), Mark("# Disk DescriptorFile")]
        case .virtualBoxDisk: ["Oracle VM", "Sun", "innotek", "QEMU VM"].map { Mark("<<< \($0) ") }
        case .vhdx: [Mark("vhdxfile")]
        case .lime: [Mark("EMiL" + "\u{1}\0\0\0")]
        case .avml: [Mark("AVML" + "\u{2}\0\0\0"), Mark("EMiL" + "\u{2}\0\0\0")]
        case .gzip: [Mark([0x1F, 0x8B, 0x08])]
        case .zstd: [Mark([0x28, 0xB5, 0x2F, 0xFD])]
        case .xz: [Mark([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00])]
        case .lz4: [Mark([0x04, 0x22, 0x4D, 0x18]), Mark([0x02, 0x21, 0x4C, 0x18])]
        case .bzip2: (1...9).map { Mark("BZh\($0)1AY&SY") }
        case .lzop: [Mark([0x89, 0x4C, 0x5A, 0x4F, 0x00, 0x0D, 0x0A])]
        case .lzip: [Mark("LZIP\u{1}")]
        case .zip: [Mark("PK\u{3}\u{4}")]
        case .sevenZip: [Mark([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C])]
        case .tar: [Mark("ustar", at: 257)]
        case .snapshot: [Mark("pfsnap\r\n")]
        case .profile: [Mark("FProfile")]
        }
    }

    /// What it is, after "is".
    var name: String {
        switch self {
        case .elf: "an ELF file"
        case .kdump, .diskdump, .flattenedKdump: "a compressed kdump"
        case .s390Dump: "a dump of an IBM Z machine"
        case .windowsDump: "a crash dump of Windows"
        case .hibernation: "a hibernation file"
        case .minidump: "a minidump of Windows or Breakpad"
        case .machO: "a Mach-O file of macOS"
        case .migration: "a QEMU migration stream"
        case .libvirtSave: "a machine saved by libvirt (virsh save)"
        case .xenSave: "a domain saved by Xen (xl save)"
        case .virtualBoxState: "a saved state of VirtualBox"
        case .vmwareState: "a saved state of VMware"
        case .firecrackerState: "the state of a Firecracker microVM, without its memory"
        case .qcow2: "a disk image (qcow2)"
        case .vmdk: "a disk image (VMDK)"
        case .virtualBoxDisk: "a disk image (VDI)"
        case .vhdx: "a disk image (VHDX)"
        case .lime: "a LiME image"
        case .avml: "a compressed AVML image"
        case .gzip, .zstd, .xz, .lz4, .bzip2, .lzop, .lzip: "a compressed file"
        case .zip, .sevenZip, .tar: "an archive"
        case .snapshot: "a snapshot of Pagefold already"
        case .profile: "a profile of Pagefold"
        }
    }

    /// How to get what can be read.
    var remedy: String {
        let elfDump = "dump it as ELF and read that with --dump"
        switch self {
        case .elf:
            return "read it with --core if it is of a process, with --dump if it is of a virtual machine"
        case .kdump, .diskdump, .flattenedKdump:
            return
                "dump as ELF: dump-guest-memory without -z, -l, -s; virsh dump --memory-only --format elf; "
                + "makedumpfile -E for a kernel's own"
        case .s390Dump: return "only memory of x86-64 can be read"
        case .windowsDump: return "\(elfDump): dump-guest-memory, or virsh dump --memory-only --format elf"
        case .hibernation: return "only dumps of running processes and machines can be read"
        case .minidump:
            return
                "it holds stacks, not the memory: take a whole core with gcore, or name the process with --pid"
        case .machO: return "only Linux cores can be read: take one with gcore on Linux"
        case .migration: return "use the file of a memory-backend-file, or dump-guest-memory"
        case .libvirtSave:
            return "virsh restore it, then virsh dump --memory-only --format elf, and read that with --dump"
        case .xenSave:
            return "restore it, and take --pid snapshots of processes inside the guest"
        case .virtualBoxState:
            return
                "resume it, then VBoxManage debugvm NAME dumpvmcore --filename FILE, and read that with --dump"
        case .vmwareState: return "read the .vmem file beside it with --memory"
        case .firecrackerState: return "read its memory file (mem_file_path) with --memory"
        case .qcow2, .vmdk, .virtualBoxDisk, .vhdx:
            return "it holds a disk; load a saved state in it, then \(elfDump): "
                + "virsh dump --memory-only --format elf, or dump-guest-memory"
        case .lime: return "read it with --memory"
        case .avml: return "convert it with avml-convert, then read it with --memory"
        case .gzip: return "decompress it first: gunzip"
        case .zstd: return "decompress it first: zstd -d, or coredumpctl dump if systemd wrote it"
        case .xz: return "decompress it first: xz -d"
        case .lz4: return "decompress it first: lz4 -d, or coredumpctl dump if systemd wrote it"
        case .bzip2: return "decompress it first: bunzip2"
        case .lzop: return "decompress it first: lzop -d"
        case .lzip: return "decompress it first: lzip -d"
        case .zip: return "unpack it first: unzip"
        case .sevenZip: return "unpack it first: 7z x"
        case .tar: return "unpack it first: tar -xf"
        case .snapshot: return "give it to `pagefold profile` as it is"
        case .profile: return "see it with `pagefold profile info`"
        }
    }

    /// Whether it is something to unpack.
    var isPacked: Bool {
        switch self {
        case .gzip, .zstd, .xz, .lz4, .bzip2, .lzop, .lzip, .zip, .sevenZip, .tar: true
        default: false
        }
    }
}
