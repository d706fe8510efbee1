import Files
import PageContent
import Testing

@testable import Restore

/// What comes back wrong is found out, not handed on.
struct DamagedBasesTests {
    /// Base pages of which one bit is turned.
    private final class DamagedBases: BaseReader {
        private let good: LocalBases
        private let room = UnsafeMutableRawPointer.allocate(
            byteCount: EagerRestore.batch * Page.size, alignment: Page.size)

        init(_ images: [PageMemory]) { good = LocalBases(images, most: EagerRestore.batch) }

        deinit { room.deallocate() }

        func read(_ pages: ArraySlice<BasePlace>) -> UnsafeRawPointer {
            room.copyMemory(from: good.read(pages), byteCount: pages.count * Page.size)
            for slot in pages.indices.map({ $0 - pages.startIndex }) {
                let byte = room + slot * Page.size + 100
                byte.storeBytes(of: byte.load(as: UInt8.self) ^ 1, as: UInt8.self)
            }
            return UnsafeRawPointer(room)
        }
    }

    @Test func aChangedBaseIsFoundOut() throws {
        let functions = try Functions()
        let function = try functions.table()
        let settings = StudySettings(rounds: 1)
        let base = try BaseSandbox(function, settings, seed: 0)
        let target = try FunctionProcess(
            function.name, function.launch(function.arguments), try Channel(), patience: 30)
        try target.waitUntilReady()
        _ = try target.answer(to: 0, seed: 1)
        let cycle = try DedupCycle(
            target.process, Deduplicator(bases: [base.contents], settings: settings.dedup, key: 1))
        var times = StartTimes()
        #expect {
            _ = try cycle.bringBack(.copied, from: DamagedBases([base.contents.memory]), &times)
        } throws: { error in
            "\(error)".contains("came back otherwise") || "\(error)".contains("does not fit its base page")
        }
    }
}
