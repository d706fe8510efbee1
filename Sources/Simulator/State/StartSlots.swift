/// The slots of a controller that begins so many calls at once, and the calls that wait for one, first come first
/// served.
struct StartSlots: ~Copyable {
    /// A call that waits.
    struct Entry: BitwiseCopyable {
        var call: Call
        var since: UInt64
    }

    private var free: Int
    private var entries: [Entry] = []
    private var first = 0

    /// As many slots, all free.
    init(_ count: Int) { free = count }

    /// How many calls wait.
    var waiting: Int { entries.count - first }

    /// Takes a slot.
    /// - Returns: whether one was free.
    mutating func take() -> Bool {
        if free == 0 { return false }
        free -= 1
        return true
    }

    /// A call waits for a slot.
    mutating func wait(_ call: Call, since: UInt64) { entries.append(Entry(call: call, since: since)) }

    /// A slot is given back.
    /// - Returns: the call that has waited the longest, which has the slot now; nil when none waits.
    mutating func giveBack() -> Entry? {
        if waiting == 0 {
            free += 1
            return nil
        }
        let entry = entries[first]
        first += 1
        if first > 64, first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
        return entry
    }
}
