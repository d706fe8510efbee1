import Files
import Foundation
import PageContent
import Testing

@testable import Snapshots

/// Readers against what real tools write; skipped where these are not installed.
@Suite struct ReadersRealTests {
    private static let python = "/usr/bin/python3"
    private static let gcore = "/usr/bin/gcore"
    private static let hasTools = [python, gcore].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Maps 256 pages that say which they are, and one that it shares, then waits.
    private static let program = """
        import mmap, sys, time
        block = mmap.mmap(-1, 256 * 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        for page in range(256):
            block[page * 4096:(page + 1) * 4096] = (b"planted-%06d-" % page * 300)[:4096]
        shared = mmap.mmap(-1, 4096)
        shared[:14] = b"shared-planted"
        print("ready", flush=True)
        time.sleep(600)
        """

    @Test(.enabled(if: hasTools, "skipped: python3 or gcore is not installed"))
    func aCoreOfALiveProcessHoldsWhatTheProcessHeld() throws {
        let directory = try ScratchDirectory()
        let target = Process()
        let output = Pipe()
        target.executableURL = URL(fileURLWithPath: Self.python)
        target.arguments = ["-c", Self.program]
        target.standardOutput = output
        try target.run()
        defer {
            kill(target.processIdentifier, SIGKILL)
            target.waitUntilExit()
        }
        try #require(output.fileHandleForReading.readData(ofLength: 6) == Data("ready\n".utf8))
        let dumper = Process()
        dumper.executableURL = URL(fileURLWithPath: Self.gcore)
        dumper.arguments = ["-o", "\(directory.path)/core", "\(target.processIdentifier)"]
        dumper.standardOutput = FileHandle.nullDevice
        dumper.standardError = FileHandle.nullDevice
        try dumper.run()
        dumper.waitUntilExit()
        // Where tracing is forbidden there is nothing to read.
        guard dumper.terminationStatus == 0 else {
            print("skipped: gcore may not trace")
            return
        }
        let core = "\(directory.path)/core.\(target.processIdentifier)"
        let snapshot = try CoreFile.read(core, label: anyLabel)
        let pages = snapshot.pages
        try expectPlaces(of: pages, in: try LiveProcess.capture(target.processIdentifier, as: anyLabel))
        // Whole pages are compared: the text of the program itself may begin anywhere in the interpreter's memory.
        let expected = Set(
            (0..<256).map { page in
                let text = "planted-" + String(repeating: "0", count: 6 - "\(page)".count) + "\(page)-"
                return Array(Array(repeating: Array(text.utf8), count: 300).joined().prefix(Page.size))
            })
        let sharedText = Array("shared-planted".utf8)
        let shared = sharedText + Array(repeating: 0, count: Page.size - sharedText.count)
        var planted: Set<[UInt8]> = []
        var sharedPages = 0
        for index in 0..<pages.count {
            let bytes = content(snapshot, index)
            if expected.contains(bytes) {
                planted.insert(bytes)
                #expect(pages.kinds[index] == .anonymous)
            }
            if bytes == shared {
                sharedPages += 1
                #expect(pages.kinds[index] == .shared)
            }
        }
        #expect(planted == expected)
        #expect(sharedPages == 1)
        for kind in [PageKind.heap, .stack, .fileCopy] { #expect(pages.kinds.contains(kind)) }
        #expect(pages.zeroMappings > 0)
        #expect(Set(pages.places).count == pages.count)
        #expect(snapshot.labels.contains(SnapshotLabel(name: "program", value: "python3")))
    }

    /// All pages that a core holds lie where a capture of the same process has them, and the other way round, with
    /// the same content, save what the process or the kernel changes by being looked at and what gdb does not tell:
    /// of read-only parts of files it dumps none or all.
    private func expectPlaces(of core: PageSet, in capture: LiveProcess.Capture) throws {
        let live = capture.snapshot.pages
        func contents(_ set: PageSet) -> [PagePlace: (kind: PageKind, bytes: [UInt8])] {
            var found: [PagePlace: (kind: PageKind, bytes: [UInt8])] = [:]
            for index in 0..<set.count where !Page.isZero(set.memory.page(index)) {
                let bytes = Array(UnsafeRawBufferPointer(start: set.memory.page(index), count: Page.size))
                found[set.places[index]] = (set.kinds[index], bytes)
            }
            return found
        }
        let (ours, theirs) = (contents(live), contents(core))
        #expect(ours.count > 500)
        let missing = ours.keys.filter { theirs[$0] == nil }.count
        let changed = ours.count { place, page in theirs[place].map { $0.bytes != page.bytes } ?? false }
        #expect(missing <= 2 && changed <= 8, "\(missing) of \(ours.count) missing, \(changed) changed")
        let extra = theirs.filter { ours[$0.key] == nil && $0.value.kind != .fileCopy }.count
        #expect(extra <= 2, "\(extra) pages of the core are nowhere in the process")
    }
}
