import Glibc

/// Stores one page after another: as a patch, compressed, or as it is, whichever takes least. Serves one thread.
final class PagePatcher {
    private let codec: any PatchCodec
    private let compressor: (any PageCompressor)?
    private let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Page.size, alignment: 64)
    private let check = UnsafeMutableRawPointer.allocate(byteCount: Page.size, alignment: 64)

    init(settings: DedupSettings) {
        codec = settings.patch.makeCodec()
        compressor = settings.compression?.makeCompressor()
    }

    deinit {
        room.deallocate()
        check.deallocate()
    }

    /// Takes `candidate` as base of the page of `choice` if that is the smallest way to store it so far.
    func offer(_ candidate: BasePage, of bases: [PageSet], to choice: inout PageChoice) {
        let base = bases[candidate.base].memory.page(candidate.page)
        guard let size = patch(choice.page, base: base) else { return }
        choice.take(.patched(base: candidate.base, page: candidate.page, size: size))
    }

    /// What becomes of the page once all its base pages were offered.
    func settle(_ choice: PageChoice) -> PageOutcome {
        if choice.isZero { return .zero }
        var choice = choice
        if let compressor, let size = compress(choice.page, with: compressor) {
            choice.take(.compressed(size: size))
        }
        return choice.outcome
    }

    /// The size of the patch that makes `page` out of `base`; nil when it is no smaller than a page.
    func patch(_ page: UnsafeRawPointer, base: UnsafeRawPointer) -> Int? {
        let output = UnsafeMutableRawBufferPointer(rebasing: room[..<(Page.size - 1)])
        guard let size = codec.encode(page, base: base, into: output) else { return nil }
        let patch = UnsafeRawBufferPointer(rebasing: room[..<size])
        guard codec.apply(patch, base: base, into: check), memcmp(check, page, Page.size) == 0 else {
            preconditionFailure("a patch does not give its page back")
        }
        return size
    }

    /// The size of `page` compressed; nil when it is no smaller than a page.
    func compress(_ page: UnsafeRawPointer) -> Int? {
        compressor.flatMap { compress(page, with: $0) }
    }

    private func compress(_ page: UnsafeRawPointer, with compressor: any PageCompressor) -> Int? {
        let output = UnsafeMutableRawBufferPointer(rebasing: room[..<(Page.size - 1)])
        guard let size = compressor.compress(page, into: output) else { return nil }
        let bytes = UnsafeRawBufferPointer(rebasing: room[..<size])
        guard compressor.decompress(bytes, into: check), memcmp(check, page, Page.size) == 0 else {
            preconditionFailure("a compressed page does not give its page back")
        }
        return size
    }
}

/// The smallest way to store a page that was found so far.
struct PageChoice {
    let page: UnsafeRawPointer
    let isZero: Bool
    private(set) var outcome = PageOutcome.kept

    init(of page: UnsafeRawPointer, isZero: Bool) {
        self.page = page
        self.isZero = isZero
    }

    mutating func take(_ other: PageOutcome) {
        if other.stored < outcome.stored { outcome = other }
    }
}
