import Files
import Glibc
import PageContent

/// What was taken from a target while it stood still.
struct RawCapture {
    /// One process of the sandbox.
    struct Member {
        /// The thread through which its memory is read.
        var reader: Int32
        /// Its threads.
        var threads: [Int32]
        /// What it has mapped.
        var space: AddressSpace
        /// Where its threads' stacks lie.
        var stacks: [Range<UInt64>] = []
    }

    let devices: MemoryDevices
    var buffer: CopyBuffer
    var spaces: [Member] = []
    var report = LiveProcess.Report()
    var labels: [SnapshotLabel] = []
    /// Pages of the buffer that could not be read.
    private var unreadable: [Int] = []

    init(devices: MemoryDevices, buffer: CopyBuffer) {
        self.devices = devices
        self.buffer = buffer
    }

    /// Adds a process that stands still. What another one of the sandbox holds already is not taken again.
    mutating func add(_ member: Member, sharing: inout SharedPages) {
        var member = member
        report.sharedAgain += sharing.removeKnown(from: &member)
        spaces.append(member)
    }

    /// Copies all pages of all processes.
    mutating func copy() throws(InputError) {
        let pages = spaces.reduce(0) { $0 + $1.space.pages }
        // It grew more than was allowed for: the copying now waits for memory, which takes longer.
        if pages > buffer.capacity { buffer = try CopyBuffer(pages: pages, touched: false) }
        let begin = Clock.now()
        var done = 0
        for member in spaces {
            var copier = try PageCopier(thread: member.reader, to: buffer.base + done * Page.size)
            try copier.copy(member.space.contents.lazy.map(\.run))
            unreadable += copier.unreadable.map { $0 + done }
            done += member.space.pages
        }
        report.copying = Clock.now() - begin
        report.bytes = done * Page.size
        report.unreadable = unreadable.count
    }

    /// Remembers where the threads of process `index` have their stacks.
    mutating func noteStacks(_ tracer: borrowing Tracer, _ index: Int) {
        for thread in spaces[index].threads {
            guard let (stack, base) = tracer.registers(thread) else { continue }
            // The thread pointer lies in the uppermost page of the block that holds a thread's stack: only
            // its descriptor follows, which is smaller than a page (glibc, musl).
            let end = base / 4096 * 4096 + 4096
            if stack < base && base - stack < 1 << 30 {
                spaces[index].stacks.append(stack / 4096 * 4096..<end)
            }
        }
    }

    /// The snapshot, made while the target runs again.
    consuming func capture(as label: InstanceLabel) -> LiveProcess.Capture {
        var tables = CapturedPages(unreadable: unreadable)
        var objects = SharedObjects()
        for (number, member) in spaces.enumerated() {
            let regions = LiveRegions(
                member.space.regions, devices: devices, process: number, stacks: member.stacks,
                objects: &objects)
            tables.add(member.space, regions, contents: buffer)
        }
        report.swapped = tables.swapped
        if spaces.contains(where: { !$0.space.isExact }) {
            labels.append(SnapshotLabel(name: "page-map", value: "old kernel: huge pages unknown"))
        }
        let pages = tables.pageSet(as: label, buffer)
        let snapshot = Snapshot(pages: pages, labels: labels, provenance: Provenance(.process))
        return LiveProcess.Capture(snapshot: snapshot, report: report)
    }
}
