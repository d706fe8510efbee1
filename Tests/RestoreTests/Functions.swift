import Foundation

@testable import Restore

/// Functions in Python that do to their memory what real ones do, written to a folder that goes with this.
final class Functions {
    private let folder: URL

    /// Lines that all of them begin with: the protocol, around `handle(request)`.
    private static let protocolLines = """
        import ctypes, hashlib, json, mmap, os, sys, time
        libc = ctypes.CDLL(None)
        def serve(handle):
            print("ready import", flush=True)
            for line in sys.stdin:
                request = json.loads(line)
                print(json.dumps(handle(request["request"], request["seed"])), flush=True)

        """

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("restore-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A function of this name whose Python program is `body`.
    func function(_ name: String, _ body: String) throws -> FunctionCommand {
        let path = folder.appendingPathComponent("\(name).py")
        try (Self.protocolLines + body).write(to: path, atomically: true, encoding: .utf8)
        return FunctionCommand(name: name, arguments: ["python3", "-B", path.path])
    }

    /// Keeps a table, part of it alike in all instances, and changes some of it with each request.
    func table() throws -> FunctionCommand {
        try function(
            "table",
            """
            size = 600 * 4096
            table = bytearray(b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(size // 32)))
            zeros = bytearray(40 * 4096)
            def handle(request, seed):
                for place in range(request % 7, size, 40000):
                    table[place] = (table[place] + seed + request) % 256
                return hashlib.sha256(table + zeros).hexdigest()
            serve(handle)
            """)
    }

    /// Moves memory, gives it up, and has children look at it: what a page that comes late must follow.
    func mover() throws -> FunctionCommand {
        try function(
            "mover",
            """
            PRIVATE = mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS
            def fresh(salt, pages=64):
                area = mmap.mmap(-1, pages * 4096, flags=PRIVATE)
                for page in range(pages):
                    area[page * 4096:page * 4096 + 32] = hashlib.sha256(f"{salt} {page}".encode()).digest()
                return area
            areas = [fresh(n) for n in range(8)]
            blocker = []
            def digest(area):
                return hashlib.sha256(area[:]).hexdigest()
            def by_child(area):
                read, write = os.pipe()
                child = os.fork()
                if child == 0:
                    os.write(write, digest(area).encode())
                    os._exit(0)
                os.close(write)
                text = os.read(read, 100).decode()
                os.close(read)
                os.waitpid(child, 0)
                return text
            def handle(request, seed):
                area = areas[request % 8]
                answer = []
                # Grown behind a neighbour, it moves.
                blocker.append(mmap.mmap(-1, 4096, flags=PRIVATE))
                area.resize(len(area) + 256 * 4096)
                answer.append(digest(area))
                answer.append(by_child(areas[(request + 1) % 8]))
                other = areas[(request + 2) % 8]
                other.madvise(mmap.MADV_DONTNEED, 8 * 4096, 8 * 4096)
                other[4096 * 9:4096 * 9 + 3] = b"new"
                answer.append(digest(other))
                areas[(request + 3) % 8] = fresh(f"{seed} {request}")
                answer.append(digest(areas[(request + 4) % 8]))
                return answer
            serve(handle)
            """)
    }

    /// Two threads beside the one that answers, which count all the time.
    func threaded() throws -> FunctionCommand {
        try function(
            "threaded",
            """
            import threading
            counts = [0, 0]
            def count(number):
                while True:
                    counts[number] += 1
                    time.sleep(0.0005)
            for number in range(2):
                threading.Thread(target=count, args=(number,), daemon=True).start()
            data = [hashlib.sha256(str(n).encode()).digest() for n in range(20000)]
            def handle(request, seed):
                before = list(counts)
                # However busy the machine is: a thread that does not go on leaves the request unanswered.
                while not all(now > then for now, then in zip(counts, before)):
                    time.sleep(0.001)
                return [hashlib.sha256(b"".join(data)).hexdigest(), request]
            serve(handle)
            """)
    }
}
