import Files

/// Formats that are easily given in place of another, known by how they begin.
enum ForeignFormat: CaseIterable {
    case elf, kdump, flattenedKdump, migration, lime, gzip, zstd, xz, lz4

    /// The format of `file`; nil when it is none of these.
    init?(of file: InputFile) throws(InputError) {
        for format in Self.allCases where try file.begins(with: format.magic) {
            self = format
            return
        }
        return nil
    }

    private var magic: [UInt8] {
        switch self {
        case .elf: [0x7F, 0x45, 0x4C, 0x46]
        case .kdump: Array("KDUMP   ".utf8)
        case .flattenedKdump: Array("makedumpfile".utf8)
        case .migration: Array("QEVM".utf8)
        case .lime: Array("EMiL".utf8)
        case .gzip: [0x1F, 0x8B, 0x08]
        case .zstd: [0x28, 0xB5, 0x2F, 0xFD]
        case .xz: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]
        case .lz4: [0x04, 0x22, 0x4D, 0x18]
        }
    }

    /// What it is, after "is".
    var name: String {
        switch self {
        case .elf: "an ELF file"
        case .kdump, .flattenedKdump: "a compressed kdump"
        case .migration: "a QEMU migration stream"
        case .lime: "a LiME image"
        case .gzip, .zstd, .xz, .lz4: "a compressed file"
        }
    }

    /// How to get what can be read.
    var remedy: String {
        switch self {
        case .elf: "read it with --core if it is of a process, with --dump if it is of a virtual machine"
        case .kdump, .flattenedKdump:
            "dump as ELF: dump-guest-memory without -z, -l, -s; virsh dump --memory-only"
        case .migration: "use the file of a memory-backend-file, or dump-guest-memory"
        case .lime: "use the virtual machine monitor's own dump"
        case .gzip, .zstd, .xz, .lz4: "decompress it first"
        }
    }
}
