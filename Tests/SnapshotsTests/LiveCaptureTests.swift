import Files
import Foundation
import PageContent
import Testing

@testable import Snapshots

@Suite(.enabled(if: LiveChild.python != nil, "skipped: no Python"), .serialized)
struct LiveCaptureTests {
    private static let label = InstanceLabel(function: "child", instance: 0)

    /// The numbers of the planted pages of `kind`, by the kernel's kind.
    private func planted(_ kind: UInt64, in pages: PageSet) -> [PageKind: [UInt64]] {
        var found: [PageKind: [UInt64]] = [:]
        for index in 0..<pages.count {
            let words = UnsafeRawBufferPointer(start: pages.memory.page(index), count: Page.size)
                .assumingMemoryBound(to: UInt64.self)
            guard words[0] == LiveChild.magic ^ kind else { continue }
            if (0..<512).allSatisfy({ words[$0] == words[$0 % 2] }) {
                found[pages.kinds[index], default: []].append(words[1])
            }
        }
        return found.mapValues { $0.sorted() }
    }

    @Test func everyKindOfPageIsFoundWithItsContent() throws {
        let child = try LiveChild()
        let capture = try LiveProcess.capture(child.id, as: Self.label)
        let pages = capture.snapshot.pages
        #expect(planted(1, in: pages) == [.anonymous: Array(0..<64)])
        #expect(planted(2, in: pages) == [.fileCopy: (0..<32).filter { $0 % 2 == 1 }])
        let huge = planted(4, in: pages)
        #expect(huge.mapValues(\.count) == [.anonymous: 1_024] && huge[.anonymous] == Array(0..<1_024))
        #expect(planted(5, in: pages) == [.shared: Array(0..<16)])
        // Pages that the process itself may not read belong to it all the same.
        #expect(planted(6, in: pages) == [.anonymous: Array(0..<8)])
        // What the file holds and nobody wrote to is named, not copied.
        #expect(planted(9, in: pages).isEmpty)
        let file = RegionNaming.digest(ofFile: "\(child.directory)/file")
        let offsets = Set(pages.filePages.filter { $0.file == file }.map(\.offset))
        // The kernel may map neighbours of what was touched.
        #expect(offsets.isSuperset(of: [0, 1, 2, 3] + stride(from: 0, to: 32, by: 2)))
        #expect(pages.zeroMappings >= 100 && pages.zeroMappings < 200)
        #expect(capture.report.unreadable == 0 && capture.report.threads == 2)
        #expect(child.facts["huge"] == pages.hugePages)
        #expect(Set(pages.kinds).isSuperset(of: [.heap, .stack]))
        #expect(child.goesOn())
    }

    @Test func labelsSayHowTheProcessCameToBe() throws {
        let child = try LiveChild()
        let labels = try LiveProcess.capture(child.id, as: Self.label).snapshot.labels
        let values = Dictionary(uniqueKeysWithValues: labels.map { ($0.name, $0.value) })
        #expect(values["origin"] == "live process")
        #expect(values["executable"]?.hasPrefix("python") == true)
        #expect(["on", "off"].contains(values["randomisation"]))
        #expect(["yes", "no"].contains(values["position-independent"]))
        let seed = ProcessInfo.processInfo.environment["PYTHONHASHSEED"].flatMap { UInt32($0) }
        #expect(values["hash-seed"] == seed.map { "\($0)" } ?? "random")
    }

    @Test func aStoppedProcessStaysStopped() throws {
        let child = try LiveChild()
        kill(child.id, SIGSTOP)
        while child.state != "T" { usleep(1_000) }
        let before = child.count
        let capture = try LiveProcess.capture(child.id, as: Self.label)
        #expect(planted(1, in: capture.snapshot.pages) == [.anonymous: Array(0..<64)])
        usleep(50_000)
        #expect(child.state == "T" && child.count == before)
        kill(child.id, SIGCONT)
        #expect(child.goesOn())
    }

    @Test func signalsOnTheirWayArriveAfterTheCapture() throws {
        let child = try LiveChild(
            """
            import signal
            got = [0]
            def take(number, frame):
                got[0] += 1
                open(d + '/got', 'w').write(str(got[0]))
            signal.signal(signal.SIGUSR1, take)
            signal.pthread_sigmask(signal.SIG_SETMASK, [])
            """)
        var sent = 0
        for round in 0..<20 {
            let target = child.id
            let sender = Thread {
                for _ in 0..<10 {
                    kill(target, SIGUSR1)
                    usleep(300)
                }
            }
            if round % 2 == 0 { sender.start() }
            _ = try LiveProcess.capture(child.id, as: Self.label)
            sent += 1
        }
        #expect(sent == 20 && child.goesOn())
        kill(child.id, SIGUSR1)
        #expect(child.goesOn())
        #expect(FileManager.default.fileExists(atPath: "\(child.directory)/got"))
    }

    @Test func aProcessThatGrowsMeanwhileIsCapturedOrGone() throws {
        let child = try LiveChild(
            """
            def grow():
                for k in range(60):
                    g = memory(256)
                    for i in range(256): ctypes.memmove(g + i * P, page(7, k * 256 + i), P)
            threading.Thread(target=grow, daemon=True).start()
            """)
        var last = 0
        for _ in 0..<12 {
            let pages = try LiveProcess.capture(child.id, as: Self.label).snapshot.pages
            let numbers = planted(7, in: pages)[.anonymous] ?? []
            // Each page is whole and there once: nothing was captured half.
            #expect(numbers == Array(0..<UInt64(numbers.count)))
            #expect(numbers.count >= last)
            last = numbers.count
            usleep(30_000)
        }
        #expect(child.goesOn())
    }

    @Test func descendantsBelongToTheSandboxAndWhatTheyShareCountsOnce() throws {
        let child = try LiveChild("for k in range(3): os.fork() or (write(a, 8, k), time.sleep(1000))")
        var options = LiveProcess.Options()
        options.includesChildren = true
        let alone = try LiveProcess.capture(child.id, as: Self.label)
        // The children still have to write their page.
        var capture = try LiveProcess.capture(child.id, as: Self.label, options: options)
        for _ in 0..<500 where planted(8, in: capture.snapshot.pages).values.joined().count < 3 {
            usleep(10_000)
            capture = try LiveProcess.capture(child.id, as: Self.label, options: options)
        }
        let pages = capture.snapshot.pages
        #expect(capture.report.processes == 4 && alone.report.processes == 1)
        #expect(planted(8, in: pages)[.anonymous] == [0, 1, 2])
        #expect(planted(5, in: pages) == [.shared: Array(0..<16)])
        if getuid() == 0 {
            let huge = planted(4, in: pages)
            let isOnce = huge[.anonymous] == Array(0..<1_024)
            #expect(isOnce && huge.count == 1, "\(huge.mapValues(\.count))")
        }
        #expect(capture.report.sharedAgain >= 3 * 16)
        #expect(child.goesOn())
        for line in try String(contentsOfFile: "/proc/\(child.id)/task/\(child.id)/children", encoding: .utf8)
            .split(separator: " ")
        {
            if let id = Int32(line) { kill(id, SIGKILL) }
        }
    }

    @Test func whatCannotBeCapturedIsRefused() throws {
        func message(_ process: Int32) -> String {
            do {
                _ = try LiveProcess.capture(process, as: Self.label)
                return ""
            } catch { return error.description }
        }
        #expect(message(getpid()).contains("Pagefold itself"))
        #expect(message(0).contains("not there"))
        #expect(message(Int32.max).contains("not there"))
        let child = try LiveChild()
        kill(child.id, SIGKILL)
        child.process.waitUntilExit()
        #expect(message(child.id).contains("not there"))
        if ProcFile.text("/proc/2/comm") == "kthreadd" { #expect(message(2).contains("kernel")) }
    }
}
