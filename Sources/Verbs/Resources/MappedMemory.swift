import CVerbs
import Glibc
import Machine

/// The size of the pages that memory is mapped in.
public enum PageKind: UInt8, Hashable, Sendable, CaseIterable {
    /// The machine's ordinary pages, 4 KiB.
    case small = 0
    /// Reserved pages of 2 MiB.
    case huge = 1

    /// The size in bytes.
    public var size: Int { self == .small ? 4096 : 2 << 20 }
}

/// Anonymous memory, present (every page was written) and unmapped at the end.
public final class MappedMemory {
    /// Where it lies.
    public let base: UnsafeMutableRawPointer
    /// Its length in bytes, a multiple of the pages' size.
    public let count: Int
    /// The size of its pages.
    public let pages: PageKind

    /// Maps at least `count` bytes. Throws `.resources` when there is not so much, or so many huge pages.
    public init(count: Int, pages: PageKind) throws(VerbsError) {
        guard count > 0, count <= 1 << 46 else {
            throw VerbsError(.request, "\(count) bytes of memory cannot be mapped")
        }
        let rounded = Self.pages(count, pages) * pages.size
        guard let base = cverbs_map(rounded, pages == .huge ? 1 : 0) else {
            let words = VerbsError.words(errno)
            guard pages == .huge else {
                throw VerbsError(.resources, "cannot map \(rounded) bytes of memory: \(words)")
            }
            let free = SystemFile.text("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages") ?? "no"
            throw VerbsError(
                .resources,
                "cannot map \(rounded / pages.size) huge pages of 2 MiB: \(words), \(free) are free",
                remedy: "reserve them as root: echo \(rounded / pages.size) > /proc/sys/vm/nr_hugepages")
        }
        self.base = base
        self.count = rounded
        self.pages = pages
        for offset in stride(from: 0, to: rounded, by: pages.size) {
            base.storeBytes(of: 0, toByteOffset: offset, as: UInt8.self)
        }
    }

    /// The pages that `count` bytes take.
    static func pages(_ count: Int, _ pages: PageKind) -> Int { (count + pages.size - 1) / pages.size }

    deinit { munmap(base, count) }
}
