import Machine

/// The one account of all that a server takes for a client: memory that is offered, queue pairs, receives, completion
/// queues, buffers. Nothing is made before it is booked, so that a client's numbers cannot take more than the limit,
/// whatever they are made of.
struct MemoryBudget {
    /// The most bytes that may be taken.
    let limit: Int
    /// Bytes taken by now.
    private(set) var used = 0
    private let left: () -> MachineShare

    /// An account of `limit` bytes. `left` says what the machine has left now.
    init(limit: Int, left: @escaping () -> MachineShare = { MachineShare.now() }) {
        self.limit = limit
        self.left = left
    }

    /// Books `bytes` for `what`. Throws `.resources` when that is more than the limit leaves, or than the machine has:
    /// others may have taken memory since the limit was set. A sixteenth of what it has is left to it.
    mutating func take(_ bytes: Int, for what: String) throws(VerbsError) {
        guard bytes <= limit - used else {
            throw VerbsError(
                .resources,
                "the client asks for \(what), \(Self.text(bytes)) with what keeps account of it; the server gives at "
                    + "most \(Self.text(limit)), of which it has \(Self.text(limit - used)) left",
                remedy: "ask for less, or give the server a larger --memory")
        }
        let share = left()
        if let memory = share.memory, bytes > Int(clamping: memory - memory / 16) {
            throw VerbsError(
                .resources,
                "the client asks for \(what), \(Self.text(bytes)), and \(share.memoryBound) leaves the server "
                    + "\(Self.text(Int(clamping: memory)))", remedy: "ask for less")
        }
        used += bytes
    }

    /// Books back what is no longer there.
    mutating func giveBack(_ bytes: Int) { used -= min(bytes, used) }

    /// What a server gives unless told otherwise: half of what the machine has left, and 4 GiB at most.
    static func standard(_ share: MachineShare = .now()) -> Int {
        min(4 << 30, share.memory.map { Int(clamping: $0 / 2) } ?? 256 << 20)
    }

    private static func text(_ bytes: Int) -> String {
        bytes >= 10 << 20 ? "\(bytes >> 20) MiB" : "\((bytes + 1023) >> 10) KiB"
    }
}

/// What things take, in bytes: not less than any driver was seen to take, as an account must not be too low.
enum MemoryPrice {
    /// A session: its sockets and the longest message, as bytes and read.
    static let session = 1 << 20

    /// Memory that is offered: whole pages, and for each a place in the device's tables and in the kernel's lists.
    static func region(_ request: RegionRequest) -> Int {
        let pages = MappedMemory.pages(request.bytes, request.pages)
        return pages * (request.pages.size + 64) + (16 << 10)
    }

    /// A queue of `entries`: drivers round to a power of two above, and take 64 to 128 bytes for each.
    static func queue(_ entries: Int) -> Int {
        var slots = 1
        while slots <= entries { slots *= 2 }
        return slots * 128 + (16 << 10)
    }

    /// A queue pair with so many receives of its own.
    static func queuePair(receives: Int) -> Int { (16 << 10) + queue(receives) }
}
