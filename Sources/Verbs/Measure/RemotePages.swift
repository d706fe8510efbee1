/// Base images of this process that lie with a serving side, and pages of them that are read back over RDMA: both
/// sides on this host, a connection for each base as if each lay on another host.
public final class RemotePages {
    private let transfer: Transfer
    private let most: Int
    private let depth: Int
    /// The longest run of pages that is read as one, in bytes.
    private static let longestRun = 1 << 20

    /// Copies `bases` into memory that the serving side registers, and connects. The bases are not needed afterwards.
    /// - Parameters:
    ///   - bases: The images, whole pages of 4 KiB, 1 to 64 of them.
    ///   - most: The pages that one reading may ask for.
    ///   - depth: Reads under way at once, over all connections.
    ///   - choice: The device.
    /// - Throws: `.unavailable` without a device, `.resources` when too little memory may be locked.
    public init(
        loopback bases: [UnsafeRawBufferPointer], most: Int, depth: Int = 64,
        choice: DeviceChoice = DeviceChoice()
    ) throws(VerbsError) {
        guard most > 0, depth > 0, bases.allSatisfy({ !$0.isEmpty && $0.count % 4096 == 0 }) else {
            throw VerbsError(.request, "bases are whole pages, and at least one page is read")
        }
        let session = try MemorySession(
            loopback: bases.map { RegionRequest(bytes: $0.count) }, contents: .copies(bases), choice: choice)
        let connections = try Connections(
            session, settings: ConnectionSettings(depth: depth), most: bases.count)
        try connections.add(bases.count)
        transfer = try Transfer(connections, landingBytes: most * 4096)
        self.most = most
        self.depth = depth
    }

    /// What is known of the device.
    public var facts: DeviceFacts { transfer.connections.session.facts }

    /// Where pages are read to: room for as many as one reading may ask for.
    public var buffer: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: transfer.base, count: most * 4096)
    }

    /// Reads pages into consecutive slots of 4 KiB of `buffer`, in the order given. With `merging`, pages that follow
    /// each other in the list and in their base are read as one. Throws `.request` for a page that no base has, and
    /// `.transfer` or `.peer` when the device fails; then nothing can be read any more.
    public func read(_ pages: [BasePage], merging: Bool) throws(VerbsError) {
        guard pages.count <= most else {
            throw VerbsError(.request, "\(pages.count) pages do not fit a buffer of \(most)")
        }
        let plan = TransferPlan.pages(pages, merging: merging, longest: Self.longestRun)
        try transfer.readPacked(
            plan, posting: Posting(depth: depth, batch: min(depth, 16), goesByRegion: true))
    }
}

extension Transfer {
    /// Reads the plan's pieces, each behind the one before it.
    func readPacked(_ plan: TransferPlan, posting: Posting) throws(VerbsError) {
        try prepare(plan, kind: .read, depth: 1)
        try check(posting)
        guard plan.bytes <= landing.memory.count else {
            throw VerbsError(
                .request, "\(plan.bytes) bytes do not fit a landing place of \(landing.memory.count)")
        }
        try pump(plan.pieces[...], kind: .read, posting: posting, places: .packed(end: 0))
    }
}
