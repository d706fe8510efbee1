import Verbs

/// Many operations under way.
extension RDMAMeasuring {
    private struct Work {
        var line: String
        var size: Int
        var posting: Posting
        var kind = TransferKind.read
        var isOfLine = true
        var region = Region.main
    }

    /// Reads by depth, posted one by one and in batches.
    mutating func depths(_ transfer: Transfer, most: Int) throws {
        var works: [Work] = []
        for (size, deepest) in [(8, 256), (4096, 256), (65_536, 64)] {
            for depth in grid.depths where depth <= min(most, deepest) {
                works.append(
                    Work(
                        line: "\(ByteText.short(size)), singly", size: size, posting: Posting(depth: depth)))
                if size > 4096 || depth < RDMAGrid.batch { continue }
                works.append(
                    Work(
                        line: "\(ByteText.short(size)), \(RDMAGrid.batch) at once", size: size,
                        posting: Posting(depth: depth, batch: RDMAGrid.batch)))
            }
        }
        works.append(
            Work(line: "1 MiB, singly", size: 1 << 20, posting: Posting(depth: min(8, most)), isOfLine: false)
        )
        try measure(works, transfer, span: 0.25...0.5, detail: "throughput")
    }

    /// Ways of posting that change nothing in what is moved.
    mutating func variants(_ transfer: Transfer, most: Int) throws {
        let depth = min(64, most)
        guard depth >= RDMAGrid.batch else { return }
        var works = [
            Work(
                line: "READ 8 B, 16 at once, each signalled", size: 8,
                posting: Posting(depth: depth, batch: RDMAGrid.batch, isChained: true, signalEvery: 1)),
            Work(
                line: "READ 8 B, 16 at once, one in 16 signalled", size: 8,
                posting: Posting(
                    depth: depth, batch: RDMAGrid.batch, isChained: true, signalEvery: RDMAGrid.batch)),
            Work(
                line: "READ 8 B, 16 at once, without a list", size: 8,
                posting: Posting(depth: depth, batch: RDMAGrid.batch, isChained: false, signalEvery: 1)),
            Work(
                line: "WRITE 64 B, 16 at once", size: 64,
                posting: Posting(depth: depth, batch: RDMAGrid.batch, isChained: true, signalEvery: 1),
                kind: .write(inline: false), region: Region.writable),
        ]
        if transfer.connections.inlineBytes >= 64 {
            works.append(
                Work(
                    line: "WRITE 64 B, 16 at once, inline", size: 64,
                    posting: Posting(depth: depth, batch: RDMAGrid.batch, isChained: true, signalEvery: 1),
                    kind: .write(inline: true), region: Region.writable))
        }
        for place in works.indices { works[place].isOfLine = false }
        try measure(works, transfer, span: 0.5...0.55, detail: "ways of posting")
    }

    /// Small reads over several connections: one alone may be what bounds the rate.
    mutating func messageRate(_ transfer: Transfer) throws {
        let depth = min(256, transfer.connections.count * transfer.connections.depth)
        guard depth >= RDMAGrid.batch else { return }
        let posting = Posting(depth: depth, batch: RDMAGrid.batch, signalEvery: RDMAGrid.batch)
        let line = "READ 8 B, \(transfer.connections.count) connections, 16 at once, one in 16 signalled"
        try measure(
            [Work(line: line, size: 8, posting: posting, isOfLine: false)], transfer, span: 0.55...0.57,
            detail: "throughput")
    }

    /// Two-MiB pages at both ends, where they are reserved.
    mutating func hugePages() throws {
        try context.reached(0.78, "huge pages")
        do {
            let session = try settings.session([RegionRequest(bytes: 16 << 20, pages: .huge)])
            let connections = try Connections(session, settings: ConnectionSettings(depth: 64), most: 1)
            try connections.add(1)
            let transfer = try Transfer(connections, landingBytes: 4 << 20, pages: .huge)
            var singles: [[UInt64]] = []
            let look = try transfer.latency(.spread(size: 4096, count: 3, bytes: 16 << 20), warmUp: 1)
            let count = operations(each: Double(look[1]), least: 8, most: 10_000)
            let plan = TransferPlan.spread(size: 4096, count: count, bytes: 16 << 20)
            for _ in 0..<rounds { singles.append(try transfer.latency(plan, warmUp: 2)) }
            try transfer.verify(plan)
            samples.latencies.append(
                .init(
                    kind: "READ, huge pages", size: 4096,
                    time: Measurement("READ 4 KiB, huge pages", singles: singles, overhead: overhead)))
            try measure(
                [
                    Work(
                        line: "READ 4 KiB, huge pages, 16 at once", size: 4096,
                        posting: Posting(depth: 64, batch: RDMAGrid.batch), isOfLine: false)
                ], transfer, span: 0.78...0.8, detail: "huge pages")
            samples.registrations += try registrations(session, sizes: [1 << 24], pages: .huge)
        } catch let error as VerbsError
            where [.resources, .peer, .unavailable].contains(error.reason)
        {
            samples.notes.append("no huge pages: \(error)")
        }
    }

    private mutating func measure(
        _ works: [Work], _ transfer: Transfer, span: ClosedRange<Double>, detail: String
    ) throws {
        let plans = try works.map { try plan(for: $0, transfer) }
        var means = [[Double]](repeating: [], count: works.count)
        for round in 0..<rounds {
            for (step, place) in order(works.count, round: round).enumerated() {
                let share = Double(round * works.count + step) / Double(rounds * works.count)
                try context.reached(
                    span.lowerBound + share * (span.upperBound - span.lowerBound), detail)
                let work = works[place]
                let sample = try transfer.rate(plans[place], kind: work.kind, posting: work.posting)
                means[place].append(Double(sample.nanoseconds) / Double(sample.operations))
            }
        }
        for (place, work) in works.enumerated() {
            if work.kind == .read { try transfer.verify(plans[place]) }
            let name = work.isOfLine ? "\(work.line), depth \(work.posting.depth)" : work.line
            samples.rates.append(
                .init(
                    line: work.line, size: work.size, depth: work.posting.depth,
                    time: Measurement(name, means: means[place], batch: plans[place].pieces.count),
                    isOfLine: work.isOfLine))
        }
    }

    private func plan(for work: Work, _ transfer: Transfer) throws -> TransferPlan {
        let bytes = transfer.connections.bytes(ofRegion: work.region)
        let least = 2 * work.posting.depth
        let first = TransferPlan.spread(size: work.size, count: least, region: work.region, bytes: bytes)
        let look = try transfer.rate(first, kind: work.kind, posting: work.posting)
        let count = operations(
            each: Double(look.nanoseconds) / Double(look.operations), least: least)
        return .spread(size: work.size, count: count, region: work.region, bytes: bytes)
    }
}
