import Files
import Foundation
import Testing

@testable import Restore

/// Functions of Python that lose their memory and get it back, each way, and go on as if nothing had been.
struct FunctionStudyTests {
    static let isRoot = geteuid() == 0
    private static let noCRIU = Result<CRIU, InputError>.failure(InputError("not tried"))

    private static func study(_ function: FunctionCommand, rounds: Int = 2) throws -> FunctionFigures {
        var settings = StudySettings(rounds: rounds)
        settings.patience = 30
        return try FunctionStudy(function, settings, criu: noCRIU).run { _, _ in }
    }

    private static func expectWhole(_ figures: FunctionFigures, rounds: Int) {
        for way in [StartWay.cold, .copied, .read, .copiedLazily, .readLazily] {
            #expect(figures.starts[way]?.count == rounds, "\(way)")
        }
        #expect(figures.dedups.count == 4 * rounds + (figures.starts[.remote]?.count ?? 0))
        #expect(figures.patched > 0 && figures.pages == figures.patched + figures.kept + figures.zeros)
        #expect(figures.pagesChecked >= 4 * rounds * figures.pages / 2)
        #expect(figures.stored < figures.pages * 4096)
        // What is left is a small part of what there was.
        #expect(figures.held < figures.pages * 4096 / 2)
    }

    @Test(.enabled(if: isRoot, "skipped: needs root for userfaultfd of another process"))
    func aTableComesBackEveryWay() throws {
        let functions = try Functions()
        let figures = try Self.study(try functions.table())
        Self.expectWhole(figures, rounds: 2)
        #expect(figures.zeros >= 38)
        #expect(figures.saving > 0.3)
        for start in figures.starts[.readLazily] ?? [] {
            // The request walks over the whole table, and pages come when they are touched.
            #expect((start.demanded ?? 0) > 300)
            #expect(start.stages.keys.contains(.answer))
        }
        for start in figures.starts[.read] ?? [] {
            #expect(start.demanded == nil)
            #expect([.read, .patch, .give].allSatisfy { (start.stages[$0] ?? 0) > 0 })
        }
    }

    @Test(.enabled(if: isRoot, "skipped: needs root for userfaultfd of another process"))
    func memoryThatMovesIsGivenUpOrLooksAtByChildrenIsFollowed() throws {
        let functions = try Functions()
        Self.expectWhole(try Self.study(try functions.mover(), rounds: 3), rounds: 3)
    }

    @Test(.enabled(if: isRoot, "skipped: needs root for userfaultfd of another process"))
    func threadsAreStoppedAndGoOn() throws {
        let functions = try Functions()
        Self.expectWhole(try Self.study(try functions.threaded()), rounds: 2)
    }

    @Test func aFunctionWhoseAnswersDifferIsRefused() throws {
        let functions = try Functions()
        let function = try functions.function(
            "clock", "serve(lambda request, seed: time.monotonic_ns())")
        #expect {
            try Self.study(function)
        } throws: { error in
            "\(error)".contains("function clock: answers request 0 before anything otherwise")
        }
    }

    @Test func aFunctionThatDiesIsNamedWithWhatHappened() throws {
        let functions = try Functions()
        let function = try functions.function(
            "mortal", "serve(lambda request, seed: request if request < 2 else os._exit(7))")
        #expect {
            try Self.study(function)
        } throws: { error in
            "\(error)".contains("function mortal: ended without an answer (exit status 7)")
        }
    }

    @Test(.enabled(if: isRoot, "skipped: needs root for userfaultfd of another process"))
    func aFunctionThatDiesWhileItsPagesComeIsNamedToo() throws {
        let functions = try Functions()
        // Four requests before, two for each of two eager ways, one while it waits: the next one comes lazily.
        let function = try functions.function(
            "late", "serve(lambda request, seed: request if seed == 0 or request != 9 else os._exit(7))")
        #expect {
            try Self.study(function, rounds: 1)
        } throws: { error in
            "\(error)".contains("ended without an answer (exit status 7) after dedup copied lazily")
        }
    }

    @Test func aFunctionThatIsNeverReadyIsGivenUp() throws {
        let functions = try Functions()
        let function = try functions.function("silent", "time.sleep(1000)")
        var settings = StudySettings(rounds: 1)
        settings.patience = 0.5
        #expect {
            try FunctionStudy(function, settings, criu: Self.noCRIU).run { _, _ in }
        } throws: { error in
            "\(error)".contains("function silent: gave no answer for")
        }
    }

    @Test func aProgramThatIsNotThereIsNamed() {
        let function = FunctionCommand(name: "none", arguments: ["/proc/nowhere/to/be/found"])
        #expect {
            try Self.study(function)
        } throws: { error in
            "\(error)".contains("/proc/nowhere/to/be/found: cannot be started")
        }
    }

    @Test(.enabled(if: isRoot, "skipped: needs root for userfaultfd of another process"))
    func aRunThatIsStoppedLeavesNoProcess() throws {
        let functions = try Functions()
        let function = try functions.table()
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try FunctionStudy(function, StudySettings(rounds: 1), criu: Self.noCRIU).run { _, at in
                if at == StartWay.read.rawValue { throw Stop() }
            }
        }
        let script = function.arguments[2]
        let left = try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            guard Int(name) != nil, let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
            else { return false }
            return String(decoding: line, as: UTF8.self).contains(script)
        }
        #expect(left.isEmpty)
    }
}
