import CProcess
import Files
import Glibc
import PageContent

/// Captures what live processes hold in memory.
public enum LiveProcess {
    /// What belongs to a sandbox.
    public struct Options: Sendable {
        /// Whether all descendants belong to the sandbox too.
        public var includesChildren = false

        /// The process alone.
        public init(includesChildren: Bool = false) { self.includesChildren = includesChildren }
    }

    /// How a capture went.
    public struct Report: Sendable {
        /// How many processes and threads were stopped.
        public var processes = 0, threads = 0
        /// For how long they stood still, in seconds.
        public var stopped = 0.0
        /// How long the copying took of that, in seconds.
        public var copying = 0.0
        /// Bytes copied while they stood still.
        public var bytes = 0
        /// Pages that were in swap space.
        public var swapped = 0
        /// Pages that even a debugger may not read; they are left out.
        public var unreadable = 0
        /// Pages that several processes of the sandbox share, beyond the first of each.
        public var sharedAgain = 0
    }

    /// A snapshot and how it was made.
    public struct Capture: Sendable {
        /// The pages.
        public var snapshot: Snapshot
        /// How they were captured.
        public var report: Report
    }

    /// Captures `process`. All its threads are stopped while its pages are copied, and let go at once; should
    /// this program end meanwhile, whatever ends it, the kernel lets them go. A process that was stopped
    /// before stays so.
    /// - Throws: `InputError` when the process cannot be examined, has gone, or needs more memory than is free.
    public static func capture(
        _ process: Int32, as label: InstanceLabel, options: Options = Options()
    ) throws(InputError) -> Capture {
        try check(process)
        let work = CaptureWork(process, options)
        let raw = try OwnThread.run { () throws(InputError) in try work.run() }
        return raw.capture(as: label)
    }

    /// Refuses what cannot be captured before anything is stopped.
    private static func check(_ process: Int32) throws(InputError) {
        guard process > 0 else { throw failure(process, number: ESRCH) }
        try Permission.checkNamespace()
        if process == getpid() {
            throw InputError(file: "process \(process)", "is Pagefold itself", remedy: "name another process")
        }
        guard let (state, _, flags) = ProcFile.state("/proc/\(process)") else {
            throw failure(process, number: ESRCH)
        }
        let isKernelThread = flags & 0x0020_0000 != 0
        if isKernelThread {
            throw InputError(
                file: "process \(process)", "is a thread of the kernel and has no memory of its own")
        }
        // The first thread of a process may end before the others.
        let threads = ProcFile.numbers(in: "/proc/\(process)/task")?.count ?? 0
        if (state == "Z" || state == "X") && threads <= 1 {
            throw InputError(file: "process \(process)", "has ended; only its exit status is left")
        }
    }

    /// What error `number` means for a process.
    package static func failure(_ process: Int32, number: Int32) -> InputError {
        let name = "process \(process)"
        switch number {
        case ESRCH, ENOENT: return InputError(file: name, "is not there, or has just ended")
        case EPERM, EACCES, ENOSYS:
            if let tracer = tracer(of: process) {
                return InputError(
                    file: name, "is traced by process \(tracer) already", remedy: "end that debugger first")
            }
            return InputError(file: name, "you may not examine it", remedy: Permission.remedy(for: process))
        default:
            return InputError(file: name, "cannot be read: \(String(cString: strerror(number)))")
        }
    }

    private static func tracer(of process: Int32) -> Int32? {
        guard let status = ProcFile.text("/proc/\(process)/status") else { return nil }
        for line in status.split(separator: "\n") where line.hasPrefix("TracerPid:") {
            let number = line.dropFirst("TracerPid:".count).drop { $0 == "\t" || $0 == " " }
            // A thread of this program that holds the process stopped is not a debugger in the way.
            return Int32(number).flatMap { $0 > 0 && access("/proc/self/task/\($0)", F_OK) != 0 ? $0 : nil }
        }
        return nil
    }
}

extension LiveProcess {
    /// The base name of the program that `process` runs; nil when it cannot be told.
    public static func executable(of process: Int32) -> String? { ProcessFacts.executable(of: process) }
}
