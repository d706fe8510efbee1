import Foundation
import Testing

@testable import Machine

/// What is left of a machine, from trees of the kernel's files as they are on hosts and in containers.
@Suite struct MachineShareTests {
    private static let mebibyte: UInt64 = 1 << 20
    private static let host = ["/proc/meminfo": "MemTotal:  8388608 kB\nMemAvailable:  4194304 kB\n"]
    private static let unified = [
        "/proc/self/mountinfo":
            "22 1 0:20 / / rw - ext4 /dev/vda rw\n"
            + "30 22 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
    ]
    private static let old = [
        "/proc/self/mountinfo":
            "31 22 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
            + "32 22 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
            + "33 22 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
    ]

    /// The share that these files give, on this machine's processors.
    private func share(_ trees: [String: String]...) throws -> MachineShare {
        let root = FileManager.default.temporaryDirectory
            .appendingPathComponent("pagefold-machine-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, text) in trees.flatMap({ $0 }) {
            let file = root + path
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try text.write(toFile: file, atomically: false, encoding: .utf8)
        }
        return MachineShare.now(root: root)
    }

    @Test func withoutControlGroupsTheHostsMemoryIsLeft() throws {
        let share = try share(Self.host)
        #expect(share.memory == 4096 * Self.mebibyte)
        #expect(share.memoryBound == "the host")
        #expect(share.processors == MachineShare.allowedProcessors().count)
    }

    @Test func onlyProcessorsThatTheThreadMayRunOnCount() throws {
        let status = "Cpus_allowed:\t10e\nCpus_allowed_list:\t1-3,8\n"
        #expect(try share(Self.host, ["/proc/thread-self/status": status]).processors == 4)
        let slow = ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "250000 100000\n"]
        #expect(try share(Self.unified, slow, ["/proc/thread-self/status": status]).processors == 3)
    }

    @Test(arguments: [
        ("0", [0]), ("0-3,8", [0, 1, 2, 3, 8]), ("", []), ("3-1", []), ("a-b", []), ("-1", []), ("1-2-3", []),
        ("5,x", [5]), ("0-99999999999", []),
    ])
    func listsOfProcessorsAreRead(text: String, numbers: [Int]) {
        #expect(SystemFile.numbers(inList: Substring(text)) == numbers)
    }

    @Test func nothingKnownIsNoNumber() throws {
        #expect(try share([:]).memory == nil)
    }

    @Test func aGroupOfVersion2LeavesItsLimitLessWhatItCannotDrop() throws {
        let share = try share(
            Self.host, Self.unified,
            [
                "/proc/self/cgroup": "0::/jobs/one\n",
                "/sys/fs/cgroup/jobs/one/memory.max": "536870912\n",
                "/sys/fs/cgroup/jobs/one/memory.high": "max\n",
                "/sys/fs/cgroup/jobs/one/memory.current": "209715200\n",
                "/sys/fs/cgroup/jobs/one/memory.stat": "anon 1\nfile 2\ninactive_file 104857600\n",
            ])
        // 512 MiB, of which 200 are held and 100 of these can be dropped.
        #expect(share.memory == 412 * Self.mebibyte)
        #expect(share.memoryBound.contains("/jobs/one"))
    }

    @Test func everyLevelAboveLimitsAndSoDoesTheSlowingDown() throws {
        let share = try share(
            Self.host, Self.unified,
            [
                "/proc/self/cgroup": "0::/jobs/one\n",
                "/sys/fs/cgroup/jobs/one/memory.max": "max\n",
                "/sys/fs/cgroup/jobs/memory.max": "1073741824\n",
                "/sys/fs/cgroup/jobs/memory.high": "314572800\n",
                "/sys/fs/cgroup/jobs/memory.current": "104857600\n",
            ])
        #expect(share.memory == 200 * Self.mebibyte)
        #expect(share.memoryBound.hasSuffix("/jobs"))
    }

    @Test func aGroupThatHoldsMoreThanItMayLeavesNothing() throws {
        let share = try share(
            Self.host, Self.unified,
            [
                "/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/memory.max": "1048576\n",
                "/sys/fs/cgroup/memory.current": "2097152\n",
            ])
        #expect(share.memory == 0)
    }

    @Test func aGroupOfVersion1IsReadFromItsOwnHierarchy() throws {
        let share = try share(
            Self.host, Self.old,
            [
                "/proc/self/cgroup": "5:cpu,cpuacct:/slow\n4:memory:/small\n0::/\n",
                "/sys/fs/cgroup/memory/small/memory.limit_in_bytes": "268435456\n",
                "/sys/fs/cgroup/memory/small/memory.usage_in_bytes": "67108864\n",
                "/sys/fs/cgroup/memory/small/memory.stat": "inactive_file 1\ntotal_inactive_file 33554432\n",
                // What stands for no limit.
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
                "/sys/fs/cgroup/cpu,cpuacct/slow/cpu.cfs_quota_us": "50000\n",
                "/sys/fs/cgroup/cpu,cpuacct/slow/cpu.cfs_period_us": "100000\n",
            ])
        #expect(share.memory == (256 - 64 + 32) * Self.mebibyte)
        #expect(share.processors == 1)
    }

    @Test func aContainerWhoseMountIsItsOwnGroupFindsItThere() throws {
        // As Docker shows it without a namespace of control groups.
        let share = try share(
            Self.host,
            [
                "/proc/self/mountinfo":
                    "40 1 0:27 /docker/ab\\040c /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n",
                "/proc/self/cgroup": "4:memory:/docker/ab c\n",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": "104857600\n",
                "/sys/fs/cgroup/memory/memory.usage_in_bytes": "0\n",
            ])
        #expect(share.memory == 100 * Self.mebibyte)
    }

    @Test(arguments: [
        ("max 100000", 1_000_000), ("150000 100000", 2), ("100000 100000", 1), ("1000 100000", 1),
    ])
    func processorTimeIsRoundedUpToWholeThreads(text: String, most: Int) throws {
        let share = try share(
            Self.unified, ["/proc/self/cgroup": "0::/\n", "/sys/fs/cgroup/cpu.max": "\(text)\n"])
        #expect(share.processors == min(most, MachineShare.allowedProcessors().count))
    }

    @Test(arguments: ["", "nonsense", "0::", "4:memory", "0::/../..", "::::", "4:memory:/x\n0::/y"])
    func linesThatMakeNoSenseLimitNothing(text: String) throws {
        let share = try share(Self.host, Self.unified, Self.old, ["/proc/self/cgroup": text])
        #expect(share.memory == 4096 * Self.mebibyte)
        #expect(share.processors >= 1)
    }

    @Test func thisMachineHasProcessorsAndMemory() {
        let share = MachineShare.now()
        #expect(share.processors >= 1)
        #expect(share.processors <= MachineShare.allowedProcessors().count)
        #expect(share.memory ?? 0 > 0)
    }
}
