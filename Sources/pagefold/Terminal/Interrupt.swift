import Glibc
import Synchronization

/// Notices Ctrl-C, `kill`, and a terminal that goes away, so that a command can stop cleanly. The second signal of a kind
/// ends the process at once.
enum Interrupt {
    private static let received = Atomic<Int32>(0)
    /// A bit for each signal that came.
    private static let seen = Atomic<UInt64>(0)
    /// What asks a command to stop: Ctrl-C, `kill` and batch systems, the end of the terminal or of the connection.
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// From now on `signal` tells whether the process was asked to stop.
    static func watch() {
        _ = received.load(ordering: .relaxed)
        _ = seen.load(ordering: .relaxed)
        var wanted = sigset_t()
        sigemptyset(&wanted)
        for number in signals {
            var old = sigaction()
            sigaction(number, nil, &old)
            // Who started us, such as nohup or a shell with `&`, may have asked that the signal be ignored.
            if isIgnored(old) { continue }
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                let bit = UInt64(1) << UInt64(number)
                if Interrupt.seen.bitwiseOr(bit, ordering: .relaxed).oldValue & bit != 0 {
                    Glibc.signal(number, SIG_DFL)
                    raise(number)
                }
                Interrupt.received.store(number, ordering: .relaxed)
            }
            sigaction(number, &action, nil)
            sigaddset(&wanted, number)
        }
        // Threads of some parents block signals, and children inherit that.
        pthread_sigmask(SIG_UNBLOCK, &wanted, nil)
    }

    private static func isIgnored(_ action: sigaction) -> Bool {
        func address(_ handler: __sighandler_t?) -> Int { unsafeBitCast(handler, to: Int.self) }
        return address(action.__sigaction_handler.sa_handler) == address(SIG_IGN)
    }

    /// The signal received; nil while there is none.
    static var signal: Int32? {
        let number = received.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// - Throws: `Failure.Interrupted` once a signal was received.
    static func check() throws {
        if let signal { throw Failure.Interrupted(signal: signal) }
    }
}
