import Foundation

/// A Python process that holds a secret and 16 MiB more, and counts on.
final class SnapshotTarget {
    static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }
    static let secret = "correct-horse-battery-staple-4711"
    static let variable = "value-of-a-variable-0815"

    let process = Process()
    private let directory = NSTemporaryDirectory() + "pagefold-target-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let script = """
            import os, struct, sys, time
            secret = bytearray(b'correct-horse-' + b'battery-staple-4711') * 100
            data = bytearray(os.urandom(16 << 20))
            count = os.open(sys.argv[1] + '/count', os.O_RDWR | os.O_CREAT, 0o600)
            print('ready', flush=True)
            n = 0
            while True:
                n += 1
                os.pwrite(count, struct.pack('<Q', n), 0)
                time.sleep(0.001)
            """
        process.executableURL = URL(fileURLWithPath: Self.python ?? "/usr/bin/false")
        process.arguments = ["-c", script, directory]
        process.environment = ProcessInfo.processInfo.environment.merging(["TOKEN": Self.variable]) { $1 }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        _ = pipe.fileHandleForReading.availableData
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: directory)
    }

    var id: Int32 { process.processIdentifier }

    private var count: UInt64 {
        guard let data = FileManager.default.contents(atPath: "\(directory)/count"), data.count >= 8 else {
            return 0
        }
        return data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    /// Whether the process counts on; waits for it for as long as ten seconds.
    func goesOn() -> Bool {
        let before = count
        for _ in 0..<1_000 {
            if count > before + 1 { return true }
            usleep(10_000)
        }
        return false
    }

    /// The letter of the process's state: `T` when it is stopped, `t` when it is traced.
    var state: Character {
        let text = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ") ?"
        return text.split(separator: ")").last?.first { $0 != " " } ?? "?"
    }
}
