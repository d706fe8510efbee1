import CCalibration
import Glibc
import Machine

/// Swap space that goes when the object goes.
protocol SwapSpace: AnyObject {
    /// What it is and what compresses it: `zram, lzo-rle`.
    var name: String { get }
}

/// What stands at the beginning of swap space.
enum SwapHeader {
    /// Names swap space as Pagefold's own, so that what was left behind is known.
    private static let label = Array("pagefold".utf8)
    /// Where mkswap's headers have the label.
    private static let labelPlace = 1052

    /// Writes it, as mkswap does; false with `errno` when it cannot be written.
    static func write(_ descriptor: Int32, size: Int) -> Bool {
        var page = [UInt8](repeating: 0, count: 4096)
        page.withUnsafeMutableBytes { page in
            page.storeBytes(of: 1, toByteOffset: 1024, as: UInt32.self)
            page.storeBytes(of: UInt32(size / 4096 - 1), toByteOffset: 1028, as: UInt32.self)
            page[labelPlace...].copyBytes(from: label)
            page[4086...].copyBytes(from: "SWAPSPACE2".utf8)
        }
        return Glibc.write(descriptor, page, page.count) == page.count && fsync(descriptor) == 0
    }

    /// Whether swap space that is open for reading is Pagefold's own.
    static func isOwn(_ descriptor: Int32) -> Bool {
        var page = [UInt8](repeating: 0, count: 4096)
        guard pread(descriptor, &page, page.count, 0) == page.count else { return false }
        return page[labelPlace..<labelPlace + 16]
            == (label + [UInt8](repeating: 0, count: 16 - label.count))[...]
            && page[4086...] == Array("SWAPSPACE2".utf8)[...]
    }
}

/// Swap space of a Pagefold that was killed together with the process that would have cleaned up after it.
enum SwapLeftovers {
    /// What the names of swap files begin with.
    static let prefix = "pagefold-swap-"

    /// Takes away what nobody holds any more. Its holder has it locked as long as it lives, whatever number its process
    /// has or had.
    static func sweep(directories: [String]) {
        for line in SystemFile.lines("/proc/swaps").dropFirst() {
            guard let path = line.split(separator: " ").first.map(String.init) else { continue }
            if path.hasPrefix("/dev/zram"), let number = Int(path.dropFirst("/dev/zram".count)) {
                if isLeft(path) { ZramSwap.remove(number) }
            } else if path.split(separator: "/").last?.hasPrefix(prefix) == true, isLeft(path) {
                _ = ccalibration_swap_off(path)
                unlink(path)
            }
        }
        // One that was killed before it swapped to its file.
        for directory in directories {
            for name in SystemFile.names(in: directory) where name.hasPrefix(prefix) {
                let path = "\(directory)/\(name)"
                if isLeft(path, beforeUse: true) { unlink(path) }
            }
        }
    }

    private static func isLeft(_ path: String, beforeUse: Bool = false) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_uid == geteuid() else { return false }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return false }
        return beforeUse ? status.st_mode & S_IFMT == S_IFREG : SwapHeader.isOwn(descriptor)
    }
}
