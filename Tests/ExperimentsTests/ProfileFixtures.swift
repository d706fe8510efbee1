import EventKernel
import PageContent

/// Profiles of made-up sandboxes.
enum ProfileFixtures {
    /// Two functions, `alpha` and `beta`, of two instances with some pages in common, measured by what is given.
    static func profile(
        seed: UInt64 = 1, measures: [DedupSettings] = [DedupSettings()], records: [DedupSettings] = []
    ) throws -> Profile {
        var random = RandomStream(seed: seed, purpose: .test)
        func page() -> [UInt8] { (0..<Page.size).map { _ in UInt8(truncatingIfNeeded: random.next()) } }
        let common = (0..<4).map { _ in page() }
        let instances = ["alpha", "beta"].flatMap { function in
            (0..<2).map { instance in
                let pages = common + (0..<4).map { _ in page() }
                return ProfileBuilder.Instance(
                    pages: PageSet(
                        label: InstanceLabel(function: function, instance: instance),
                        memory: PageMemory(copying: pages.flatMap { $0 }),
                        kinds: Array(repeating: .heap, count: pages.count),
                        places: pages.indices.map { PagePlace(region: 1, offset: UInt32($0)) }),
                    labels: [])
            }
        }
        return try ProfileBuilder(
            instances: instances, options: .init(measures: measures, records: records, pairings: 1),
            key: seed, capture: seed
        ).build()
    }
}
