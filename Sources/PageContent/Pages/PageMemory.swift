/// The contents of some pages, one after another, that never change; memory of its own or a mapped file.
public final class PageMemory: @unchecked Sendable {
    /// The first byte of the first page; valid as long as this object lives.
    public let base: UnsafeRawPointer
    /// How many pages there are.
    public let count: Int
    private let release: @Sendable () -> Void

    /// Takes charge of `count` pages from `base` on; `release` is called once, when nobody needs them any more.
    public init(base: UnsafeRawPointer, count: Int, release: @escaping @Sendable () -> Void) {
        precondition(count >= 0, "a negative number of pages")
        self.base = base
        self.count = count
        self.release = release
    }

    /// Holds a copy of `bytes`, a whole number of pages.
    public convenience init(copying bytes: some Collection<UInt8>) {
        precondition(bytes.count % Page.size == 0, "not a whole number of pages")
        let copy = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(bytes.count, Page.size), alignment: Page.size)
        _ = UnsafeMutableRawBufferPointer(rebasing: copy[..<bytes.count]).initializeMemory(
            as: UInt8.self, from: bytes)
        let address = Int(bitPattern: copy.baseAddress)
        self.init(base: UnsafeRawPointer(copy.baseAddress.unsafelyUnwrapped), count: bytes.count / Page.size)
        {
            UnsafeMutableRawPointer(bitPattern: address)?.deallocate()
        }
    }

    deinit { release() }

    /// The first byte of page `index`.
    @inlinable @inline(__always)
    public func page(_ index: Int) -> UnsafeRawPointer {
        assert(index >= 0 && index < count, "page outside its memory")
        return base + index &* Page.size
    }
}
