/// A way in which a sandbox comes to answer a request.
public enum StartWay: String, Sendable, Hashable, CaseIterable {
    /// A process that is started, imports the function and answers.
    case cold = "cold start"
    /// A child of a zygote.
    case fork = "zygote fork"
    /// Base pages copied from images in the same process, all before it goes on.
    case copied = "dedup copied"
    /// Base pages read from the base sandbox' process, all before it goes on.
    case read = "dedup from process"
    /// Base pages read by RDMA, all before it goes on.
    case remote = "dedup by RDMA"
    /// The same as `copied`, each page when it is touched.
    case copiedLazily = "dedup copied lazily"
    /// The same as `read`, each page when it is touched.
    case readLazily = "dedup from process lazily"
    /// CRIU's images in memory.
    case criu = "CRIU"
    /// CRIU's images in memory, each page when it is touched.
    case criuLazily = "CRIU lazily"

    /// Whether the sandbox was deduplicated.
    public var isDedup: Bool {
        [.copied, .read, .remote, .copiedLazily, .readLazily].contains(self)
    }

    /// Whether pages come when they are touched.
    public var isLazy: Bool { [.copiedLazily, .readLazily, .criuLazily].contains(self) }
}

/// A part of a start.
public enum StartStage: String, Sendable, Hashable, CaseIterable {
    /// From the start of a process until it is ready; of a zygote, from the wish to fork.
    case start
    /// Reading base pages.
    case read
    /// Applying patches.
    case patch
    /// Giving pages back to the process.
    case give
    /// CRIU's restore, whose parts are its own.
    case restore
    /// Letting it go on; when lazy, with what it takes to watch its memory.
    case resume
    /// From the request to its answer.
    case answer
}
