import Glibc

/// What this process may use of the machine. On a machine of its own that is all of it; in a container, under a batch
/// system or with `taskset` it is less, and who takes more is ended by the kernel or slowed down.
public struct MachineShare: Hashable, Sendable {
    /// Memory that can still be taken, in bytes: the least of what the host has left, what each control group leaves,
    /// and what the process' own limits leave. Nil when nothing of it is known.
    public var memory: UInt64?
    /// What leaves no more memory, in words for people: `the host`.
    public var memoryBound: String
    /// Threads that can run at once, at least 1: the processors that the process may run on (affinity and cpuset), or
    /// less where control groups allow less processor time, rounded up.
    public var processors: Int
    /// The processor time that control groups allow, in processors; nil where they do not limit it.
    public var processorTime: Double?

    /// So much of a machine.
    public init(memory: UInt64?, memoryBound: String, processors: Int, processorTime: Double? = nil) {
        self.memory = memory
        self.memoryBound = memoryBound
        self.processors = processors
        self.processorTime = processorTime
    }

    /// As it is now. `root` stands before the paths of the kernel's files, for tests.
    public static func now(root: String = "") -> MachineShare {
        let groups = ControlGroups(root: root)
        var bounds: [(UInt64, String)] = []
        if let host = SystemFile.number(of: "MemAvailable", in: "\(root)/proc/meminfo") {
            bounds.append((host, "the host"))
        }
        if let left = groups.memoryLeft {
            bounds.append((left.bytes, "the memory limit of control group \(left.group)"))
        }
        let status = "\(root)/proc/self/status"
        if let limit = Self.limit(RLIMIT_AS), let used = SystemFile.number(of: "VmSize", in: status) {
            bounds.append((limit - min(limit, used), "the limit on address space (ulimit -v)"))
        }
        if let limit = Self.limit(RLIMIT_DATA), let used = SystemFile.number(of: "VmData", in: status) {
            bounds.append((limit - min(limit, used), "the limit on data (ulimit -d)"))
        }
        let least = bounds.min { $0.0 < $1.0 }
        let time = groups.processorsAllowed
        let allowed = time.map { Int(min(max($0, 1), 1e6).rounded(.up)) } ?? .max
        return MachineShare(
            memory: least?.0, memoryBound: least?.1 ?? "nothing that is known",
            processors: max(1, min(allowedProcessors(root: root).count, allowed)),
            processorTime: time)
    }

    /// Threads that can run at once; see `processors`.
    public static var processors: Int { now().processors }

    /// The processors that the calling thread may run on, rising; affinity and cpuset are heeded, as both show in its
    /// mask. Never empty.
    public static func allowedProcessors(root: String = "") -> [Int] {
        let status = SystemFile.text("\(root)/proc/thread-self/status") ?? ""
        let key = "Cpus_allowed_list:"
        let line = status.split(separator: "\n").first { $0.hasPrefix(key) }
        let listed = line.map { SystemFile.numbers(inList: $0.dropFirst(key.count)) } ?? []
        if !listed.isEmpty { return listed }
        return Array(0..<max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))
    }

    private static func limit(_ resource: __rlimit_resource) -> UInt64? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max
        else { return nil }
        return UInt64(limit.rlim_cur)
    }
}
