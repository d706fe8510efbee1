import Verbs

/// One operation at a time.
extension RDMAMeasuring {
    /// An operation whose latency is measured.
    private struct Work {
        var kind: String
        var size: Int
        var transfer: TransferKind
        var plan: TransferPlan
    }

    mutating func latencies(_ transfer: Transfer) throws {
        let works = try works(transfer)
        var singles = [[[UInt64]]](repeating: [], count: works.count)
        for round in 0..<rounds {
            for (step, place) in order(works.count, round: round).enumerated() {
                let share = Double(round * works.count + step) / Double(rounds * works.count)
                try context.reached(0.25 * share, "latency, \(works[place].kind)")
                let work = works[place]
                singles[place].append(
                    try transfer.latency(work.plan, kind: work.transfer, warmUp: 2))
            }
        }
        for (work, times) in zip(works, singles) {
            if work.transfer == .read { try transfer.verify(work.plan) }
            let name = "\(work.kind) \(ByteText.short(work.size))"
            samples.latencies.append(
                .init(
                    kind: work.kind, size: work.size,
                    time: Measurement(name, singles: times, overhead: overhead)))
        }
        try swaps(transfer)
    }

    private func works(_ transfer: Transfer) throws -> [Work] {
        var works: [Work] = []
        func add(_ kind: String, _ size: Int, _ operation: TransferKind, _ region: Int) throws {
            let plan = try plan(operation, size: size, region: region, transfer)
            works.append(Work(kind: kind, size: size, transfer: operation, plan: plan))
        }
        for size in grid.sizes { try add("READ", size, .read, Region.main) }
        for size in grid.sizes { try add("WRITE", size, .write(inline: false), Region.writable) }
        for size in grid.sizes where size <= transfer.connections.inlineBytes {
            try add("WRITE inline", size, .write(inline: true), Region.writable)
        }
        return works
    }

    /// As many pieces as a round has time for, by a first look.
    private func plan(
        _ kind: TransferKind, size: Int, region: Int, _ transfer: Transfer
    ) throws -> TransferPlan {
        let bytes = transfer.connections.bytes(ofRegion: region)
        let first = TransferPlan.spread(size: size, count: 3, region: region, bytes: bytes)
        let look = try transfer.latency(first, kind: kind, warmUp: 1)
        let count = operations(each: Double(look.sorted()[1]), least: 8, most: 10_000)
        return .spread(size: size, count: count, region: region, bytes: bytes)
    }

    /// Each swap is checked by the next; an adapter may have none.
    private mutating func swaps(_ transfer: Transfer) throws {
        let word = Piece(region: Region.writable, offset: 0, length: 8)
        let singles: [[UInt64]]
        do {
            singles = try (0..<rounds).map { _ in try transfer.countUp(word, by: grid.isQuick ? 50 : 500) }
        } catch let error as VerbsError where error.reason == .request {
            samples.notes.append("no compare-and-swap: \(error)")
            return
        }
        samples.latencies.append(
            .init(
                kind: "compare-and-swap", size: 8,
                time: Measurement("compare-and-swap 8 B", singles: singles, overhead: overhead)))
    }

    /// That what is written lies there: pieces of every size are written and read back.
    mutating func writesArrive(_ transfer: Transfer) throws {
        var seeds = transfer.connections.seeds
        for (number, size) in grid.sizes.enumerated() {
            for isInline in [false, true] where !isInline || size <= transfer.connections.inlineBytes {
                let plan = TransferPlan.spread(
                    size: size, count: 4, region: Region.writable,
                    bytes: transfer.connections.bytes(ofRegion: Region.writable))
                seeds[Region.writable] = UInt64(1000 + 2 * number + (isInline ? 1 : 0))
                try transfer.write(plan, seed: seeds[Region.writable], inline: isInline)
                try transfer.verify(plan, seeds: seeds)
            }
        }
    }
}
