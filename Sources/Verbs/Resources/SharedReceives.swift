import CVerbs
import Glibc

/// A receive queue that many queue pairs share, so that memory does not grow with their number.
public final class SharedReceives {
    let pointer: OpaquePointer
    private let domain: ProtectionDomain

    /// A queue with room for `count` receives. Throws `.unavailable` when the device has none.
    public init(_ domain: ProtectionDomain, count: Int) throws(VerbsError) {
        guard let pointer = cverbs_shared_receives(domain.pointer, UInt32(clamping: count)) else {
            throw .failed("cannot make a shared receive queue of \(count) entries", errno)
        }
        self.pointer = pointer
        self.domain = domain
    }

    deinit { cverbs_free_shared_receives(pointer) }
}
