import CCalibration
import Glibc
import Machine

/// Memory of its own mapping, given back when this object goes.
final class Mapping {
    /// The first byte.
    let base: UnsafeMutableRawPointer
    /// Bytes.
    let size: Int
    /// The same, byte by byte.
    var bytes: UnsafeMutablePointer<UInt8> { base.assumingMemoryBound(to: UInt8.self) }

    /// What pages a mapping asks for.
    enum Pages {
        /// Small ones only.
        case small
        /// Huge ones where the kernel gives them.
        case huge
        /// Shared memory of small ones, so that the page cache keeps them when the mapping lets them go.
        case shared
    }

    /// Maps `size` bytes, on the bounds of huge pages; nil when the kernel does not give them, or the
    /// machine has not so much memory left. Not touched yet.
    init?(size: Int, pages: Pages) {
        let huge = 2 << 20
        let room = size + huge
        // The kernel gives addresses freely, and ends who touches more than a control group may have.
        if let left = MachineShare.now().memory, UInt64(size) > left - left / 16 { return nil }
        let flags = pages == .shared ? MAP_SHARED | MAP_ANONYMOUS : MAP_PRIVATE | MAP_ANONYMOUS
        guard let memory = mmap(nil, room, PROT_READ | PROT_WRITE, flags | MAP_NORESERVE, -1, 0),
            memory != MAP_FAILED
        else { return nil }
        start = memory
        whole = room
        let address = (UInt(bitPattern: memory) + UInt(huge) - 1) / UInt(huge) * UInt(huge)
        guard let base = UnsafeMutableRawPointer(bitPattern: address) else {
            munmap(memory, room)
            return nil
        }
        self.base = base
        self.size = size
        madvise(base, size, pages == .huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE)
    }

    private let start: UnsafeMutableRawPointer
    private let whole: Int

    deinit { munmap(start, whole) }

    /// Gives every page memory.
    func touch() { ccalibration_dirty(bytes, size, 4096) }

    /// Lets the pages `range` go; anonymous ones are gone, shared ones stay in the page cache.
    func drop(_ range: Range<Int>) {
        madvise(base + range.lowerBound * 4096, range.count * 4096, MADV_DONTNEED)
    }

    /// The share of the mapping that huge pages back; nil when the kernel does not say.
    var hugeShare: Double? {
        let begin = String(UInt(bitPattern: base), radix: 16)
        var isHere = false
        for line in SystemFile.lines("/proc/self/smaps") {
            if let dash = line.firstIndex(of: "-"), line[..<dash].allSatisfy(\.isHexDigit) {
                // The advice splits the mapping at our first byte.
                isHere = line[..<dash] == begin
            } else if isHere, line.hasPrefix("AnonHugePages:") {
                let fields = line.split(separator: " ")
                return fields.count > 1 ? Double(fields[1]).map { $0 * 1024 / Double(size) } : nil
            }
        }
        return nil
    }
}
