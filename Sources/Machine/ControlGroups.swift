import Glibc

/// The control groups that this process is in, and what they leave it: cgroups(7), both versions, each level up to
/// where the hierarchy is mounted, as every level limits those below it.
struct ControlGroups {
    /// A level of the hierarchy.
    struct Group {
        /// Its folder.
        var folder: String
        /// Whether it is of version 2.
        var isUnified: Bool
        /// Its path as the kernel names it, for messages.
        var name: String
    }

    /// The groups that limit memory, from the process' own up.
    let memory: [Group]
    /// The groups that limit processor time, from the process' own up.
    let processors: [Group]

    /// Those of this process. `root` stands before every path, for tests.
    init(root: String = "") {
        let own = ControlGroups.own(root)
        let mounts = ControlGroups.mounts(root)
        memory = ControlGroups.levels(of: "memory", own, mounts, root)
        processors = ControlGroups.levels(of: "cpu", own, mounts, root)
    }

    /// The least that a group leaves, in bytes: its limit less what it holds and cannot drop; nil without a limit.
    var memoryLeft: (bytes: UInt64, group: String)? {
        var least: (bytes: UInt64, group: String)?
        for group in memory {
            guard let limit = ControlGroups.limit(group) else { continue }
            let names =
                group.isUnified
                ? ("memory.current", "inactive_file") : ("memory.usage_in_bytes", "total_inactive_file")
            let used = SystemFile.number("\(group.folder)/\(names.0)") ?? 0
            // File pages that nobody used lately are dropped when memory is short.
            let idle = SystemFile.number(of: names.1, in: "\(group.folder)/memory.stat") ?? 0
            let held = used - min(used, idle)
            let left = limit - min(limit, held)
            if left < least?.bytes ?? .max { least = (left, group.name) }
        }
        return least
    }

    /// Bytes that the group may hold; nil without a limit.
    private static func limit(_ group: Group) -> UInt64? {
        if group.isUnified {
            // Beyond `high` a process is slowed down until it stands still.
            return ["memory.max", "memory.high"].compactMap { SystemFile.number("\(group.folder)/\($0)") }
                .min()
        }
        // Version 1 says "none" by a number near the largest that there is.
        return SystemFile.number("\(group.folder)/memory.limit_in_bytes").flatMap { $0 < 1 << 62 ? $0 : nil }
    }

    /// Processors' worth of time that the groups allow; nil without a limit.
    var processorsAllowed: Double? {
        processors.compactMap { group -> Double? in
            if group.isUnified {
                let words = SystemFile.text("\(group.folder)/cpu.max")?.split(separator: " ") ?? []
                guard words.count == 2 else { return nil }
                return ControlGroups.share(UInt64(words[0]), of: UInt64(words[1]))
            }
            // A quota of -1 is none.
            return ControlGroups.share(
                SystemFile.number("\(group.folder)/cpu.cfs_quota_us"),
                of: SystemFile.number("\(group.folder)/cpu.cfs_period_us"))
        }.min()
    }

    private static func share(_ quota: UInt64?, of period: UInt64?) -> Double? {
        guard let quota, let period, period > 0 else { return nil }
        return Double(quota) / Double(period)
    }

    /// The path of the process' group by controller; that of version 2 by the empty name.
    private static func own(_ root: String) -> [String: String] {
        var paths: [String: String] = [:]
        for line in SystemFile.text("\(root)/proc/self/cgroup")?.split(separator: "\n") ?? [] {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            for controller in fields[1].split(separator: ",", omittingEmptySubsequences: false) {
                paths[String(controller)] = String(fields[2])
            }
        }
        return paths
    }

    private struct Mount {
        var root: String
        var folder: String
        var isUnified: Bool
        var controllers: Set<String>
    }

    private static func mounts(_ root: String) -> [Mount] {
        var mounts: [Mount] = []
        for line in SystemFile.text("\(root)/proc/self/mountinfo")?.split(separator: "\n") ?? [] {
            let fields = line.split(separator: " ")
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { continue }
            let kind = fields[dash + 1]
            guard kind == "cgroup" || kind == "cgroup2" else { continue }
            mounts.append(
                Mount(
                    root: unescaped(fields[3]), folder: unescaped(fields[4]), isUnified: kind == "cgroup2",
                    controllers: Set(fields[dash + 3].split(separator: ",").map(String.init))))
        }
        return mounts
    }

    /// mountinfo writes spaces and such as `\040`.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == 0x5c, digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) {
                bytes.append(digits.reduce(0) { $0 &* 8 &+ ($1 - 0x30) })
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func levels(
        of controller: String, _ own: [String: String], _ mounts: [Mount], _ root: String
    ) -> [Group] {
        // A controller is in one hierarchy: in one of version 1, or else in the unified one.
        let isOld = own[controller] != nil
        let mount = mounts.first {
            isOld ? !$0.isUnified && $0.controllers.contains(controller) : $0.isUnified
        }
        guard let mount, let path = own[isOld ? controller : ""] else { return [] }
        // A container sees its own part of the hierarchy; paths that lead out of it start with "..".
        var rest = path
        if mount.root != "/", path == mount.root || path.hasPrefix(mount.root + "/") {
            rest = String(path.dropFirst(mount.root.count))
        } else if mount.root != "/" || path.hasPrefix("/..") {
            rest = "/"
        }
        var parts = rest.split(separator: "/")
        var groups: [Group] = []
        while true {
            let name = "/" + parts.joined(separator: "/")
            let folder = "\(root)\(mount.folder)" + (parts.isEmpty ? "" : name)
            groups.append(Group(folder: folder, isUnified: !isOld, name: name))
            if parts.popLast() == nil { return groups }
        }
    }
}
