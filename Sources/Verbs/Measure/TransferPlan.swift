/// One piece of the other side's memory.
public struct Piece: Hashable, Sendable {
    /// The region, by its place in the session's list.
    public var region: Int
    /// Where it begins in the region, in bytes.
    public var offset: Int
    /// Its length in bytes.
    public var length: Int

    /// A piece of a region.
    public init(region: Int = 0, offset: Int, length: Int) {
        self.region = region
        self.offset = offset
        self.length = length
    }
}

/// A page of a base image: which image, and which of its pages.
public struct BasePage: Hashable, Sendable {
    /// The base, by its place in the session's list of regions.
    public var base: Int
    /// The page's number in it.
    public var page: Int

    /// A page of a base image.
    public init(base: Int, page: Int) {
        self.base = base
        self.page = page
    }
}

/// What is read, in order: the same plan is timed and, in a pass of its own, verified.
public struct TransferPlan: Hashable, Sendable {
    /// The pieces, in the order in which they are asked for.
    public var pieces: [Piece]

    /// A plan of pieces.
    public init(_ pieces: [Piece]) { self.pieces = pieces }

    /// All bytes.
    public var bytes: Int { pieces.reduce(0) { $0 + $1.length } }

    /// The longest piece.
    public var longest: Int { pieces.reduce(0) { max($0, $1.length) } }

    /// `count` pieces of one size, spread over a region of `bytes` in an order without a stride that hardware could
    /// guess, each at a multiple of its size.
    public static func spread(size: Int, count: Int, region: Int = 0, bytes: Int, seed: UInt64 = 1)
        -> TransferPlan
    {
        let places = UInt64(max(1, bytes / max(size, 1)))
        return TransferPlan(
            (0..<count).map { index in
                // The high half of the product is uniform over the places.
                let place = Pattern.word(seed: seed, index: UInt64(index)).multipliedFullWidth(by: places)
                    .high
                return Piece(region: region, offset: Int(place) * size, length: size)
            })
    }

    /// Pages of 4 KiB of several bases in the order given. With `merging`, pages that follow each other in the list
    /// and in the base become one piece of at most `longest` bytes.
    public static func pages(
        _ pages: [BasePage], merging: Bool, pageSize: Int = 4096, longest: Int = 1 << 20
    ) -> TransferPlan {
        var pieces: [Piece] = []
        pieces.reserveCapacity(pages.count)
        for page in pages {
            let offset = page.page * pageSize
            if merging, let last = pieces.last, last.region == page.base, last.offset + last.length == offset,
                last.length + pageSize <= longest
            {
                pieces[pieces.count - 1].length += pageSize
            } else {
                pieces.append(Piece(region: page.base, offset: offset, length: pageSize))
            }
        }
        return TransferPlan(pieces)
    }

    /// Throws `.request` when a piece does not lie in its region.
    func check(against regions: [RemoteRegion]) throws(VerbsError) {
        for piece in pieces {
            guard regions.indices.contains(piece.region) else {
                throw VerbsError(.request, "there is no region \(piece.region), only \(regions.count)")
            }
            let bytes = regions[piece.region].bytes
            guard piece.length > 0, piece.length <= 1 << 30, piece.offset >= 0,
                piece.offset <= bytes - piece.length
            else {
                throw VerbsError(
                    .request,
                    "\(piece.length) bytes at \(piece.offset) do not lie in region \(piece.region) of "
                        + "\(bytes) bytes")
            }
        }
    }
}

/// How operations are handed to the device.
public struct Posting: Hashable, Sendable {
    /// Operations under way at once, over all connections: 1 to 256 and more.
    public var depth: Int
    /// Operations that are posted together; 1 posts each by itself.
    public var batch: Int
    /// Whether a batch is one linked list (one doorbell) or several calls.
    public var isChained: Bool
    /// Every how many operations one reports its end; the last of a batch always does. 1: each.
    public var signalEvery: Int
    /// Whether each region has a connection of its own, by its number, as bases on several hosts do; else the
    /// connections take turns.
    public var goesByRegion: Bool

    /// A way of handing operations to the device.
    public init(
        depth: Int = 1, batch: Int = 1, isChained: Bool = true, signalEvery: Int = 1,
        goesByRegion: Bool = false
    ) {
        self.depth = depth
        self.batch = batch
        self.isChained = isChained
        self.signalEvery = signalEvery
        self.goesByRegion = goesByRegion
    }
}

/// What a transfer of a whole plan took.
public struct RateSample: Hashable, Sendable {
    /// Operations that ended.
    public var operations: Int
    /// Bytes that moved.
    public var bytes: Int
    /// From before the first was posted until the last was seen to end, in nanoseconds.
    public var nanoseconds: UInt64

    /// Operations a second.
    public var operationsPerSecond: Double { Double(operations) / max(Double(nanoseconds), 1) * 1e9 }
    /// Bytes a second.
    public var bytesPerSecond: Double { Double(bytes) / max(Double(nanoseconds), 1) * 1e9 }
}
