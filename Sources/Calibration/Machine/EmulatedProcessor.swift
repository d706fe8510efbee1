import CCalibration
import Machine

extension MachineIdentity {
    /// Whether the processor itself is a program (QEMU without hardware virtualisation): its times stand for no
    /// machine. By what the processor answers, or by its name where that is hidden.
    public static var hasEmulatedProcessor: Bool {
        ccalibration_is_emulated() != 0 || isEmulatedByName()
    }

    /// By the name alone: `QEMU TCG CPU version 2.5+`.
    static func isEmulatedByName(root: String = "") -> Bool {
        SystemFile.value(of: "model name", in: root + "/proc/cpuinfo")?.contains("QEMU TCG") == true
    }
}
