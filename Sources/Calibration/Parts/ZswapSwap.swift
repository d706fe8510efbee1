import CCalibration
import Glibc
import Machine

/// Swap space in a file of its own with zswap before it, for as long as this lives: pages stay compressed in memory,
/// and nothing is written to the disk. Afterwards the file is gone, and zswap is as it was.
final class ZswapSwap: SwapSpace {
    private let path: String
    /// Held open and locked while it is in use: see `SwapLeftovers`.
    private let hold: Int32
    private var undo, undoSwap: MachineUndo.Pledge?
    private let settings: [KernelSetting]
    private static let folder = "/sys/module/zswap/parameters"

    /// `zswap, lzo`.
    var name: String { "zswap, \(SystemFile.text("\(ZswapSwap.folder)/compressor") ?? "unknown")" }

    /// Makes a file of `size` bytes in the first of `directories` that can hold swap space, and swaps to it.
    init(size: Int, directories: [String] = ZswapSwap.directories) throws(PartUnavailable) {
        guard geteuid() == 0 else { throw PartUnavailable(SwapPart.onlyRoot) }
        SwapLeftovers.sweep(directories: directories)
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
            switch ZswapSwap.make(size, in: directory) {
            case .success(let (path, descriptor)):
                let removal = MachineUndo.pledge(.remove(path))
                let swap = MachineUndo.pledge(.swapOff(path))
                let fault = Int(ccalibration_swap_on(path))
                if fault == 0 {
                    self.path = path
                    hold = descriptor
                    undo = consume removal
                    undoSwap = consume swap
                    return
                }
                close(descriptor)
                unlink(path)
                removal.settle()
                swap.settle()
                reason = CopyPart.reason("no swap file in \(directory)", fault)
            case .failure(let refusal): reason = refusal.reason
            }
        }
        throw PartUnavailable(reason)
    }

    deinit {
        // Before zswap is switched off: what it holds comes back now. The kernel keeps a file that it swaps to.
        _ = ccalibration_swap_off(path)
        close(hold)
        unlink(path)
        undoSwap.take()?.settle()
        undo.take()?.settle()
    }

    /// Directories that are on a disk mostly, as swap space must be.
    static let directories = ["/var/tmp", "/tmp", "/root", "."]

    /// How much zswap holds, in bytes before compression; nil when the kernel does not say (before Linux 5.19).
    static var held: Int? {
        SystemFile.value(of: "Zswapped:", in: "/proc/meminfo")?.split(separator: " ").first
            .flatMap { Int($0) }.map { $0 << 10 }
    }

    /// Makes a file in `directory` that can be swapped to; its path, and the file, which is locked.
    private static func make(
        _ size: Int, in directory: String
    ) -> Result<(path: String, descriptor: Int32), PartUnavailable> {
        // The kernel's list of swap space, and who cleans up, need a path that holds everywhere.
        let folder = realpath(directory, nil)
        defer { free(folder) }
        let whole = folder.map { String(cString: $0) } ?? directory
        var template = Array("\(whole)/\(SwapLeftovers.prefix)XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            return .failure(PartUnavailable(CopyPart.reason("no swap file in \(directory)", Int(-errno))))
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        let path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        var fault = flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : Int(-errno)
        if fault == 0 { fault = Int(-posix_fallocate(descriptor, 0, size)) }
        if fault == 0, !SwapHeader.write(descriptor, size: size) { fault = Int(-errno) }
        guard fault == 0 else {
            close(descriptor)
            unlink(path)
            return .failure(PartUnavailable(CopyPart.reason("no swap file in \(directory)", fault)))
        }
        return .success((path, descriptor))
    }
}
