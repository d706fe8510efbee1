import CProcess
import Files
import Glibc

/// Stops every thread of a process and lets it go again.
///
/// The kernel lets go what a thread traces when that thread ends, whatever ends it: a target never stays
/// stopped, not even when Pagefold is killed. All calls must come from one thread.
package struct Tracer: ~Copyable {
    /// A thread that was seized.
    private struct Seized {
        var id: Int32
        var isStopped = false
        /// A signal that was on its way to the thread when it stopped; it gets it when it is let go.
        var signal: Int32 = 0
    }

    private var threads: [Seized] = []
    private let deadline: Double

    /// A tracer that gives up when a thread does not stop within `patience` seconds.
    package init(patience: Double = 5) { deadline = Clock.now() + patience }

    deinit { for thread in threads where thread.isStopped { _ = cprocess_detach(thread.id, thread.signal) } }

    /// How many threads are stopped.
    var count: Int { threads.count { $0.isStopped } }

    /// Stops all threads of `process`; those that are stopped, ascending.
    package mutating func stop(_ process: Int32) throws(InputError) -> [Int32] {
        var known = Set<Int32>()
        while true {
            guard let ids = ProcFile.numbers(in: "/proc/\(process)/task") else {
                throw LiveProcess.failure(process, number: errno)
            }
            let fresh = ids.filter { !known.contains($0) }
            // Nobody is left who could start another thread.
            if fresh.isEmpty { break }
            let first = threads.count
            for id in fresh {
                known.insert(id)
                try seize(id, of: process)
            }
            try wait(from: first, process)
        }
        let stopped = threads.filter { $0.isStopped && known.contains($0.id) }.map(\.id)
        if stopped.isEmpty { throw LiveProcess.failure(process, number: ESRCH) }
        return stopped
    }

    private mutating func seize(_ id: Int32, of process: Int32) throws(InputError) {
        var result = cprocess_seize(id)
        if result == 0 { result = cprocess_interrupt(id) }
        switch -result {
        case 0: threads.append(Seized(id: id))
        case ESRCH: return
        case EPERM:
            // A thread that has ended cannot be seized; the others still can.
            let state = ProcFile.state("/proc/\(process)/task/\(id)")?.state
            if state == nil || state == "Z" || state == "X" { return }
            throw LiveProcess.failure(process, number: EPERM)
        case let number: throw LiveProcess.failure(process, number: number)
        }
    }

    private mutating func wait(from first: Int, _ process: Int32) throws(InputError) {
        var pause: UInt32 = 5
        while true {
            var waiting = false
            for index in first..<threads.count where !threads[index].isStopped && threads[index].id != 0 {
                waiting = try !settle(index, process) || waiting
            }
            if !waiting { break }
            if Clock.now() > deadline {
                throw InputError(
                    file: "process \(process)", "a thread does not stop",
                    remedy: "it may be waiting for a device; try again later")
            }
            usleep(pause)
            pause = min(pause * 2, 1_000)
        }
        threads.removeAll { $0.id == 0 }
    }

    /// Whether the thread has stopped or is gone.
    private mutating func settle(_ index: Int, _ process: Int32) throws(InputError) -> Bool {
        var status: Int32 = 0
        let result = cprocess_poll(threads[index].id, &status)
        if result == 0 { return false }
        if result < 0 || status & 0xFF != 0x7F {
            threads[index].id = 0
            return true
        }
        // Above the stop's signal stands why: PTRACE_EVENT_STOP (128) for a stop that we asked for or a group
        // stop; nothing for a signal on its way to the thread.
        threads[index].isStopped = true
        if status >> 16 == 0 { threads[index].signal = status >> 8 & 0xFF }
        return true
    }

    /// The stack pointer and thread pointer of a stopped thread; nil where the machine is unknown.
    func registers(_ thread: Int32) -> (stack: UInt64, base: UInt64)? {
        var stack: UInt64 = 0
        var base: UInt64 = 0
        return cprocess_registers(thread, &stack, &base) == 0 ? (stack, base) : nil
    }

    /// Lets all threads go.
    package mutating func release() {
        for thread in threads where thread.isStopped { _ = cprocess_detach(thread.id, thread.signal) }
        threads.removeAll()
    }
}
