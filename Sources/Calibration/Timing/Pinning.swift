import CCalibration
import Glibc
import Machine

/// Keeps the calling thread on one processor, so that it does not measure its own moves.
public struct Pinning: ~Copyable {
    /// The processor; nil when the kernel did not allow pinning.
    public let processor: Int?
    private var before = [UInt8](repeating: 0, count: 128)
    private var isKnown = false

    /// Pins the thread to the least busy of the processors that it may run on (affinity and cpuset are heeded, as
    /// both show in the mask), after watching them for `watch` milliseconds.
    public init(watch: UInt32 = 40) {
        isKnown = ccalibration_get_affinity(&before) == 0
        let allowed = Pinning.allowed
        let choice = Pinning.leastBusy(of: allowed, watch: watch)
        processor = choice.flatMap { ccalibration_pin(Int32($0)) == 0 ? $0 : nil }
    }

    /// Pins the thread to `processor`; `processor` is nil afterwards when it cannot run there.
    public init(to processor: Int) {
        isKnown = ccalibration_get_affinity(&before) == 0
        self.processor = ccalibration_pin(Int32(clamping: processor)) == 0 ? processor : nil
    }

    /// Lets the thread go where it could go before.
    deinit {
        if isKnown { _ = ccalibration_set_affinity(before) }
    }

    /// The processors that the calling thread may run on, rising.
    public static var allowed: [Int] { (0..<1024).filter { ccalibration_may_run_on(Int32($0)) == 1 } }

    private static func leastBusy(of allowed: [Int], watch: UInt32) -> Int? {
        guard allowed.count > 1 else { return allowed.first }
        let first = idleTimes()
        usleep(watch * 1000)
        let second = idleTimes()
        var best: (processor: Int, idle: UInt64)?
        for processor in allowed {
            let idle = (second[processor] ?? 0) &- (first[processor] ?? 0)
            if idle > best?.idle ?? 0 || best == nil { best = (processor, idle) }
        }
        return best?.processor
    }

    /// Ticks that each processor was idle or waited for disks, from /proc/stat.
    private static func idleTimes() -> [Int: UInt64] {
        var times: [Int: UInt64] = [:]
        for line in SystemFile.lines("/proc/stat") where line.hasPrefix("cpu") {
            let fields = line.split(separator: " ")
            guard fields.count > 5, let processor = Int(fields[0].dropFirst(3)) else { continue }
            times[processor] = (UInt64(fields[4]) ?? 0) + (UInt64(fields[5]) ?? 0)
        }
        return times
    }
}
