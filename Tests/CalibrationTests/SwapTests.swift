import Foundation
import Glibc
import HardwareCosts
import Machine
import Testing

@testable import Calibration

/// What swapping may change on the machine.
private struct MachineState: Equatable {
    var swaps = SystemFile.text("/proc/swaps")
    var devices = SystemFile.names(in: "/sys/block")
    var zswap = SystemFile.text("/sys/module/zswap/parameters/enabled")
    var readAhead = SystemFile.text("/proc/sys/vm/page-cluster")
    var files = ZswapSwap.directories.map { directory in
        SystemFile.names(in: directory).filter { $0.hasPrefix("pagefold-swap") }
    }
}

@Suite(.serialized) struct SwapTests {
    @Test func swappingLeavesNothingBehind() throws {
        let before = MachineState()
        let run = try expectSound(SwapPart(), quickContext())
        #expect(MachineState() == before)
        if geteuid() != 0 {
            #expect(run.costs.absent[.swapInZram]?.contains("root") == true)
            #expect(run.costs.absent[.swapInZswap]?.contains("root") == true)
        }
    }

    @Test func stoppedAtAnyPointItLeavesNothingBehindEither() throws {
        struct Stopped: Error {}
        let before = MachineState()
        for stop in 1...12 {
            var calls = 0
            let context = quickContext(check: {
                calls += 1
                if calls > stop { throw Stopped() }
            })
            // Without the right to swap the part ends before the user can stop it.
            do { _ = try SwapPart().run(context) } catch is Stopped {} catch is PartUnavailable {}
            #expect(MachineState() == before, "stopped at \(stop)")
        }
    }

    @Test func whereNoSwapFileCanBeTheReasonIsNamedAndZswapIsAsBefore() throws {
        let before = MachineState()
        #expect {
            _ = try ZswapSwap(size: 1 << 20, directories: ["/proc", "/proc/nowhere"])
        } throws: { error in
            guard let reason = (error as? PartUnavailable)?.reason else { return false }
            return reason.contains("/proc/nowhere") || reason.contains("root") || reason.contains("zswap")
        }
        #expect(MachineState() == before)
    }

    @Test func aSettingIsAsBeforeWhenItsHolderGoes() throws {
        let path = NSTemporaryDirectory() + "pagefold-setting-" + UUID().uuidString
        defer { unlink(path) }
        try "N".write(toFile: path, atomically: true, encoding: .utf8)
        do {
            let setting = try KernelSetting(path, "Y", refusal: "refused")
            #expect(setting.before == "N" && SystemFile.text(path) == "Y")
        }
        #expect(SystemFile.text(path) == "N")
        #expect(throws: PartUnavailable("refused")) {
            _ = try KernelSetting("/proc/nowhere/setting", "Y", refusal: "refused")
        }
    }
}
