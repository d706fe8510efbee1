/// A registry in the making: first all hashes are counted, then the lists get their room, then the pages go in.
struct RegistryBuilder {
    private(set) var slots: [RegistrySlot]
    private(set) var lists: [UInt32] = []
    /// The length of the longest list; 1 when there is none.
    private(set) var longest = 1
    private let postingsCap: Int
    /// The slot of each hash, in the order in which they come.
    private var places: [UInt32] = []
    private var filled = 0

    /// Stands for the one page of a slot until that comes; no page has this value.
    private static let open = Registry.isList - 1

    init(hashes: Int, postingsCap: Int) {
        // Two thirds full at most: a look-up that finds nothing probes five slots on average, most in one cache line.
        let capacity = hashes + hashes / 2 + 8
        precondition(capacity < Int(Registry.isList), "more chunks than a registry can hold")
        slots = Array(repeating: RegistrySlot(), count: capacity)
        places.reserveCapacity(hashes)
        self.postingsCap = postingsCap
    }

    /// Finds the slots of all hashes of `table`; a slot's value counts its pages meanwhile.
    mutating func count(_ table: FingerprintTable) {
        slots.withUnsafeMutableBufferPointer { slots in
            for page in 0..<table.count {
                table.withFingerprint(of: page) { fingerprint in
                    for hash in fingerprint {
                        let tag = UInt32(truncatingIfNeeded: hash)
                        var slot = Registry.slot(of: hash, capacity: slots.count)
                        while slots[slot].value != 0, slots[slot].tag != tag {
                            slot &+= 1
                            if slot == slots.count { slot = 0 }
                        }
                        slots[slot] = RegistrySlot(tag: tag, value: slots[slot].value &+ 1)
                        places.append(UInt32(truncatingIfNeeded: slot))
                    }
                }
            }
        }
    }

    /// Turns the counts into single pages to come and lists with room for what the cap allows.
    mutating func makeRoom() {
        var size = 0
        slots.withUnsafeMutableBufferPointer { slots in
            for slot in slots.indices where slots[slot].value != 0 {
                let kept = min(Int(slots[slot].value), postingsCap)
                if kept == 1 {
                    slots[slot].value = RegistryBuilder.open
                } else {
                    slots[slot].value = UInt32(truncatingIfNeeded: size) | Registry.isList
                    size += kept + 1
                    longest = max(longest, kept)
                }
            }
        }
        precondition(size < Int(Registry.isList), "more chunks than a registry can hold")
        lists = Array(repeating: 0, count: size)
    }

    /// Puts in the pages of `table`, whose first one has the number `first`; the tables in the order of counting.
    mutating func fill(_ table: FingerprintTable, first: UInt32) {
        slots.withUnsafeMutableBufferPointer { slots in
            lists.withUnsafeMutableBufferPointer { lists in
                for page in 0..<table.count {
                    let number = first &+ UInt32(truncatingIfNeeded: page)
                    for _ in 0..<table.hashCount(of: page) {
                        let slot = Int(places[filled])
                        filled &+= 1
                        let value = slots[slot].value
                        if value & Registry.isList == 0 {
                            // Under a cap of one page the first one stays.
                            if value == RegistryBuilder.open { slots[slot].value = number &+ 1 }
                        } else {
                            let start = Int(value & ~Registry.isList)
                            let length = Int(lists[start])
                            if length < postingsCap {
                                lists[start &+ 1 &+ length] = number
                                lists[start] = UInt32(truncatingIfNeeded: length &+ 1)
                            }
                        }
                    }
                }
            }
        }
    }
}
