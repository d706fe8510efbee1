import Glibc
import Synchronization

/// Notices Ctrl-C, so that a command can stop cleanly. A second Ctrl-C ends the process at once.
enum Interrupt {
    private static let received = Atomic<Int32>(0)

    /// From now on `signal` tells whether the process was asked to stop.
    static func watch() {
        _ = received.load(ordering: .relaxed)
        for number in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { number in
                Interrupt.received.store(number, ordering: .relaxed)
            }
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
            sigaction(number, &action, nil)
        }
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
