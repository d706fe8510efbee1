import Foundation

/// A Python process that plants pages of every kind, says what it planted, and counts on.
///
/// Each planted page is 256 times the same 16 bytes: `magic ^ kind` and the page's number.
final class LiveChild {
    static let magic: UInt64 = 0x5AFE_C0DE_7E57_0000

    static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    let process = Process()
    let directory: String
    /// What the child said of itself, by name.
    private(set) var facts: [String: Int] = [:]

    init(_ extra: String = "", arguments: [String] = []) throws {
        directory = NSTemporaryDirectory() + "pagefold-live-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try (Self.script.replacingOccurrences(of: "#EXTRA", with: extra))
            .write(toFile: "\(directory)/child.py", atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: Self.python ?? "/usr/bin/false")
        process.arguments = ["\(directory)/child.py", directory]
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        var text = ""
        while !text.contains("ready\n") {
            let data = pipe.fileHandleForReading.availableData
            if data.isEmpty { break }
            text += String(decoding: data, as: UTF8.self)
        }
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: "=")
            if parts.count == 2 { facts[String(parts[0])] = Int(parts[1]) }
        }
    }

    deinit {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: directory)
    }

    var id: Int32 { process.processIdentifier }

    /// How far the child has counted.
    var count: UInt64 {
        guard let data = FileManager.default.contents(atPath: "\(directory)/count"), data.count >= 8 else {
            return 0
        }
        return data.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
    }

    /// Whether the child counts on; waits for it for as long as ten seconds.
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

    private static let script = """
        import ctypes, os, struct, sys, threading, time
        P = 4096
        MAGIC = 0x5AFEC0DE7E570000
        libc = ctypes.CDLL(None)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [ctypes.c_long]
        libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
        def page(kind, i): return struct.pack('<QQ', MAGIC ^ kind, i) * 256
        def write(at, kind, i): ctypes.memmove(at + i * P, page(kind, i), P)
        def touch(at, i): return ctypes.string_at(at + i * P, 1)
        def memory(n, flags=0x22, rights=3, fd=-1): return libc.mmap(None, n * P, rights, flags, fd, 0)
        d = sys.argv[1]
        a = memory(64)
        for i in range(64): write(a, 1, i)
        with open(d + '/file', 'wb') as f:
            for i in range(32): f.write(page(9, i))
        fd = os.open(d + '/file', os.O_RDWR)
        b = memory(32, 0x2, 3, fd)
        for i in range(0, 32, 2): touch(b, i)
        for i in range(1, 32, 2): write(b, 2, i)
        c = memory(100)
        for i in range(100): touch(c, i)
        h = memory(1024 + 512)
        h = (h + (1 << 21) - 1) >> 21 << 21
        libc.madvise(h, 1024 * P, 14)
        for i in range(1024): write(h, 4, i)
        s = memory(16, 0x21)
        for i in range(16): write(s, 5, i)
        q = memory(8)
        for i in range(8): write(q, 6, i)
        libc.mprotect(q, 8 * P, 0)
        m = memory(4, 0x1, 3, fd)
        for i in range(4): touch(m, i)
        e = 0
        here = False
        for line in open('/proc/self/smaps'):
            if '-' in line.split()[0] and ':' not in line.split()[0]:
                start, end = [int(x, 16) for x in line.split()[0].split('-')]
                here = start <= h < end
            if here and line.startswith('AnonHugePages:'): e = int(line.split()[1]) // 4
        count = os.open(d + '/count', os.O_RDWR | os.O_CREAT, 0o600)
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
        #EXTRA
        print('huge=%d' % e)
        print('ready', flush=True)
        n = 0
        while True:
            n += 1
            os.pwrite(count, struct.pack('<Q', n), 0)
            time.sleep(0.001)
        """
}
