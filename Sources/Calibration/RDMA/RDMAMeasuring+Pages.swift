import Verbs

/// The pattern that matters: thousands of scattered base pages from several hosts.
extension RDMAMeasuring {
    /// The longest run that is read as one.
    static let longestRun = 64 << 10

    /// Reads growing parts of the list, page by page and with runs merged, over a connection for each base.
    mutating func pageLists(_ transfer: Transfer, depth: Int) throws {
        let counts = list.counts(isQuick: grid.isQuick)
        let works =
            counts.map { (count: $0, isMerged: false) }
            + [(count: list.pages.count, isMerged: true)]
        var totals = [[Double]](repeating: [], count: works.count)
        var reads = [[Int]](repeating: [], count: works.count)
        let posting = Posting(
            depth: min(depth, transfer.connections.count * transfer.connections.depth),
            batch: min(RDMAGrid.batch, depth), goesByRegion: true)
        for round in 0..<rounds {
            for (step, place) in order(works.count, round: round).enumerated() {
                let share = Double(round * works.count + step) / Double(rounds * works.count)
                try context.reached(0.57 + 0.1 * share, "page lists")
                let (count, isMerged) = works[place]
                // Short lists are over in no time: several of them, each with its own pages.
                let repeats = count < 64 ? 16 : 1
                var sum = 0.0
                for turn in 0..<repeats {
                    let plan = plan(list.window(count, round: round * repeats + turn), isMerged)
                    if turn == 0 { reads[place].append(plan.pieces.count) }
                    sum += Double(try transfer.rate(plan, posting: posting).nanoseconds)
                }
                totals[place].append(sum / Double(repeats))
            }
        }
        for isMerged in [false, true] { try transfer.verify(plan(list.pages, isMerged)) }
        for (place, work) in works.enumerated() {
            let name =
                "\(work.count) \(work.count == 1 ? "page" : "pages")\(work.isMerged ? ", runs merged" : "")"
            samples.pages.append(
                .init(
                    isMerged: work.isMerged, pages: work.count, reads: reads[place].max() ?? work.count,
                    time: Measurement(name, means: totals[place], batch: 1)))
        }
    }

    private func plan(_ pages: [BasePage], _ isMerged: Bool) -> TransferPlan {
        var plan = TransferPlan.pages(pages, merging: isMerged, longest: RDMAMeasuring.longestRun)
        for place in plan.pieces.indices { plan.pieces[place].region += Region.bases }
        return plan
    }
}
