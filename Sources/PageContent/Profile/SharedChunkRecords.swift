/// Pages with the chunks they share, for exact choices of base pages without any content: one base and one target
/// instance of each function.
///
/// Chunks are numbered in the order in which they first appear, so that a number says nothing of the content. Only
/// those that lie in a base page and in a target page are kept; what one instance alone holds leaves no trace
/// but the number of chunks missing.
public struct SharedChunkRecords: Sendable, Hashable {
    /// The shared chunks of each page of one sandbox.
    public struct Pages: Sendable, Hashable {
        /// Where each page's chunks end in `chunks`.
        public var ends: [UInt32] = []
        /// The numbers of the chunks, page after page.
        public var chunks: [UInt32] = []

        /// No page yet.
        public init() {}

        /// How many pages.
        public var count: Int { ends.count }

        /// The chunks of page `index`.
        public subscript(index: Int) -> ArraySlice<UInt32> {
            chunks[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
        }

        /// Adds a page.
        mutating func append(_ page: some Sequence<UInt32>) {
            chunks.append(contentsOf: page)
            ends.append(UInt32(chunks.count))
        }
    }

    /// The pages of one target instance.
    public struct Target: Sendable, Hashable {
        /// Their shared chunks.
        public var pages: Pages
        /// For each page and base function, the size of the patch against that function's best page: in steps of
        /// `resolution` bytes, rounded up; `noPatch` or `zeroPage`.
        public var patches: [UInt8]
    }

    /// Patch sizes are kept in steps of this many bytes.
    public static let resolution = 16
    /// Stands for no patch, or one hardly smaller than the page.
    public static let noPatch: UInt8 = 255
    /// Stands for a page of zeros, which needs no base.
    public static let zeroPage: UInt8 = 254
    /// Stands for functions that were never measured together.
    public static let unmeasured: UInt8 = 253

    /// How fingerprints were taken and base pages were chosen.
    public var settings: DedupSettings
    /// How many different chunks there are.
    public var chunkCount: Int
    /// The base instance's pages, by function.
    public var bases: [Pages]
    /// The target instance's pages, by function.
    public var targets: [Target]

    /// The size in bytes of the patch of page `page` of the target of function `function` against its best page of
    /// base function `base`; nil where there is none. Pages of zeros have none.
    /// - Throws: `Unmeasured` when the two functions were never measured together.
    public func patch(of page: Int, function: Int, base: Int) throws(Unmeasured) -> Int? {
        let step = targets[function].patches[page * bases.count + base]
        if step == SharedChunkRecords.unmeasured { throw Unmeasured(base: base) }
        return step > SharedChunkRecords.unmeasured ? nil : Int(step) * SharedChunkRecords.resolution
    }

    /// Whether page `page` of the target of function `function` holds nothing but zeros.
    public func isZero(_ page: Int, function: Int) -> Bool {
        targets[function].patches[page * bases.count] == SharedChunkRecords.zeroPage
    }
}
