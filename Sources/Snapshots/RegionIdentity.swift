import EventKernel

/// Gives memory regions identities that hold for another instance of the same function too: a digest of what
/// names the region and of how many regions of that name came before it, never of an address.
///
/// Regions must be given in ascending order of their addresses, processes in the order in which they were
/// started, so that equal sandboxes number their regions equally.
package struct RegionNames {
    /// The name of memory that nothing names.
    package static let anonymous = ""
    /// The name of the heap that `brk` grows.
    package static let heap = "[heap]"
    /// The name of the stack of a process's first thread.
    package static let stack = "[stack]"
    /// The name of a virtual machine's physical memory.
    package static let guest = "guest"

    private let process: Int
    private var seen: [String: UInt64] = [:]

    /// The regions of process number `process` of a sandbox, from 0.
    package init(process: Int = 0) { self.process = process }

    /// The identity of the next region of the name `name`: the path of its file, or one of the names above.
    package mutating func next(_ name: String) -> UInt64 {
        let ordinal = seen[name, default: 0]
        seen[name] = ordinal + 1
        return mix64(mix64(Self.digest(name) ^ ordinal) ^ UInt64(process))
    }

    /// The digest of a name: that of a file in a `FilePage`. FNV-1a, then mixed.
    package static func digest(_ name: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return mix64(hash)
    }
}
