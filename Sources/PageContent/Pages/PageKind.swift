/// What a page of a process is to the kernel. Only pages that a checkpoint would hold have contents in a
/// `PageSet`; clean pages of files are named by file and offset alone (`FilePage`).
public enum PageKind: UInt8, Sendable, CaseIterable {
    /// Anonymous memory of the heap that `brk` grows.
    case heap = 0
    /// A thread's or a process's stack.
    case stack = 1
    /// Other anonymous memory, as `mmap` gives it.
    case anonymous = 2
    /// A private copy of a page of a file, made when the process wrote to it.
    case fileCopy = 3
    /// Memory shared between processes that no file on a disk holds.
    case shared = 4
    /// A page of a virtual machine's memory: from outside nobody can tell what the guest uses it for.
    case guest = 5

    /// The name in tables and files.
    public var name: String {
        switch self {
        case .heap: "heap"
        case .stack: "stack"
        case .anonymous: "anonymous"
        case .fileCopy: "file-copy"
        case .shared: "shared"
        case .guest: "guest"
        }
    }
}
