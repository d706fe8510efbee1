import Files
import Synchronization

/// Calls `body` for each whole number below `count`, on up to `threads` threads, and returns the results in
/// order: they are the same for any number of threads.
///
/// `worker` makes what each thread keeps to itself: scratch memory, codecs.
package func parallelMap<Worker, Result: Sendable>(
    count: Int, threads: Int, worker makeWorker: @Sendable () -> Worker,
    _ body: @Sendable (inout Worker, Int) -> Result
) -> [Result] {
    precondition(threads >= 1, "at least one thread is needed")
    let used = min(threads, count)
    if used <= 1 {
        var worker = makeWorker()
        return (0..<count).map { body(&worker, $0) }
    }
    let next = Atomic<Int>(0)
    let results = Mutex<[Result?]>(Array(repeating: nil, count: count))
    WorkerThread.together(used) {
        var worker = makeWorker()
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= count { return }
            let result = body(&worker, index)
            results.withLock { $0[index] = result }
        }
    }
    return results.withLock { $0.compactMap { $0 } }
}

/// Splits `count` things into ranges of at most `size`, in order.
package func ranges(of count: Int, size: Int) -> [Range<Int>] {
    stride(from: 0, to: count, by: size).map { $0..<min($0 + size, count) }
}
