import CVerbs
import Glibc

/// Where a device says which operations have ended. It is polled; nothing sleeps.
public final class CompletionQueue {
    let pointer: OpaquePointer
    private let device: Device
    /// The most completions that it holds; more at once would be lost.
    public let capacity: Int
    private let buffer: UnsafeMutablePointer<cverbs_completion>
    private static let batch = 64

    /// A queue of at least `capacity` entries. Throws `.resources` when the device has no such queue.
    public init(_ device: Device, capacity: Int) throws(VerbsError) {
        guard capacity > 0, capacity <= device.facts.completions else {
            throw VerbsError(
                .resources,
                "\(device.facts.name) has completion queues of 1 to \(device.facts.completions) entries, "
                    + "not \(capacity)", remedy: "use fewer queue pairs or a smaller depth")
        }
        guard let pointer = cverbs_completion_queue(device.context, CInt(capacity)) else {
            throw .failed("cannot make a completion queue of \(capacity) entries", errno)
        }
        self.pointer = pointer
        self.device = device
        self.capacity = capacity
        buffer = .allocate(capacity: Self.batch)
        buffer.initialize(repeating: cverbs_completion(), count: Self.batch)
    }

    deinit {
        cverbs_free_completion_queue(pointer)
        buffer.deallocate()
    }

    /// Takes the completions that there are, at most 64, and hands over the tag of each. Throws `.transfer` for the
    /// first that failed.
    @inline(__always)
    func poll(_ take: (UInt64) -> Void) throws(VerbsError) -> Int {
        let count = Int(cverbs_poll(pointer, buffer, CInt(Self.batch)))
        if count == 0 { return 0 }
        guard count > 0 else {
            throw VerbsError(.transfer, "the completion queue of \(device.facts.name) is broken")
        }
        for index in 0..<count {
            if buffer[index].status != 0 { throw Self.failure(buffer[index]) }
            take(buffer[index].tag)
        }
        return count
    }

    /// What a completion's status means.
    private static func failure(_ completion: cverbs_completion) -> VerbsError {
        let name = cverbs_status(completion.status).map { String(cString: $0) } ?? "unknown error"
        let problem =
            "a transfer on queue pair \(completion.queue_pair) failed: \(name) "
            + "(status \(completion.status), vendor error \(completion.vendor))"
        switch completion.status {
        case cverbs_status_no_answer():
            return VerbsError(
                .peer, "the other side no longer answers: \(problem)",
                remedy:
                    "its process or host has gone, or packets are lost: check that both sides use addresses "
                    + "(GID) of the same network and type, and the switch's flow control")
        case cverbs_status_flushed():
            return VerbsError(.transfer, "\(problem): an earlier operation failed")
        default:
            return VerbsError(.transfer, problem)
        }
    }
}
