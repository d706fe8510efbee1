import Glibc

/// Swap space that goes when the object goes.
protocol SwapSpace: AnyObject {
    /// What it is and what compresses it: `zram, lzo-rle`.
    var name: String { get }
}

/// What stands at the beginning of swap space.
enum SwapHeader {
    /// Writes it, as mkswap does; false with `errno` when it cannot be written.
    static func write(_ descriptor: Int32, size: Int) -> Bool {
        var page = [UInt8](repeating: 0, count: 4096)
        page.withUnsafeMutableBytes { page in
            page.storeBytes(of: 1, toByteOffset: 1024, as: UInt32.self)
            page.storeBytes(of: UInt32(size / 4096 - 1), toByteOffset: 1028, as: UInt32.self)
            page[4086...].copyBytes(from: "SWAPSPACE2".utf8)
        }
        return Glibc.write(descriptor, page, page.count) == page.count && fsync(descriptor) == 0
    }
}
