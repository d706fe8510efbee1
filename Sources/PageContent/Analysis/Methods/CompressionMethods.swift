extension CompressedSizes {
    /// The size of a page; `Page.size` where compression gains nothing.
    func size(_ page: Int, _ method: CompressionMethod) -> Int {
        switch method {
        case .lz4: lz4(page)
        case .zstd: zstd(page)
        }
    }

    /// The bytes of all pages together, each charged by `cost` for its size; nil stands for a page of zeros.
    func total(_ method: CompressionMethod, _ cost: (Int?) -> Int) -> Int {
        (0..<count).reduce(0) { $0 + cost(isZero($1) ? nil : size($1, method)) }
    }
}

/// Each page compressed alone, one behind the other, with 8 bytes that say where it lies.
public struct CompressionOnlyMethod: SavingMethod {
    /// How pages are compressed.
    public let compression: CompressionMethod

    /// The method with this compressor.
    public init(_ compression: CompressionMethod) { self.compression = compression }

    /// The compressor's name.
    public var name: String { compression.rawValue }
    /// What it does and what it counts as stored.
    public var summary: String { "each page compressed alone, packed, 8 B a page; no base" }

    /// Compresses each target page by page.
    public func store(_ round: MethodRound) -> [StoredPages?] {
        let costs = StorageCosts()
        return round.storeCompressed(by: compression) { $0.map { costs.packed($0) } ?? costs.zero }
    }
}

/// Each page compressed alone and kept in zswap's pool: with its size classes and its entries (`StorageCosts`).
public struct ZswapMethod: SavingMethod {
    /// How pages are compressed.
    public let compression: CompressionMethod

    /// The method with this compressor.
    public init(_ compression: CompressionMethod) { self.compression = compression }

    /// `zswap-` and the compressor's name.
    public var name: String { "zswap-\(compression.rawValue)" }
    /// What it does and what it counts as stored.
    public var summary: String { "each page compressed alone, in zswap: zsmalloc's classes, 72 B an entry" }

    /// Compresses each target page by page.
    public func store(_ round: MethodRound) -> [StoredPages?] {
        let costs = StorageCosts()
        return round.storeCompressed(by: compression) { $0.map { costs.zswapped($0) } ?? costs.zswappedZero }
    }
}
