import CCalibration
import Glibc

/// A zram device of its own that the machine swaps to as long as this lives: nothing that was there before is
/// touched, and nothing of it stays.
final class ZramSwap {
    private let number: Int
    private var isSwapping = false
    private static let control = "/sys/class/zram-control"
    private var device: String { "/dev/zram\(number)" }
    private var folder: String { "/sys/block/zram\(number)" }

    /// The compressor in use: `lzo-rle`.
    var compressor: String {
        let all = SystemFile.text("\(folder)/comp_algorithm")?.split(separator: " ") ?? []
        return all.first { $0.hasPrefix("[") }.map { String($0.dropFirst().dropLast()) } ?? "unknown"
    }

    /// Makes a device of `size` bytes and swaps to it.
    init(size: Int) throws(PartUnavailable) {
        guard geteuid() == 0 else { throw PartUnavailable("swap space may only be set up by root") }
        guard access(ZramSwap.control, F_OK) == 0 else { throw PartUnavailable("the kernel has no zram") }
        // Reading it makes a device.
        guard let number = SystemFile.text("\(ZramSwap.control)/hot_add").flatMap({ Int($0) }) else {
            throw PartUnavailable("the kernel gives no further zram device")
        }
        self.number = number
        guard SystemFile.write("\(size)", to: "\(folder)/disksize") else {
            throw PartUnavailable("the zram device takes no size")
        }
        guard ZramSwap.format(device, size: size) else {
            throw PartUnavailable(CopyPart.reason("\(device) cannot be written", Int(-errno)))
        }
        let begun = ccalibration_swap_on(device)
        guard begun == 0 else { throw PartUnavailable(CopyPart.reason("swapping is refused", Int(begun))) }
        isSwapping = true
    }

    deinit {
        if isSwapping { _ = ccalibration_swap_off(device) }
        _ = SystemFile.write("1", to: "\(folder)/reset")
        _ = SystemFile.write("\(number)", to: "\(ZramSwap.control)/hot_remove")
    }

    /// Writes the header of swap space, as mkswap does.
    private static func format(_ device: String, size: Int) -> Bool {
        var page = [UInt8](repeating: 0, count: 4096)
        page.withUnsafeMutableBytes { page in
            page.storeBytes(of: 1, toByteOffset: 1024, as: UInt32.self)
            page.storeBytes(of: UInt32(size / 4096 - 1), toByteOffset: 1028, as: UInt32.self)
            page[4086...].copyBytes(from: "SWAPSPACE2".utf8)
        }
        let descriptor = open(device, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return Glibc.write(descriptor, page, page.count) == page.count && fsync(descriptor) == 0
    }
}
