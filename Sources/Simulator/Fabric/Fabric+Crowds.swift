import EventKernel

// Adapters that serve many flows. A flow is held up while its reader could take it faster than the source's link gives
// it, and then stands in the crowd's heap of ends; else it stands in the heap of all, as the flows of other adapters.
extension Fabric {
    /// Pages that `flow` has left at `now`, rounded up.
    func left(of flow: Int, at now: UInt64) -> Double {
        guard flows[flow].isHeldUp else { return flows[flow].left(at: now) }
        let time = crowds[crowd(of: flow)].time(at: now)
        guard flows[flow].virtualEnd > time else { return 0 }
        return min(
            Crowd.pages(in: flows[flow].virtualEnd - time, each: costs.link), Double(flows[flow].pages))
    }

    /// Whether the last page of `flow`, which reads, has come by `now`.
    func isDone(_ flow: Int, at now: UInt64) -> Bool {
        guard flows[flow].isHeldUp else { return heap.time(of: flow) <= now }
        return crowds[crowd(of: flow)].clock(at: flows[flow].virtualEnd) <= now
    }

    private func crowd(of flow: Int) -> Int { Int(adapters[Int(flows[flow].source)].crowd) }

    /// `source` serves so many flows now that they are a crowd.
    mutating func gather(at source: Int, _ now: UInt64) {
        let place: Int
        let crowd = Crowd(source: source, sharing: adapters[source].serving, now: now)
        if let free = freeCrowds.popLast() {
            place = free
            crowds[place] = crowd
        } else {
            place = crowds.count
            crowds.append(crowd)
        }
        adapters[source].crowd = Int32(place)
        crowdHeap.insert(place, time: .max, sequence: UInt64(source))
        var flow = Int(adapters[source].firstServed)
        while flow >= 0 {
            if flows[flow].isReading { join(flow, readerPace: readerPace(of: flow), now) }
            flow = Int(flows[flow].next[2])
        }
    }

    /// The crowd at `source` is none any more.
    mutating func disperse(at source: Int, _ now: UInt64) {
        let place = Int(adapters[source].crowd)
        let pace = costs.link * Double(adapters[source].serving)
        adapters[source].leastPace = .infinity
        while let (flow, key) = crowds[place].heldUp.first {
            release(flow, now)
            crowds[place].free.remove(flow, places: &pacePlaces)
            adapters[source].leastPace = min(adapters[source].leastPace, -key)
            set(pace: max(-key, pace), of: flow, now)
        }
        while let (flow, key) = crowds[place].free.first {
            crowds[place].free.remove(flow, places: &pacePlaces)
            adapters[source].leastPace = min(adapters[source].leastPace, key)
        }
        crowdHeap.remove(place)
        adapters[source].crowd = -1
        freeCrowds.append(place)
    }

    /// `flow`, of a crowd, could be read at `readerPace` from now on.
    mutating func join(_ flow: Int, readerPace: Double, _ now: UInt64) {
        let place = crowd(of: flow)
        if flows[flow].isHeldUp {
            if flows[flow].readerPace == readerPace { return }
            crowds[place].heldUp.set(flow, to: -readerPace, places: &pacePlaces)
        } else {
            if flow < pacePlaces.count, pacePlaces[flow] >= 0 {
                if flows[flow].readerPace == readerPace { return }
                crowds[place].free.set(flow, to: readerPace, places: &pacePlaces)
            } else {
                crowds[place].free.insert(flow, readerPace, places: &pacePlaces)
            }
            set(pace: readerPace, of: flow, now)
        }
        flows[flow].readerPace = readerPace
        touch(source: Int(flows[flow].source))
    }

    /// `flow` leaves the crowd that it is in, as it ends.
    mutating func leaveCrowd(_ flow: Int) {
        let place = crowd(of: flow)
        if flows[flow].isHeldUp {
            crowds[place].ends.remove(flow, places: &endPlaces)
            crowds[place].heldUp.remove(flow, places: &pacePlaces)
            crowdHeap.move(place, to: crowds[place].firstEnd)
        } else {
            crowds[place].free.remove(flow, places: &pacePlaces)
        }
    }

    /// Gives the link of the crowd at `source` its rate, and each flow its place among those that it holds up or does not.
    mutating func settleCrowd(at source: Int, _ now: UInt64) {
        let place = Int(adapters[source].crowd)
        crowds[place].share(among: adapters[source].serving, from: now)
        let pace = costs.link * Double(adapters[source].serving)
        while let (flow, readerPace) = crowds[place].free.first, readerPace < pace {
            crowds[place].free.remove(flow, places: &pacePlaces)
            crowds[place].heldUp.insert(flow, -readerPace, places: &pacePlaces)
            let left = isDone(flow, at: now) ? 0 : flows[flow].left(at: now)
            let span = left > 0 ? Crowd.span(left, each: costs.link) : 0
            heap.remove(flow)
            flows[flow].isHeldUp = true
            flows[flow].virtualEnd = crowds[place].time(at: now) + span
            let end = Crowd.End(virtual: flows[flow].virtualEnd, sequence: flows[flow].sequence)
            crowds[place].ends.insert(flow, end, places: &endPlaces)
        }
        while let (flow, key) = crowds[place].heldUp.first, -key >= pace {
            release(flow, now)
            set(pace: -key, of: flow, now)
        }
        crowdHeap.move(place, to: crowds[place].firstEnd)
    }

    /// The link does not hold up `flow` any more: it is one of those with a rate of their own, which is to be set.
    private mutating func release(_ flow: Int, _ now: UInt64) {
        let place = crowd(of: flow)
        let left = isDone(flow, at: now) ? 0 : left(of: flow, at: now)
        crowds[place].ends.remove(flow, places: &endPlaces)
        crowds[place].heldUp.remove(flow, places: &pacePlaces)
        crowds[place].free.insert(flow, flows[flow].readerPace, places: &pacePlaces)
        flows[flow].isHeldUp = false
        flows[flow].left = left
        flows[flow].since = now
        flows[flow].pace = -1
        heap.insert(flow, time: .max, sequence: flows[flow].sequence)
    }
}
