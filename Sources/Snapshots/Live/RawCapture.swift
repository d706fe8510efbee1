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

    /// Copies all pages of all processes.
    mutating func copy() throws(InputError) {
        let pages = spaces.reduce(0) { $0 + $1.space.pages }
        // It grew more than was allowed for: the copying now waits for memory, which takes longer.
        if pages > buffer.capacity { buffer = try CopyBuffer(pages: pages, touched: false) }
        let begin = Clock.now()
        var done = 0
        for member in spaces {
            let runs = member.space.contents.map(\.run)
            let copier = PageCopier(thread: member.reader)
            let failed = try copier.copy(runs[...], to: buffer.base + done * Page.size)
            unreadable += failed.map { $0 + done }
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
            // The thread pointer lies at the upper end of the block that holds a thread's stack: what follows it
            // is no more than its descriptor (glibc, musl).
            let end = base / 4096 * 4096 + 2 * 4096
            if stack < base && base - stack < 1 << 30 {
                spaces[index].stacks.append(stack / 4096 * 4096..<end)
            }
        }
    }

    /// The snapshot, made while the target runs again.
    consuming func capture(as label: InstanceLabel) -> LiveProcess.Capture {
        var kinds: [PageKind] = []
        var places: [PagePlace] = []
        var files: [FilePage] = []
        var huge = 0
        var zeros = 0
        for (number, member) in spaces.enumerated() {
            let naming = RegionNaming(member.space.regions, devices: devices, process: number)
            for content in member.space.contents {
                let kind = naming.kind(content.region)
                if content.run.state.contains(.huge) { huge += content.run.count }
                if content.run.state.contains(.swapped) { report.swapped += content.run.count }
                for page in 0..<content.run.count {
                    let address = content.run.start + UInt64(page * Page.size)
                    kinds.append(kind)
                    places.append(naming.place(address, in: content.region))
                }
            }
            for content in member.space.filePages {
                for page in 0..<content.run.count {
                    let address = content.run.start + UInt64(page * Page.size)
                    files.append(RegionNaming.filePage(address, in: member.space.regions[content.region]))
                }
            }
            zeros += member.space.zeroMappings
        }
        buffer.shrink(to: kinds.count)
        let pages = PageSet(
            label: label, memory: buffer.pages(kinds.count), kinds: kinds, places: places, hugePages: huge,
            filePages: RawCapture.unique(files), zeroMappings: zeros)
        return LiveProcess.Capture(snapshot: Snapshot(pages: pages, labels: labels), report: report)
    }

    private static func unique(_ files: [FilePage]) -> [FilePage] {
        var found: [FilePage] = []
        for page in files.sorted() where page != found.last { found.append(page) }
        return found
    }
}
