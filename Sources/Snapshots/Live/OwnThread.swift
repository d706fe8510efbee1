import Files
import Glibc

/// Work on a thread of its own.
enum OwnThread {
    /// What the thread runs.
    private final class Work {
        let body: () -> Void
        init(_ body: @escaping () -> Void) { self.body = body }
    }

    /// Runs `body` on a thread of its own and waits for its end. The kernel lets go what the thread traces
    /// when it ends.
    static func run<Value>(_ body: @escaping () throws(InputError) -> Value) throws(InputError) -> Value {
        var result: Result<Value, InputError>?
        try start {
            do throws(InputError) { result = .success(try body()) } catch { result = .failure(error) }
        }
        guard let result else { throw InputError("a thread ended without a result") }
        return try result.get()
    }

    private static func start(_ body: @escaping () -> Void) throws(InputError) {
        let box = Unmanaged.passRetained(Work(body))
        var thread = pthread_t()
        let failure = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        guard failure == 0 else {
            box.release()
            throw InputError("no thread can be started: \(String(cString: strerror(failure)))")
        }
        pthread_join(thread, nil)
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
