import CProcess
import Files
import Glibc
import Snapshots

/// Memory of a stopped sandbox whose missing pages are reported from now on.
struct WatchedMemory {
    /// What reports them.
    let faults: Int32
    /// Of each page of the image, whether it is missing and will be reported. The others must be brought back before the
    /// sandbox goes on: private copies of files' pages, which the kernel does not report, and pages that the kernel
    /// itself has touched meanwhile, as it does with a thread's restartable sequence (rseq) at every system call.
    let isMissing: [Bool]

    /// Watches all regions of `pages`, which were dropped, that no file lies behind.
    init(_ pages: SandboxPages, of sandbox: StoppedSandbox) throws(InputError) {
        let faults = try sandbox.makeFaults()
        var failure = cprocess_faults_begin(faults, 1)
        for range in pages.watchable where failure == 0 {
            failure = cprocess_faults_watch(faults, range.lowerBound, range.upperBound)
        }
        guard failure == 0 else {
            close(faults)
            throw InputError(
                file: "process \(sandbox.process)",
                "userfaultfd cannot watch its memory: \(String(cString: strerror(-failure)))")
        }
        self.faults = faults
        // From here on the process does nothing until it goes on.
        try sandbox.look()
        let present = Set(SandboxPages(sandbox.space).addresses)
        var isMissing: [Bool] = []
        isMissing.reserveCapacity(pages.count)
        for run in pages.runs {
            for page in 0..<run.run.count {
                isMissing.append(!run.hasFile && !present.contains(run.run.start + UInt64(page * 4096)))
            }
        }
        self.isMissing = isMissing
    }
}
