import Glibc

/// A thread that can be waited for. That none can be made is an error, where Foundation and Dispatch wait for ever.
package final class WorkerThread: Sendable {
    private let thread: pthread_t

    /// What the thread runs.
    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread that runs `body`.
    /// - Parameter stackSize: bytes of its stack.
    /// - Throws: `InputError` when the system has no thread left for this process.
    package init(stackSize: Int = 8 << 20, _ body: @escaping @Sendable () -> Void) throws(InputError) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackSize)
        let work = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        guard failure == 0 else {
            work.release()
            throw InputError(
                "no thread can be started: \(String(cString: strerror(failure)))",
                remedy: "raise the limits of threads and memory (ulimit -u, ulimit -v, the cgroup's pids.max)"
            )
        }
        self.thread = thread
    }

    /// Whether a thread can be started at all. Libraries that work with threads of their own, as GRDB does by Dispatch, wait
    /// for ever where none can be had.
    /// - Throws: `InputError` when not.
    package static func check() throws(InputError) { try WorkerThread {}.join() }

    /// Waits for its end. To be called once.
    package func join() { pthread_join(thread, nil) }

    /// Starts up to `count` threads that run `body`, as many as can be had and at least one: with fewer, work takes longer,
    /// and that is all.
    /// - Throws: `InputError` when not even one can be started.
    package static func start(
        _ count: Int, _ body: @escaping @Sendable () -> Void
    ) throws(InputError) -> [WorkerThread] {
        count < 1 ? [] : [try WorkerThread(body)] + upTo(count - 1, body)
    }

    private static func upTo(_ count: Int, _ body: @escaping @Sendable () -> Void) -> [WorkerThread] {
        var threads: [WorkerThread] = []
        while threads.count < count, let thread = try? WorkerThread(body) { threads.append(thread) }
        return threads
    }

    /// Runs `body` on the calling thread and on up to `count` - 1 others, as many as can be had, and waits for all: what
    /// they share among themselves is done however few there are.
    package static func together(_ count: Int, _ body: @Sendable () -> Void) {
        withoutActuallyEscaping(body) { body in
            let others = upTo(count - 1, body)
            body()
            for thread in others { thread.join() }
        }
    }
}
