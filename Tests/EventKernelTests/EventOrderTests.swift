import EventKernel
import Testing

/// The events to come as a plain list: what both queues are held against.
private struct EventModel {
    var keys: [EventKey] = []
    var sequence: UInt64 = 0

    mutating func schedule(at time: SimTime, kind: UInt8, index: UInt32) {
        keys.append(EventKey(time: time, kind: kind, sequence: sequence, index: index))
        sequence += 1
    }

    mutating func removeFirst(before limit: EventKey) -> EventKey? {
        // Compared part by part, so that the packing of the key is tested too.
        let first = keys.indices.min {
            let (a, b) = (keys[$0], keys[$1])
            if a.instant != b.instant { return a.instant < b.instant }
            if a.kind != b.kind { return a.kind < b.kind }
            return $0 < $1
        }
        guard let first, keys[first] < limit else { return nil }
        return keys.remove(at: first)
    }
}

/// How far ahead the events of one random run lie: from all at once to far beyond any wheel.
private func delay(_ stream: inout RandomStream, scale: UInt64) -> UInt64 {
    switch stream.below(8) {
    case 0: return 0
    case 1: return stream.below(4)
    case 2: return stream.below(1 << min(scale + 12, 55))
    default: return stream.below(1 << scale)
    }
}

@Suite("The order of events")
struct EventOrderTests {
    @Test("A key orders by time, then kind, then sequence, and gives its parts back")
    func keyParts() {
        let keys = [
            EventKey(time: .zero, kind: 0, sequence: 0, index: 9),
            EventKey(time: .zero, kind: 0, sequence: 1, index: 3),
            EventKey(time: .zero, kind: 1, sequence: 0, index: 0),
            EventKey(time: .zero, kind: 15, sequence: 1 << 36 - 1, index: 1 << 24 - 1),
            EventKey(time: SimTime(nanoseconds: 1), kind: 0, sequence: 0, index: 0),
            EventKey(time: .never, kind: 3, sequence: 7, index: 5),
        ]
        for (a, b) in zip(keys, keys.dropFirst()) {
            #expect(a < b)
            #expect(!(b < a))
        }
        #expect(keys[3].kind == 15)
        #expect(keys[3].index == 1 << 24 - 1)
        #expect(keys[5].instant == .never)
        #expect(keys.allSatisfy { $0 < .last })
    }

    @Test("The queue gives events in the order of a sorted list", arguments: 1...40)
    func queueAgainstModel(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 1)
        var queue = EventQueue()
        var model = EventModel()
        var clock: UInt64 = 0
        let scale = seed
        for _ in 0..<1_500 {
            if stream.below(100) < 52 || model.keys.isEmpty {
                let time = SimTime(nanoseconds: clock + delay(&stream, scale: scale))
                let kind = UInt8(stream.below(16))
                let index = UInt32(stream.below(1 << 24))
                queue.schedule(at: time, kind: kind, index: index)
                model.schedule(at: time, kind: kind, index: index)
            } else {
                #expect(queue.first == queue.removeFirstAfterPeek(model.removeFirst(before: .last), &clock))
            }
            #expect(queue.count == model.keys.count)
        }
        while let expected = model.removeFirst(before: .last) { #expect(queue.removeFirst() == expected) }
        #expect(queue.first == .last)
    }

    @Test("The wheel gives events in the order of a sorted list, whatever its width", arguments: 1...60)
    func wheelAgainstModel(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 2)
        let widths = [1, 2, 5, 10, 16, 20, 25, 30, 36, 40]
        var wheel = EventWheel(slotBits: widths[Int(seed) % widths.count])
        var model = EventModel()
        var clock: UInt64 = 0
        let scale = 1 + stream.below(42)
        for _ in 0..<2_000 {
            switch stream.below(100) {
            case 0..<48:
                // At the current time too, and of a kind that comes before the one just handled.
                let time = SimTime(nanoseconds: clock + delay(&stream, scale: scale))
                let kind = UInt8(stream.below(16))
                let index = UInt32(stream.below(1 << 24))
                wheel.schedule(at: time, kind: kind, index: index)
                model.schedule(at: time, kind: kind, index: index)
            case 48..<70:
                let key = wheel.removeFirst(before: .last)
                #expect(key == model.removeFirst(before: .last))
                if let key { clock = key.time }
            default:
                let time = clock + delay(&stream, scale: scale)
                let limit = EventKey(
                    time: SimTime(nanoseconds: time), kind: UInt8(stream.below(16)), sequence: 0, index: 0)
                let key = wheel.removeFirst(before: limit)
                #expect(key == model.removeFirst(before: limit))
                clock = key?.time ?? time
            }
            #expect(wheel.count == model.keys.count)
        }
        while let expected = model.removeFirst(before: .last) {
            #expect(wheel.removeFirst(before: .last) == expected)
        }
        #expect(wheel.removeFirst(before: .last) == nil)
        #expect(wheel.count == 0)
    }

    @Test("The wheel keeps the order of a hold model over many turns", arguments: [1, 8, 14, 20])
    func wheelTurnsOften(slotBits: Int) {
        // Every event schedules another one: 200,000 events over several hundred turns of the narrowest wheel.
        var stream = RandomStream(seed: 7, purpose: .test, entity: UInt64(slotBits))
        var wheel = EventWheel(slotBits: slotBits)
        var queue = EventQueue()
        for index in 0..<300 {
            let time = SimTime(nanoseconds: stream.below(1 << 20))
            wheel.schedule(at: time, kind: 0, index: UInt32(index))
            queue.schedule(at: time, kind: 0, index: UInt32(index))
        }
        for step in 0..<200_000 {
            let expected = queue.removeFirst()
            guard let key = wheel.removeFirst(before: .last), key == expected else {
                Issue.record("the wheel and the queue part at step \(step)")
                return
            }
            let gap = stream.below(20) == 0 ? stream.below(1 << 24) : stream.below(1 << 16)
            let time = key.instant + .nanoseconds(gap)
            wheel.schedule(at: time, kind: UInt8(step % 16), index: UInt32(key.index))
            queue.schedule(at: time, kind: UInt8(step % 16), index: UInt32(key.index))
        }
    }
}

extension EventQueue {
    /// Removes the first event, checks it against `expected` and moves the clock to it.
    fileprivate mutating func removeFirstAfterPeek(_ expected: EventKey?, _ clock: inout UInt64) -> EventKey {
        let key = removeFirst()
        #expect(key == expected)
        clock = key.time
        return key
    }
}
