/// Where pages of an image are still missing in a process, which may move and give up its memory meanwhile.
struct MissingPages {
    /// Pages side by side, in the process and in the image.
    private struct Run {
        var start: UInt64
        var end: UInt64
        /// The number in the image of the page at `start`.
        var first: Int
    }

    /// By address.
    private var runs: [Run] = []
    private static let page: UInt64 = 4096

    /// All pages of `addresses`, which rise, that `isMissing` names.
    init(_ addresses: [UInt64], where isMissing: (Int) -> Bool) {
        for (number, address) in addresses.enumerated() where isMissing(number) {
            if let last = runs.last, last.end == address,
                last.first + Int((last.end - last.start) / MissingPages.page) == number
            {
                runs[runs.count - 1].end += MissingPages.page
            } else {
                runs.append(Run(start: address, end: address + MissingPages.page, first: number))
            }
        }
    }

    /// The page of the image that belongs to `address`; nil when none does.
    func page(at address: UInt64) -> Int? {
        guard let run = run(behind: address), run.start <= address else { return nil }
        return run.first + Int((address - run.start) / MissingPages.page)
    }

    /// The first run that ends behind `address`.
    private func run(behind address: UInt64) -> Run? {
        let place = place(behind: address)
        return place < runs.count ? runs[place] : nil
    }

    private func place(behind address: UInt64) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].end <= address { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The process has given up the pages from `start` up to `end`.
    mutating func remove(_ start: UInt64, _ end: UInt64) { _ = take(start, end) }

    /// The process has moved the pages from `start` up to `end` to `target`.
    mutating func move(_ start: UInt64, _ end: UInt64, to target: UInt64) {
        let moved = take(start, end)
        // Whatever was there is gone.
        _ = take(target, target + (end - start))
        for run in moved {
            let place = place(behind: target + (run.start - start))
            runs.insert(
                Run(
                    start: target + (run.start - start), end: target + (run.end - start), first: run.first),
                at: place)
        }
    }

    /// Cuts the pages from `start` up to `end` out.
    private mutating func take(_ start: UInt64, _ end: UInt64) -> [Run] {
        var taken: [Run] = []
        var place = place(behind: start)
        while place < runs.count, runs[place].start < end {
            let run = runs.remove(at: place)
            let (low, high) = (max(run.start, start), min(run.end, end))
            func part(_ from: UInt64, _ to: UInt64) -> Run {
                Run(start: from, end: to, first: run.first + Int((from - run.start) / MissingPages.page))
            }
            taken.append(part(low, high))
            if run.start < low {
                runs.insert(part(run.start, low), at: place)
                place += 1
            }
            if high < run.end {
                runs.insert(part(high, run.end), at: place)
                place += 1
            }
        }
        return taken
    }

    /// The last one, by address; nil when none is missing.
    var last: (address: UInt64, page: Int)? {
        guard let run = runs.last else { return nil }
        let address = run.end - MissingPages.page
        return (address, run.first + Int((address - run.start) / MissingPages.page))
    }
}
