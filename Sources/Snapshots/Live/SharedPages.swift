/// Which pages of a sandbox have been taken already: memory that several of its processes, or several regions
/// of one of them, map counts once.
///
/// Shared memory is known by its object and the offset in it. Pages that a forked process still has in common
/// with its parent are known by their frame, which the kernel tells only the privileged (`CAP_SYS_ADMIN`);
/// without that right each process counts its own.
struct SharedPages {
    private struct Object: Hashable {
        var device: UInt64
        var inode: UInt64
        var page: UInt64
    }

    /// Whether several processes make the sandbox, so that frames matter.
    private let isForked: Bool
    private var objects = Set<Object>()
    private var frames = Set<UInt64>()

    init(isForked: Bool) { self.isForked = isForked }

    /// Removes from `member` what is known already, and knows the rest from now on; how many pages were
    /// removed.
    mutating func removeKnown(from member: inout RawCapture.Member) -> Int {
        var kept: [AddressSpace.Content] = []
        kept.reserveCapacity(member.space.contents.count)
        var removed = 0
        let scanner = isForked ? PageScanner(thread: member.reader) : nil
        for content in member.space.contents {
            let region = member.space.regions[content.region]
            let isShared = region.isShared && region.hasFile
            guard isShared || isForked else {
                kept.append(content)
                continue
            }
            let frames = isShared ? [] : scanner?.frames(of: content.run) ?? []
            var run = PageRun(start: content.run.start, count: 0, state: content.run.state)
            func finish() {
                if run.count > 0 { kept.append(AddressSpace.Content(run: run, region: content.region)) }
            }
            for page in 0..<content.run.count {
                let address = content.run.start + UInt64(page) * 4096
                let isNew =
                    isShared
                    ? objects.insert(
                        Object(
                            device: region.device, inode: region.inode,
                            page: (region.fileOffset + address - region.range.lowerBound) / 4096)
                    ).inserted
                    : page >= frames.count || frames[page] == 0 || self.frames.insert(frames[page]).inserted
                if isNew {
                    if run.count == 0 { run.start = address }
                    run.count += 1
                } else {
                    finish()
                    run.count = 0
                    removed += 1
                }
            }
            finish()
        }
        member.space.contents = kept
        return removed
    }
}
