import CProcess
import Files
import Glibc
import PageContent
import Snapshots
import Synchronization

/// Brings a sandbox back while it runs: it goes on at once, and a thread of ours makes each page when the process
/// first touches it (userfaultfd), then the rest.
///
/// Forks, moves and removals of memory are followed: a child of the process finds its pages too.
final class LazyRestore: @unchecked Sendable {
    /// What became of the pages.
    struct Outcome {
        /// Pages that the process waited for.
        var demanded = 0
        /// Pages that were brought when nobody waited any more.
        var followed = 0
        /// Pages that came out other than they were.
        var differing = 0
        /// What bringing the rest took, in nanoseconds.
        var following: UInt64 = 0
    }

    private let image: DedupedImage
    private let bases: any BaseReader
    private let builder: PageBuilder
    private let stop: (read: Int32, write: Int32)
    private var thread = pthread_t()
    // From here on the thread's own, until it is joined.
    private var processes: [(faults: Int32, missing: MissingPages)]
    private var outcome = Outcome()
    private var failure: (any Error)?

    /// Answers what `watched`, memory of the process that `image` was taken from, reports as missing. Nothing may be
    /// missing elsewhere when the process goes on.
    init(
        _ image: DedupedImage, _ watched: consuming WatchedMemory, from bases: any BaseReader,
        patch: PatchMethod
    ) throws(InputError) {
        let watched = watched
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            close(watched.faults)
            throw InputError.system("no pipe can be made", file: "userfaultfd")
        }
        stop = (ends[0], ends[1])
        self.image = image
        self.bases = bases
        builder = PageBuilder(patch, most: 1)
        processes = [(watched.faults, MissingPages(image.addresses) { watched.isMissing[$0] })]
        let context = Unmanaged.passRetained(self)
        let failed = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<LazyRestore>.fromOpaque(context).takeRetainedValue().serve() }
                return nil
            }, context.toOpaque())
        if failed != 0 {
            context.release()
            throw InputError("no thread can be started: \(String(cString: strerror(failed)))")
        }
    }

    deinit {
        for process in processes { close(process.faults) }
        close(stop.read)
        if stop.write >= 0 { close(stop.write) }
    }

    /// Brings the rest and lets go of the process.
    func finish() throws -> Outcome {
        end()
        if let failure { throw failure }
        return outcome
    }

    /// Lets go of the process whatever became of it. To be called once, unless `finish` is.
    func end() {
        var word: UInt8 = 0
        write(stop.write, &word, 1)
        pthread_join(thread, nil)
    }

    private func serve() {
        do {
            try answer()
            let begin = Clock.nanoseconds()
            try bringRest()
            outcome.following = Clock.nanoseconds() - begin
        } catch {
            failure = error
        }
        // What is not watched is not waited for: nobody hangs, whatever happened.
        for process in processes { close(process.faults) }
        processes.removeAll()
    }

    private func answer() throws {
        while true {
            var waits = [pollfd(fd: stop.read, events: Int16(POLLIN), revents: 0)]
            waits += processes.map { pollfd(fd: $0.faults, events: Int16(POLLIN), revents: 0) }
            if poll(&waits, nfds_t(waits.count), -1) < 0, errno != EINTR {
                throw InputError.system("page faults cannot be waited for", file: "userfaultfd")
            }
            if waits[0].revents != 0 { return }
            for (index, wait) in waits.dropFirst().enumerated() where wait.revents != 0 {
                try readReports(index)
            }
        }
    }

    /// Answers all that process `index` reports.
    private func readReports(_ index: Int) throws {
        var fault = cprocess_fault()
        while true {
            let failed = cprocess_faults_next(processes[index].faults, &fault)
            // A process that has ended reports nothing more.
            if failed != 0 || fault.kind == CPROCESS_FAULT_NOTHING { return }
            switch fault.kind {
            case CPROCESS_FAULT_MISSING: try fill(index, fault.start, isDemanded: true)
            case CPROCESS_FAULT_FORK: processes.append((fault.descriptor, processes[index].missing))
            case CPROCESS_FAULT_MOVE:
                processes[index].missing.move(fault.start, fault.end, to: fault.target)
            default: processes[index].missing.remove(fault.start, fault.end)
            }
        }
    }

    private func fill(_ index: Int, _ address: UInt64, isDemanded: Bool) throws {
        var filled: Int64
        repeat {
            let number = processes[index].missing.page(at: address)
            let content = try number.flatMap { try make($0) }
            filled = cprocess_faults_fill(processes[index].faults, address, address + 4096, content)
            // The memory is being changed by another thread, which waits for us to take note; then all is new.
            if filled == -Int64(EAGAIN) { try readReports(index) }
        } while filled == -Int64(EAGAIN)
        if isDemanded {
            outcome.demanded += 1
            // Whatever became of the page, nobody is left to wait for it.
            if filled < 0 { _ = cprocess_faults_wake(processes[index].faults, address, address + 4096) }
        } else if filled > 0 {
            outcome.followed += 1
        }
        // Gone (ESRCH), or nothing is mapped there any more (ENOENT): nobody needs it.
        let isFine = [EEXIST, ESRCH, ENOENT].contains { filled == -Int64($0) }
        if filled < 0 && !isFine {
            throw InputError(
                file: "userfaultfd",
                "a page cannot be given back: \(String(cString: strerror(Int32(-filled))))")
        }
    }

    /// Page `number` of the image; nil when it is zeros.
    private func make(_ number: Int) throws -> UnsafeRawPointer? {
        let page: UnsafeRawPointer
        switch image.sources[number] {
        case .zero: return nil
        case .kept(let kept): page = image.keptPage(kept)
        case .patched(let patch):
            let base = try bases.read([image.bases[patch]][...])
            page = try builder.page(patch, of: image, base: base, slot: 0)
        }
        if Page.hash(page) != image.hashes[number] { outcome.differing += 1 }
        return page
    }

    private func bringRest() throws {
        var index = 0
        while index < processes.count {
            while let (address, _) = processes[index].missing.last {
                try fill(index, address, isDemanded: false)
                processes[index].missing.remove(address, address + 4096)
                // Whoever needs a page now does not wait for all others.
                for other in processes.indices { try readReports(other) }
            }
            index += 1
        }
    }
}
