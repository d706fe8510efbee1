import Files
import Glibc

/// Work on a thread of its own.
enum OwnThread {
    /// Runs `body` on a thread of its own and waits for its end. The kernel lets go what the thread traces
    /// when it ends.
    static func run<Value>(_ body: @escaping () throws(InputError) -> Value) throws(InputError) -> Value {
        nonisolated(unsafe) var result: Result<Value, InputError>?
        nonisolated(unsafe) let body = body
        // Only one of the two threads runs at a time: this one waits.
        try WorkerThread {
            do throws(InputError) { result = .success(try body()) } catch { result = .failure(error) }
        }.join()
        guard let result else { throw InputError("a thread ended without a result") }
        return try result.get()
    }
}

/// Time for measurements and patience; it never reaches a simulation.
package enum Clock {
    /// Nanoseconds since some moment.
    package static func nanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Seconds since some moment.
    package static func now() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
