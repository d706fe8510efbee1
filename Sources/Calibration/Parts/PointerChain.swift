import CCalibration
import EventKernel

/// Pointers in memory that lead through all of its cache lines in random order and back: what makes loads wait for
/// each other, and no prefetcher can foresee.
final class PointerChain {
    private let mapping: Mapping
    /// How many cache lines it leads through.
    let lines: Int
    private var place: UnsafeRawPointer

    /// Bytes between two pointers: a cache line, so that each load is another line.
    static let line = 64

    /// Lays a chain through the first `size` bytes of `mapping`: one cycle (Sattolo's shuffle).
    init(_ mapping: Mapping, size: Int) {
        precondition(size <= mapping.size && size >= 2 * PointerChain.line, "no room for a chain")
        self.mapping = mapping
        place = UnsafeRawPointer(mapping.base)
        let count = size / PointerChain.line
        lines = count
        var order = [UInt32](repeating: 0, count: count)
        for index in 0..<count { order[index] = UInt32(truncatingIfNeeded: index) }
        order.withUnsafeMutableBufferPointer { order in
            var index = count - 1
            while index > 0 {
                // The bias of a remainder is of no matter to a prefetcher.
                let other = Int(mix64(UInt64(index) &+ 0x9E37_79B9_7F4A_7C15) % UInt64(index))
                order.swapAt(index, other)
                index -= 1
            }
            // A shuffle of one cycle: element i leads to order[i].
            for index in 0..<count {
                let next = mapping.base + Int(order[index]) * PointerChain.line
                mapping.base.storeBytes(
                    of: UInt(bitPattern: next), toByteOffset: index * PointerChain.line, as: UInt.self)
            }
        }
    }

    /// Follows `count` pointers, from where the last call ended.
    func follow(_ count: Int) {
        guard let next = ccalibration_chase(place, UInt64(count)) else { return }
        place = next
        Guard.keep(next)
    }

    /// How many pointers the cycle has that begins at the first line; for tests.
    var length: Int {
        let first = UnsafeRawPointer(mapping.base)
        var next = first
        var count = 0
        repeat {
            guard let after = UnsafeRawPointer(bitPattern: next.load(as: UInt.self)) else { return 0 }
            next = after
            count += 1
        } while next != first && count < 1 << 32
        return count
    }
}
