import CCalibration
import Glibc

/// Swap space in a file of its own with zswap before it, for as long as this lives: pages stay compressed in memory,
/// and nothing is written to the disk. Afterwards the file is gone, and zswap is as it was.
final class ZswapSwap: SwapSpace {
    private let path: String
    private let settings: [KernelSetting]
    private static let folder = "/sys/module/zswap/parameters"

    /// `zswap, lzo`.
    var name: String { "zswap, \(SystemFile.text("\(ZswapSwap.folder)/compressor") ?? "unknown")" }

    /// Makes a file of `size` bytes in the first of `directories` that can hold swap space, and swaps to it.
    init(size: Int, directories: [String] = ZswapSwap.directories) throws(PartUnavailable) {
        guard geteuid() == 0 else { throw PartUnavailable(SwapPart.onlyRoot) }
        let isThere = access("\(ZswapSwap.folder)/enabled", F_OK) == 0
        guard isThere else { throw PartUnavailable("the kernel has no zswap") }
        settings = [
            try KernelSetting("\(ZswapSwap.folder)/enabled", "Y", refusal: "zswap may not be switched on"),
            // The kernel would bring neighbours back as well, which it does not with zram.
            try KernelSetting(
                "/proc/sys/vm/page-cluster", "0", refusal: "the kernel's read-ahead may not be switched off"),
        ]
        var reason = "there is no directory for a swap file"
        for directory in directories {
            switch ZswapSwap.begin(size, in: directory) {
            case .success(let path):
                self.path = path
                return
            case .failure(let refusal): reason = refusal.reason
            }
        }
        throw PartUnavailable(reason)
    }

    deinit {
        // Before zswap is switched off: what it holds comes back now. The kernel keeps a file that it swaps to.
        _ = ccalibration_swap_off(path)
        unlink(path)
    }

    /// Directories that are on a disk mostly, as swap space must be.
    static let directories = ["/var/tmp", "/tmp", "/root", "."]

    /// How much zswap holds, in bytes before compression; nil when the kernel does not say (before Linux 5.19).
    static var held: Int? {
        SystemFile.value(of: "Zswapped:", in: "/proc/meminfo")?.split(separator: " ").first
            .flatMap { Int($0) }.map { $0 << 10 }
    }

    /// Makes a file in `directory` and swaps to it; its path.
    private static func begin(_ size: Int, in directory: String) -> Result<String, PartUnavailable> {
        var template = Array("\(directory)/pagefold-swap-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            return .failure(PartUnavailable(CopyPart.reason("no swap file in \(directory)", Int(-errno))))
        }
        defer { close(descriptor) }
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        var fault = Int(-posix_fallocate(descriptor, 0, size))
        if fault == 0, !SwapHeader.write(descriptor, size: size) { fault = Int(-errno) }
        if fault == 0 { fault = Int(ccalibration_swap_on(path)) }
        guard fault == 0 else {
            unlink(path)
            return .failure(PartUnavailable(CopyPart.reason("no swap file in \(directory)", fault)))
        }
        return .success(path)
    }
}
