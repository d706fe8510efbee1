import CProcess
import Files
import Glibc
import Machine
import PageContent

/// One capture: what is prepared, what is done while the target stands still, and what comes after.
struct CaptureWork {
    private let process: Int32
    private let options: LiveProcess.Options

    init(_ process: Int32, _ options: LiveProcess.Options) {
        self.process = process
        self.options = options
    }

    /// Runs on a thread of its own, which ends with it.
    func run() throws(InputError) -> RawCapture {
        let devices = MemoryDevices(of: process)
        var estimate = 0
        for member in members() {
            do throws(InputError) {
                estimate += try AddressSpace(of: member, devices: devices).pages
            } catch  where member != process {
                // A child may end before anybody is stopped.
            }
        }
        // Room to spare for what the target allocates until it stands still.
        let wanted = estimate + estimate / 8 + 2_048
        try CaptureWork.checkMemory(pages: wanted)
        var raw = RawCapture(devices: devices, buffer: try CopyBuffer(pages: wanted, touched: true))
        CaptureWork.hurry()
        let begin = Clock.now()
        var tracer = Tracer()
        try stopAll(&tracer, &raw)
        raw.report.threads = tracer.count
        try raw.copy()
        for index in raw.spaces.indices { raw.noteStacks(tracer, index) }
        tracer.release()
        raw.report.stopped = Clock.now() - begin
        // From here on the target runs again; its facts do not change, but it may end.
        raw.labels = ProcessFacts.labels(of: process, regions: raw.spaces.first?.space.regions ?? [])
        return raw
    }

    /// Stops the processes of the sandbox, from the first one down, until nobody new is found.
    private func stopAll(_ tracer: inout Tracer, _ raw: inout RawCapture) throws(InputError) {
        var stopped = Set<Int32>()
        var sharing = SharedPages(isForked: options.includesChildren)
        while true {
            let fresh = members().filter { !stopped.contains($0) }
            if fresh.isEmpty { break }
            for member in fresh {
                stopped.insert(member)
                do throws(InputError) {
                    let threads = try tracer.stop(member)
                    guard let reader = threads.first else { continue }
                    let space = try AddressSpace(of: reader, devices: raw.devices)
                    let part = RawCapture.Member(reader: reader, threads: threads, space: space)
                    raw.add(part, sharing: &sharing)
                } catch  where member != process && kill(member, 0) != 0 && errno == ESRCH {
                    // It ended before it could be stopped.
                }
            }
        }
        raw.report.processes = raw.spaces.count
    }

    /// The processes of the sandbox as of now, the first one first.
    private func members() -> [Int32] {
        guard options.includesChildren else { return [process] }
        var parents: [(child: Int32, parent: Int32)] = []
        for id in ProcFile.numbers(in: "/proc") ?? [] {
            if let (state, parent, _) = ProcFile.state("/proc/\(id)"), state != "Z", state != "X" {
                parents.append((id, parent))
            }
        }
        var found = [process]
        var next = 0
        while next < found.count {
            found += parents.filter { $0.parent == found[next] && $0.child != getpid() }.map(\.child)
            next += 1
        }
        return found
    }

    /// Runs this thread, which ends with the capture, before all others, so that the target does not wait for
    /// other processes' work too. Where the right to is missing, it may have to.
    private static func hurry() {
        var priority = sched_param()
        priority.sched_priority = 1
        if sched_setscheduler(0, SCHED_RR, &priority) != 0 {
            setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -20)
        }
    }

    /// Refuses what would drive the machine out of memory.
    private static func checkMemory(pages: Int) throws(InputError) {
        let share = MachineShare.now()
        guard let left = share.memory, UInt64(pages) * 4096 > left else { return }
        throw InputError(
            "a copy of its memory takes \(pages / 256) MiB, and \(share.memoryBound) leaves \(left >> 20) MiB",
            remedy: "end something else, raise that limit, or capture on a larger machine")
    }
}
