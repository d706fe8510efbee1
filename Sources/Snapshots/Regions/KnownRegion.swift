/// A memory region of a process as far as every origin of snapshots can tell it: what `RegionNaming` needs to
/// name its pages alike, whether it stood in `/proc/PID/maps`, in a core or in CRIU's images.
struct KnownRegion: Hashable {
    /// What a region is.
    enum Identity: Hashable {
        /// Anonymous memory that nothing names.
        case unnamed
        /// The heap that `brk` grows.
        case heap
        /// The stack of the process's first thread.
        case stack
        /// The kernel's own pages in the process (vDSO): they are never stored and name nothing.
        case kernel
        /// Pages of the file at this path, or private copies of them.
        case file(String)
        /// Memory of an object that the kernel alone holds (shared anonymous memory, memfd, System V), by its
        /// name and by what tells objects of one name apart; nil where the origin does not tell.
        case object(String, id: UInt64?)
    }

    var addresses: Range<UInt64>
    var identity: Identity
    /// Whether the process may write to it.
    var isWritable: Bool
    /// Where in its file or object it begins, in bytes.
    var fileOffset: UInt64 = 0

    /// How the paths of the kernel's own memory objects begin, which no mount lists.
    private static let objects = ["/memfd:", "/SYSV", "/dev/zero", "/anon_hugepage", "/dev/shm/"]
    /// The name of shared memory without a file.
    static let sharedMemory = "/dev/zero (deleted)"

    /// Whether the file at `path` is one of the kernel's own memory objects.
    static func isObject(_ path: String) -> Bool { objects.contains(where: path.hasPrefix) }

    /// What a region with a file is; `id` tells objects of one name apart.
    static func identity(path: String, id: UInt64? = nil) -> Identity {
        isObject(path) ? .object(path, id: id) : .file(path)
    }
}

/// Numbers the kernel's memory objects of one name in the order in which the processes of a sandbox have them
/// mapped, from the highest address down, which is that of their creation as a rule.
struct SharedObjects {
    private struct Key: Hashable {
        var name: String
        /// What tells the object from others, or where in it a mapping begins.
        var number: UInt64
    }

    private var known: [Key: UInt64] = [:]
    private var counts: [String: UInt64] = [:]
    /// How often an object was mapped from a byte on, where nothing tells objects of a name apart.
    private var begun: [Key: UInt64] = [:]

    /// The number of the object `name` that is mapped from byte `offset` on. Without an `id`, a second mapping
    /// from the same byte on is taken to be of another object.
    mutating func ordinal(_ name: String, id: UInt64?, offset: UInt64) -> UInt64 {
        guard let id else {
            let ordinal = begun[Key(name: name, number: offset), default: 0]
            begun[Key(name: name, number: offset)] = ordinal + 1
            return ordinal
        }
        if let ordinal = known[Key(name: name, number: id)] { return ordinal }
        let ordinal = counts[name, default: 0]
        counts[name] = ordinal + 1
        known[Key(name: name, number: id)] = ordinal
        return ordinal
    }

    /// The number of the object with this `id`; nil when no process has it mapped.
    func ordinal(_ name: String, id: UInt64) -> UInt64? { known[Key(name: name, number: id)] }
}
