import CCalibration
import Glibc
import Machine

/// A zram device of its own that the machine swaps to as long as this lives: nothing that was there before is
/// touched, and nothing of it stays.
final class ZramSwap: SwapSpace {
    private let number: Int
    /// Held open and locked while it is in use: see `SwapLeftovers`.
    private var hold: Int32 = -1
    private var undo, undoReset, undoSwap: MachineUndo.Pledge?
    private let withoutZswap: KernelSetting?
    private static let control = "/sys/class/zram-control"
    private var device: String { "/dev/zram\(number)" }
    private var folder: String { "/sys/block/zram\(number)" }

    /// `zram, lzo-rle`.
    var name: String {
        let all = SystemFile.text("\(folder)/comp_algorithm")?.split(separator: " ") ?? []
        let used = all.first { $0.hasPrefix("[") }.map { String($0.dropFirst().dropLast()) }
        return "zram, \(used ?? "unknown")"
    }

    /// Makes a device of `size` bytes and swaps to it.
    init(size: Int) throws(PartUnavailable) {
        guard geteuid() == 0 else { throw PartUnavailable(SwapPart.onlyRoot) }
        SwapLeftovers.sweep(directories: ZswapSwap.directories)
        guard access(ZramSwap.control, F_OK) == 0 else { throw PartUnavailable("the kernel has no zram") }
        // zswap would take the pages before the device sees them.
        let zswap = "/sys/module/zswap/parameters/enabled"
        if SystemFile.text(zswap) == "Y" {
            withoutZswap = try KernelSetting(zswap, "N", refusal: "zswap may not be switched off")
        } else {
            withoutZswap = nil
        }
        // Reading it makes a device.
        guard let number = SystemFile.text("\(ZramSwap.control)/hot_add").flatMap({ Int($0) }) else {
            throw PartUnavailable("the kernel gives no further zram device")
        }
        self.number = number
        undo = MachineUndo.pledge(.write("\(number)", to: "\(ZramSwap.control)/hot_remove"))
        undoReset = MachineUndo.pledge(.write("1", to: "/sys/block/zram\(number)/reset"))
        guard SystemFile.write("\(size)", to: "\(folder)/disksize") else {
            throw PartUnavailable("the zram device takes no size")
        }
        hold = open(device, O_RDWR | O_CLOEXEC)
        let isWritten = hold >= 0 && flock(hold, LOCK_EX | LOCK_NB) == 0 && SwapHeader.write(hold, size: size)
        let fault = errno
        guard isWritten else {
            throw PartUnavailable(CopyPart.reason("\(device) cannot be written", Int(-fault)))
        }
        undoSwap = MachineUndo.pledge(.swapOff(device))
        let begun = ccalibration_swap_on(device)
        guard begun == 0 else { throw PartUnavailable(CopyPart.reason("swapping is refused", Int(begun))) }
    }

    deinit {
        if hold >= 0 { close(hold) }
        ZramSwap.remove(number)
        undoSwap.take()?.settle()
        undoReset.take()?.settle()
        undo.take()?.settle()
    }

    /// Takes a device away, in use or not.
    static func remove(_ number: Int) {
        _ = ccalibration_swap_off("/dev/zram\(number)")
        SystemFile.writeOnceFree("1", to: "/sys/block/zram\(number)/reset")
        SystemFile.writeOnceFree("\(number)", to: "\(control)/hot_remove")
    }
}
