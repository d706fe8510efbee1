import EventKernel
import PageContent
import Verbs

/// The base pages that a deduplicated sandbox' restore reads, in the order of its pages.
struct PageList: Hashable {
    /// Base and page of each, in order.
    var pages: [BasePage]
    /// Pages of each base.
    var basePages: Int
    /// Where the list is from, in a few words.
    var source: String

    /// At most so many pages in a list.
    static let most = 8192

    /// The list of real pages: the target is deduplicated against the base, and each patched page names one to read.
    /// The base's address space lies over `hosts` hosts in equal parts, so that neighbours stay together. Nil when
    /// nothing resembles a base page.
    init?(_ found: CalibrationPages, hosts: Int, mostBasePages: Int) {
        let count = found.base.count
        let part = (count + hosts - 1) / hosts
        guard part > 0 else { return nil }
        let settings = DedupSettings(samplers: [SamplerSettings(.spread)])
        let outcome = Deduplicator(bases: [found.base], settings: settings, key: 1).deduplicate(found.target)
        var list: [BasePage] = []
        for page in outcome.pages {
            guard case .patched(_, let place, _) = page, place % part < mostBasePages else { continue }
            list.append(BasePage(base: place / part, page: place % part))
            if list.count == PageList.most { break }
        }
        if list.isEmpty { return nil }
        pages = list
        basePages = min(part, mostBasePages)
        source =
            "\(list.count) base pages that reading a sandbox back takes (\(found.source)), the base in \(hosts) parts"
    }

    /// A made list: runs of 1 to 8 pages, each in a base and at a place drawn at random.
    init(made count: Int, hosts: Int, basePages: Int, why: String) {
        var stream = RandomStream(seed: 1, purpose: .content, entity: 0)
        var list: [BasePage] = []
        while list.count < count {
            let run = min(1 + Int(stream.next() % 8), basePages, count - list.count)
            let base = Int(stream.next() % UInt64(hosts))
            let start = Int(stream.next() % UInt64(basePages - run + 1))
            list += (0..<run).map { BasePage(base: base, page: start + $0) }
        }
        pages = list
        self.basePages = basePages
        source = "\(count) made-up pages in runs of 1 to 8 (\(why))"
    }

    /// Numbers of pages whose reading is timed, rising to all.
    func counts(isQuick: Bool) -> [Int] {
        let powers = stride(from: 0, through: 12, by: isQuick ? 3 : 1).map { 1 << $0 }
        return powers.filter { $0 < pages.count } + [pages.count]
    }

    /// `count` of the pages that follow each other, at a place of their own in each round.
    func window(_ count: Int, round: Int) -> [BasePage] {
        let start = round * count % max(pages.count - count + 1, 1)
        return Array(pages[start..<start + count])
    }
}
