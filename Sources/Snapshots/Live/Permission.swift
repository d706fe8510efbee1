import Files
import Glibc

/// Why the kernel does not let a process be examined, and what to do about it.
package enum Permission {
    /// What may be in the way of examining `process`, told from what the kernel says of both.
    static func remedy(for process: Int32) -> String {
        var remedies: [String] = []
        let own = ProcFile.text("/proc/self/status") ?? ""
        if value(of: "Seccomp", in: own) == "2" {
            remedies.append(
                "a filter of system calls (seccomp) is on, as in containers: allow ptrace and process_vm_readv, such "
                    + "as by 'docker run --cap-add SYS_PTRACE' or '--security-opt seccomp=unconfined'")
        }
        let scope =
            ProcFile.text("/proc/sys/kernel/yama/ptrace_scope").flatMap { Int32($0.filter(\.isNumber)) } ?? 0
        if scope == 3 {
            remedies.append(
                "kernel.yama.ptrace_scope is 3, with which nobody may until the machine starts anew")
        } else if scope == 2 || scope == 1 && !mayTrace(own) {
            remedies.append(
                "kernel.yama.ptrace_scope is \(scope): run as root, or 'sysctl kernel.yama.ptrace_scope=0'")
        }
        let users = (value(of: "Uid", in: own), owner(of: process))
        if let theirs = users.1, users.0 != theirs, geteuid() != 0 {
            remedies.append("it belongs to user \(theirs): run as that user or as root")
        } else if remedies.isEmpty {
            remedies.append(
                "run as its user or as root, with the right to trace processes (CAP_SYS_PTRACE), in a user namespace "
                    + "that is not below the process' own")
        }
        return remedies.joined(separator: "; ")
    }

    /// Whether this process has CAP_SYS_PTRACE.
    private static func mayTrace(_ status: String) -> Bool {
        value(of: "CapEff", in: status).flatMap { UInt64($0, radix: 16) }.map { $0 >> 19 & 1 == 1 } ?? false
    }

    private static func owner(of process: Int32) -> String? {
        ProcFile.text("/proc/\(process)/status").flatMap { value(of: "Uid", in: $0) }
    }

    /// The first word behind `key` in a file such as /proc/PID/status.
    private static func value(of key: String, in text: String) -> String? {
        for line in text.split(separator: "\n") where line.hasPrefix("\(key):") {
            return line.dropFirst(key.count + 1).split { $0 == "\t" || $0 == " " }.first.map(String.init)
        }
        return nil
    }

    /// Refuses to work with a /proc that numbers processes otherwise than this process sees them: what stands there
    /// under a number belongs to another process.
    package static func checkNamespace() throws(InputError) {
        var name = [CChar](repeating: 0, count: 32)
        let count = readlink("/proc/self", &name, name.count - 1)
        let number =
            count > 0
            ? Int32(String(decoding: name[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)) : nil
        guard number != getpid() else { return }
        throw InputError(
            file: "/proc",
            "is that of another PID namespace: its numbers are not those of the processes here",
            remedy: "mount it anew, such as by 'unshare --pid --fork --mount-proc'")
    }
}
