import CVerbs
import Glibc

/// What memory and queue pairs must share to work together.
public final class ProtectionDomain {
    let pointer: OpaquePointer
    /// The device it belongs to.
    public let device: Device

    /// A domain of a device.
    public init(_ device: Device) throws(VerbsError) {
        guard let pointer = cverbs_protection_domain(device.context) else {
            throw .failed("cannot make a protection domain on \(device.facts.name)", errno)
        }
        self.pointer = pointer
        self.device = device
    }

    deinit { cverbs_free_protection_domain(pointer) }
}
