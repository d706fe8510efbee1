import CVerbs
import Glibc

/// What the other side may do with memory.
public struct RemoteAccess: OptionSet, Hashable, Sendable {
    /// The bits, as the shim numbers them.
    public let rawValue: Int32

    /// Of bits.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// Read it.
    public static let read = RemoteAccess(rawValue: 1)
    /// Write it.
    public static let write = RemoteAccess(rawValue: 2)
    /// Compare and swap its words.
    public static let atomic = RemoteAccess(rawValue: 4)
}

/// Memory that a device may reach: locked, and with keys.
public final class RegisteredMemory {
    private let region: OpaquePointer
    private let domain: ProtectionDomain
    /// The memory; it stays mapped as long as it is registered.
    public let memory: MappedMemory
    let localKey: UInt32
    let remoteKey: UInt32

    /// Registers memory. Throws `.resources` and names the limit when less may be locked.
    public init(
        _ memory: MappedMemory, in domain: ProtectionDomain, access: RemoteAccess = []
    ) throws(VerbsError) {
        var (local, remote): (UInt32, UInt32) = (0, 0)
        guard
            let region = cverbs_register(
                domain.pointer, memory.base, memory.count, access.rawValue, &local, &remote)
        else { throw Self.refusal(memory.count, errno) }
        self.region = region
        self.domain = domain
        self.memory = memory
        localKey = local
        remoteKey = remote
    }

    deinit { cverbs_deregister(region) }

    /// Why memory was not registered: mostly the limit on locked memory.
    static func refusal(_ bytes: Int, _ number: CInt) -> VerbsError {
        let amount = "\((bytes + 1023) / 1024) KiB"
        if number == ENOMEM || number == EAGAIN || number == EPERM,
            let limit = LockedMemory.limit, limit < UInt64(bytes) + (64 << 10)
        {
            return VerbsError(
                .resources,
                "cannot register \(amount): this process may lock \(LockedMemory.limitText) of memory",
                remedy: "raise it: 'ulimit -l unlimited' as root, or memlock in /etc/security/limits.conf")
        }
        return .failed("cannot register \(amount) of memory", number)
    }
}
