import CVerbs
import Glibc

/// Something about RDMA does not work: what it is, and what to do about it.
public struct VerbsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble it is; a command's exit status follows from it.
    public enum Reason: Hashable, Sendable {
        /// This machine cannot do it as it is: no library, no device, no permission, a link that is down.
        case unavailable
        /// The machine has not enough of something: locked memory, huge pages, queue pairs.
        case resources
        /// The other side cannot be reached, has gone, is busy, or refused.
        case peer
        /// The other side speaks another protocol or version, or sent what cannot be.
        case handshake
        /// The device reported that a transfer failed.
        case transfer
        /// Bytes that were read are not those that lie on the other side.
        case damage
        /// What was asked for cannot be, on any machine.
        case request
    }

    /// The kind of trouble.
    public var reason: Reason
    /// What is wrong.
    public var problem: String
    /// What to do about it; empty when that is plain.
    public var remedy: String

    /// Something about RDMA does not work.
    public init(_ reason: Reason, _ problem: String, remedy: String = "") {
        self.reason = reason
        self.problem = problem
        self.remedy = remedy
    }

    /// `PROBLEM (REMEDY)`.
    public var description: String { remedy.isEmpty ? problem : "\(problem) (\(remedy))" }
}

extension VerbsError {
    /// The system's words for an error number.
    static func words(_ number: CInt) -> String {
        strerror(number).map { String(cString: $0) } ?? "error \(number)"
    }

    /// A verb failed with an error number of the system.
    static func failed(_ what: String, _ number: CInt) -> VerbsError {
        switch number {
        case EACCES, EPERM:
            VerbsError(
                .unavailable, "\(what): \(words(number))",
                remedy: "run as a user who may open /dev/infiniband/uverbs*, or as root")
        case ENOMEM:
            VerbsError(
                .resources, "\(what): \(words(number))",
                remedy: "the device's or the kernel's memory for it is used up, or 'ulimit -l' is too small: "
                    + "it is \(LockedMemory.limitText); ask for less, or raise it")
        case ENOSYS, EOPNOTSUPP:
            VerbsError(.unavailable, "\(what): the device or its driver does not support it")
        default:
            VerbsError(.resources, "\(what): \(words(number))")
        }
    }
}

/// How much memory this process may lock, which registration does.
package enum LockedMemory {
    /// The soft limit in bytes; nil when there is none.
    package static var limit: UInt64? {
        let limit = cverbs_locked_limit()
        return limit == .max ? nil : limit
    }

    static var limitText: String { limit.map { "\($0 / 1024) KiB" } ?? "unlimited" }
}
