import CProcess
import Files
import Glibc
import PageContent
import Snapshots

/// Brings a sandbox back before it goes on: base pages are read, patches applied, and all pages given back.
struct EagerRestore {
    /// What a restore took, in nanoseconds, by stage.
    struct Times {
        /// Reading base pages.
        var read: UInt64 = 0
        /// Applying patches.
        var patch: UInt64 = 0
        /// Giving pages back to the process.
        var give: UInt64 = 0
    }

    /// Pages that are worked on together: few enough to stay in the caches, many enough for one call to be little.
    static let batch = 256

    private let image: DedupedImage
    private let bases: any BaseReader
    private let builder: PageBuilder
    private let process: Int32

    /// Of `image`, which was taken from `process`.
    init(_ image: DedupedImage, from bases: any BaseReader, to process: Int32, patch: PatchMethod) {
        self.image = image
        self.bases = bases
        self.process = process
        builder = PageBuilder(patch, most: EagerRestore.batch)
    }

    /// Brings all pages back, or those that `isWanted` names.
    func run(_ isWanted: (Int) -> Bool = { _ in true }) throws -> Times {
        let memory = open("/proc/\(process)/mem", O_RDWR | O_CLOEXEC)
        if memory < 0 { throw LiveProcess.failure(process, number: errno) }
        defer { close(memory) }
        var times = Times()
        var pages: [Int] = []
        for page in 0..<image.count where image.sources[page] != .zero && isWanted(page) {
            pages.append(page)
            if pages.count == EagerRestore.batch { try bring(&pages, through: memory, &times) }
        }
        try bring(&pages, through: memory, &times)
        return times
    }

    private func bring(_ pages: inout [Int], through memory: Int32, _ times: inout Times) throws {
        if pages.isEmpty { return }
        let begin = Clock.nanoseconds()
        var wanted: [BasePlace] = []
        for page in pages {
            if case .patched(let number) = image.sources[page] { wanted.append(image.bases[number]) }
        }
        let base = wanted.isEmpty ? nil : try bases.read(wanted[...])
        let read = Clock.nanoseconds()
        var contents: [UnsafeRawPointer] = []
        contents.reserveCapacity(pages.count)
        var slot = 0
        for page in pages {
            switch image.sources[page] {
            case .patched(let number):
                guard let base else { break }
                contents.append(
                    try builder.page(number, of: image, base: base + slot * Page.size, slot: slot))
                slot += 1
            case .kept(let number): contents.append(image.keptPage(number))
            case .zero: break
            }
        }
        let patched = Clock.nanoseconds()
        try give(pages, contents, through: memory)
        times.read += read - begin
        times.patch += patched - read
        times.give += Clock.nanoseconds() - patched
        pages.removeAll(keepingCapacity: true)
    }

    /// Gives pages back: those that the process may write to in one call, the others as debuggers do.
    private func give(
        _ pages: [Int], _ contents: [UnsafeRawPointer], through memory: Int32
    ) throws(InputError) {
        var (local, remote): ([iovec], [iovec]) = ([], [])
        for (page, content) in zip(pages, contents) {
            let address = image.addresses[page]
            guard image.isWritable[page] else {
                if pwrite(memory, content, Page.size, off_t(address)) != Page.size {
                    throw LiveProcess.failure(process, number: errno)
                }
                continue
            }
            local.append(
                iovec(iov_base: UnsafeMutableRawPointer(mutating: content), iov_len: Page.size))
            remote.append(
                iovec(iov_base: UnsafeMutableRawPointer(bitPattern: UInt(address)), iov_len: Page.size))
        }
        let bytes = local.count * Page.size
        let count = bytes == 0 ? 0 : cprocess_write(process, local, local.count, remote, remote.count)
        if count != bytes { throw LiveProcess.failure(process, number: count < 0 ? Int32(-count) : EFAULT) }
    }
}
