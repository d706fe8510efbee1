import Files
import Glibc
import PageContent
import Snapshots

/// A sandbox that is stopped, deduplicated and gives up its memory, and then is brought back.
struct DedupCycle {
    /// What is left of its memory.
    let image: DedupedImage
    private let pages: SandboxPages
    private let sandbox: StoppedSandbox
    private let patch: PatchMethod
    private var times = DedupTimes()

    /// Deduplicates `process` and makes it give up its memory.
    init(_ process: Int32, _ deduplicator: Deduplicator) throws(InputError) {
        let begin = Clock.nanoseconds()
        sandbox = try StoppedSandbox(process)
        pages = SandboxPages(sandbox.space)
        let stopped = Clock.nanoseconds()
        let contents = PageSet(
            unplaced: try pages.contents(of: process), of: deduplicator.bases[0].label.function, instance: 1)
        let copied = Clock.nanoseconds()
        image = DedupedImage(pages, contents, deduplicator)
        let patched = Clock.nanoseconds()
        _ = try sandbox.drop(pages)
        times.drop = Clock.nanoseconds() - patched
        (times.stop, times.copy, times.patch) = (stopped - begin, copied - stopped, patched - copied)
        patch = deduplicator.settings.patch
    }

    /// Writes down what there was and what is left.
    func note(in figures: inout FunctionFigures) {
        figures.pages = image.count
        figures.patched = image.patchedCount
        figures.kept = image.keptCount
        figures.zeros = image.count - image.patchedCount - image.keptCount
        figures.huge = pages.runs.filter { $0.run.state.contains(.huge) }.reduce(0) { $0 + $1.run.count }
        figures.patchBytes = image.patchBytes
        figures.stored = image.bytes
        figures.held = DedupCycle.held(by: sandbox.process)
        figures.dedups.append(times)
    }

    /// Private memory and page tables of a process, in bytes.
    private static func held(by process: Int32) -> Int {
        let lines = ProcFile.text("/proc/\(process)/status")?.split(separator: "\n") ?? []
        return lines.filter { $0.hasPrefix("RssAnon:") || $0.hasPrefix("VmPTE:") }
            .compactMap { line in
                line.split(whereSeparator: { " \t".contains($0) }).dropFirst().first.flatMap { Int($0) }
            }
            .reduce(0, +) * 1024
    }

    /// How a sandbox was brought back.
    struct Restored {
        /// What is still at work when it goes on.
        var lazy: LazyRestore?
        /// Why its pages could not come when they are touched, so that all came before it went on.
        var obstacle: String?
    }

    /// Brings all back in `way` and lets it go on.
    func bringBack(
        _ way: StartWay, from bases: any BaseReader, _ times: inout StartTimes
    ) throws -> Restored {
        let begin = Clock.nanoseconds()
        var watched: WatchedMemory?
        var obstacle: String?
        if way.isLazy {
            do throws(InputError) {
                watched = try WatchedMemory(pages, of: sandbox)
            } catch {
                obstacle = error.description
            }
        }
        let watching = Clock.nanoseconds() - begin
        let eager = try EagerRestore(image, from: bases, to: sandbox.process, patch: patch)
            .run { watched?.isMissing[$0] != true }
        (times.stages[.read], times.stages[.patch], times.stages[.give]) = (
            eager.read, eager.patch, eager.give
        )
        if watched == nil {
            let differing = try image.differences(in: sandbox.process, pages)
            if differing > 0 { throw damage(differing) }
        }
        let brought = Clock.nanoseconds()
        let lazy = try watched.map { watched throws(InputError) in
            try LazyRestore(image, watched, from: bases, patch: patch)
        }
        sandbox.resume()
        times.stages[.resume] = Clock.nanoseconds() - brought + watching
        return Restored(lazy: lazy, obstacle: obstacle)
    }

    /// That pages came back otherwise than they were.
    func damage(_ pages: Int) -> DamagedRestore { DamagedRestore(pages: pages, of: image.count) }
}

/// Pages came back otherwise than they were: a fault of this program, or of the memory.
public struct DamagedRestore: Error, Sendable, Hashable, CustomStringConvertible {
    /// How many, of how many.
    public var pages, count: Int

    init(pages: Int, of count: Int) { (self.pages, self.count) = (pages, count) }

    /// What happened, in a line.
    public var description: String { "\(pages) of \(count) pages came back otherwise than they were" }
}
