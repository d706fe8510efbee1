import Foundation
import PageContent

/// A process with a file, zeroed data, a heap, a thread's stack and its first stack.
func exampleCore() -> CoreWriter {
    var core = CoreWriter()
    core.segments = [
        .init(address: 0x40_0000, flags: 4, pages: [page(1)], size: 0x2000),
        .init(address: 0x40_2000, flags: 5, size: 0x3000),
        .init(address: 0x40_5000, flags: 4, pages: [page(2)]),
        .init(address: 0x40_6000, pages: [page(3), page(4)]),
        .init(address: 0x40_8000, pages: [page(5)]),
        .init(address: 0x90_0000, pages: [page(6), [UInt8](repeating: 0, count: 4096), page(7)]),
        .init(address: 0x7F00_0000_0000, pages: [page(8)]),
        .init(address: 0x7F00_0001_0000, pages: [page(9)]),
        .init(address: 0x7F00_0002_0000, pages: [page(10)]),
        .init(address: 0x7FFF_0000_0000, pages: [page(11), page(12)]),
        .init(address: 0x7FFF_0001_0000, flags: 5, pages: [page(13)]),
    ]
    core.program("python3")
    core.stackPointer(0x7FFF_0000_0800)
    core.stackPointer(0x7F00_0001_0FF0)
    core.auxiliary([(3, 0x40_0040), (25, 0x7FFF_0000_1100), (33, 0x7FFF_0001_0000)])
    core.files([
        (0x40_0000, 0x40_2000, 0, "/usr/bin/python"), (0x40_2000, 0x40_5000, 2, "/usr/bin/python"),
        (0x40_5000, 0x40_6000, 5, "/usr/bin/python"), (0x40_6000, 0x40_8000, 6, "/usr/bin/python"),
        (0x7F00_0002_0000, 0x7F00_0002_1000, 0, "/dev/zero (deleted)"),
    ])
    return core
}

/// A machine with two blocks of memory.
func exampleDump() -> CoreWriter {
    var dump = CoreWriter()
    dump.segments = [
        .init(address: 0, physical: 0x10_0000, pages: [page(3)]),
        .init(address: 0, physical: 0, pages: [page(1), [UInt8](repeating: 0, count: 4096)]),
    ]
    dump.stackPointer(0)
    dump.note("QEMU", 0, [UInt8](repeating: 0, count: 440))
    return dump
}

/// Two processes, one of them with a thread's stack, and memory that they share.
func exampleImages() -> CRIUWriter {
    var images = CRIUWriter()
    images.processes([10, 11, 12])
    images.memory(
        10,
        [
            (0x400, 0x402, 1, 2, 0b1000001), (0x402, 0x404, 0, 0x22, 0b1000000001),
            (0x900, 0x903, 0, 0x22, 0b1000100001), (0x7F000, 0x7F001, 0, 0x22, 0b1000000001),
            (0x7F100, 0x7F102, 2, 1, 0b100000010000001), (0x7FFF0, 0x7FFF8, 0, 0x122, 0b1000000001),
            (0x7FFF9, 0x7FFFA, 0, 0x22, 0b1000001001), (0x402, 0x403, 0, 0, 1 << 16),
        ])
    images.pagemap(
        "10", pages: 1,
        [(0x401, 2, 4), (0x900, 2, 6), (0x7F000, 1, 4), (0x7FFF4, 1, 4), (0x7FFF9, 1, 4)])
    images.pages(1, (1...7).map(page))
    images.thread(10, stackPointer: 0x7F000_000 + 0xFF0)
    images.memory(11, [(0x402, 0x404, 0, 0x22, 0b1000000001)])
    images.pagemap("11", pages: 2, [(0x402, 1, 4)])
    images.pages(2, [page(8)])
    images.pagemap("shmem-77", pages: 3, [(1, 1, 4)])
    images.pages(3, [page(9)])
    return images
}
