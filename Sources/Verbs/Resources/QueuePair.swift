import CVerbs
import Glibc

/// One end of a reliable connection.
public final class QueuePair {
    private let pointer: OpaquePointer
    private let domain: ProtectionDomain
    private let shared: SharedReceives?
    /// Where its operations end.
    public let completions: CompletionQueue
    /// Its number, which the other side must know.
    public let number: UInt32
    /// How many operations may be under way.
    public let depth: Int
    /// The most bytes of a write that are put into the operation itself.
    public let inlineBytes: Int

    /// How a queue pair is made.
    struct Size: Hashable, Sendable {
        /// Operations under way at once, 1 to 256 and more where the device allows it.
        var depth = 1
        /// Room for receives of its own; one-sided transfers need none.
        var receives = 1
        /// The most bytes of a write in the operation itself.
        var inlineBytes = 0
    }

    /// A queue pair that is not connected yet. Throws `.resources` when the device has no more.
    init(
        _ domain: ProtectionDomain, completions: CompletionQueue, size: Size, shared: SharedReceives? = nil
    ) throws(VerbsError) {
        var given = cverbs_queue_pair_size(
            sends: UInt32(clamping: size.depth), receives: UInt32(clamping: size.receives),
            inline_bytes: UInt32(clamping: size.inlineBytes))
        var number: UInt32 = 0
        guard
            let pointer = cverbs_queue_pair(
                domain.pointer, completions.pointer, shared?.pointer, &given, &number)
        else {
            throw .failed(
                "cannot make a queue pair of depth \(size.depth) on \(domain.device.facts.name)", errno)
        }
        self.pointer = pointer
        self.domain = domain
        self.completions = completions
        self.shared = shared
        self.number = number
        depth = size.depth
        inlineBytes = Int(given.inline_bytes)
    }

    deinit { cverbs_free_queue_pair(pointer) }

    /// Connects it to the other side's.
    func connect(_ path: cverbs_path) throws(VerbsError) {
        var path = path
        var step: CInt = 0
        let failure = cverbs_connect(pointer, &path, &step)
        if failure == 0 { return }
        let name = ["INIT", "RTR (ready to receive)", "RTS (ready to send)"][min(max(Int(step), 0), 2)]
        var error = VerbsError.failed("cannot bring queue pair \(number) to \(name)", failure)
        if failure == ETIMEDOUT || failure == EINVAL || failure == ENETUNREACH || failure == EHOSTUNREACH {
            error.remedy =
                "no route to the other side's address: choose addresses (GID) of the same network and type"
        }
        throw error
    }

    /// Posts operations, as one list or one by one. Throws when the queue takes less than all.
    @inline(__always)
    func post(_ operations: UnsafeBufferPointer<cverbs_operation>, chained: Bool) throws(VerbsError) {
        var posted: CInt = 0
        let failure = cverbs_post(
            pointer, operations.baseAddress, CInt(operations.count), chained ? 1 : 0, &posted)
        if failure != 0 {
            throw .failed(
                "queue pair \(number) took \(posted) of \(operations.count) operations", failure)
        }
    }
}
