import EventKernel
import PageContent

/// Measures what finding base pages costs on real pages, one core: fingerprints, the registry, look-up and choice, and
/// the deduplication of a whole sandbox.
struct SamplingCell {
    /// The pages that are deduplicated.
    let target: PageSet
    /// The pages of the base sandbox.
    let base: PageSet
    /// Of so many rounds the fastest counts.
    let rounds: Int

    /// A sandbox of 100 MiB.
    static let sandboxPages = 25_600

    /// Prints all figures.
    func measure() {
        let key: UInt64 = 0x5061_6765_666F_6C64
        for rule in [SamplingRule.artifact, .paper, .spread, .fixed, .location] {
            let sampler = PageSampler(SamplerSettings(rule), key: key)
            let seconds = fastest { FingerprintTable(of: target, sampler: sampler).count }
            report("pages/fingerprint/\(rule.name)", nanosecondsPerPage(seconds), "ns/page")
        }
        measureNaiveSpread(key: key)
        for rule in [SamplingRule.artifact, .spread] {
            measureRegistry(PageSampler(SamplerSettings(rule), key: key))
            measureDedup(DedupSettings(samplers: [SamplerSettings(rule)]), rule.name, key: key)
        }
    }

    /// The spread sampler as one would write it first: each window's hash from scratch, then all of them sorted.
    private func measureNaiveSpread(key: UInt64) {
        let sampler = PageSampler(SamplerSettings(.spread), key: key)
        let quick = fastest { FingerprintTable(of: target, sampler: sampler).count }
        let naive = fastest {
            var sum = 0
            for page in 0..<target.count {
                sum &+= naiveSpread(target.memory.page(page), key: key).count
            }
            return sum
        }
        report("pages/fingerprint/naive-spread", nanosecondsPerPage(naive), "ns/page")
        report("pages/fingerprint/naive-spread/ratio", naive / quick, "of-spread")
    }

    private func measureRegistry(_ sampler: PageSampler) {
        let rule = sampler.settings.rule.name
        let tables = [FingerprintTable(of: base, sampler: sampler)]
        let build = fastest { Registry(bases: tables, postingsCap: 32).pageCount }
        report("pages/registry/build/\(rule)", build * 1e9 / Double(base.count), "ns/page")
        let registry = Registry(bases: tables, postingsCap: 32)
        let memory = Double(registry.memory) / Double(base.count)
        report("pages/registry/memory/\(rule)", memory, "B/page")
        let table = FingerprintTable(of: target, sampler: sampler)
        let settings = DedupSettings(samplers: [sampler.settings])
        let lookup = fastest {
            // As deduplication does it: some pages at a time.
            var found = 0
            var page = 0
            while page < target.count {
                let end = min(page + 512, target.count)
                found +=
                    CandidateList(
                        for: page..<end, of: table, in: registry, settings: settings, preferred: 0
                    ).count
                page = end
            }
            return found
        }
        report("pages/lookup/\(rule)", nanosecondsPerPage(lookup), "ns/page")
    }

    private func measureDedup(_ settings: DedupSettings, _ rule: String, key: UInt64) {
        let deduplicator = Deduplicator(bases: [base], settings: settings, key: key)
        let seconds = fastest { deduplicator.deduplicate(target).pages.count }
        let outcome = deduplicator.deduplicate(target)
        let sandbox = seconds / Double(target.count) * Double(SamplingCell.sandboxPages)
        report("pages/dedup/\(rule)", nanosecondsPerPage(seconds), "ns/page")
        report("pages/dedup/\(rule)/sandbox", sandbox, "s/100-MiB")
        report("pages/dedup/\(rule)/hits", outcome.hitRate * 100, "percent")
        report("pages/dedup/\(rule)/saving", max(0, outcome.saving) * 100, "percent")
    }

    private func nanosecondsPerPage(_ seconds: Double) -> Double { seconds * 1e9 / Double(target.count) }

    /// CPU seconds of the fastest of some rounds of `body`, whose result is used so that nothing is left out.
    private func fastest(_ body: () -> Int) -> Double {
        var best = Double.infinity
        for _ in 0..<rounds {
            let start = processorSeconds()
            let result = body()
            best = min(best, processorSeconds() - start)
            precondition(result >= 0)
        }
        return best
    }
}

/// The five smallest hashes of the windows of `page`, found without any thought: the yardstick for `spread`.
private func naiveSpread(_ page: UnsafeRawPointer, key: UInt64) -> ArraySlice<UInt64> {
    let chunk = 64
    var hashes: [UInt64] = []
    hashes.reserveCapacity(Page.size / 16)
    var offset = 0
    while offset + chunk <= Page.size {
        var hash = key
        var bits: UInt64 = 0
        for step in stride(from: 0, to: chunk, by: 16) {
            let a = page.loadUnaligned(fromByteOffset: offset + step, as: UInt64.self)
            let b = page.loadUnaligned(fromByteOffset: offset + step + 8, as: UInt64.self)
            let product = (a ^ hash).multipliedFullWidth(by: b ^ 0x9E37_79B9_7F4A_7C15)
            hash = product.high ^ product.low
            bits |= a | b
        }
        if bits != 0 { hashes.append(hash) }
        offset += 16
    }
    hashes.sort()
    var last: Int?
    var kept = 0
    for index in hashes.indices where last.map({ hashes[$0] != hashes[index] }) ?? true {
        last = index
        hashes[kept] = hashes[index]
        kept += 1
        if kept == 5 { break }
    }
    return hashes[..<kept]
}
