import EventKernel
import Testing

@testable import PageContent

/// Profiles of the same pages, from one version of Pagefold and one key to the next.
@Suite struct ProfileGoldenTests {
    private static func profile(_ rule: SamplingRule, key: UInt64 = 0x5EED) throws -> Profile {
        var sandboxes = SyntheticSandboxes(seed: 9)
        let settings = [DedupSettings(samplers: [SamplerSettings(rule)])]
        return try ProfileBuilder(
            instances: sandboxes.make(functions: 2, instances: 3, pages: 60),
            options: ProfileBuilder.Options(measures: settings, records: settings, pairings: 2),
            key: key, capture: 1
        ).build()
    }

    /// A digest of which pages share which chunks, and of the sizes of all patches. What other libraries compress is not
    /// in it.
    private static func digest(_ records: SharedChunkRecords) -> String {
        var digest = Digest()
        digest.update(UInt64(records.chunkCount))
        for pages in records.bases + records.targets.map(\.pages) {
            for number in pages.ends + pages.chunks { digest.update(UInt64(number)) }
        }
        for target in records.targets { target.patches.withUnsafeBytes { digest.update($0) } }
        return digest.text
    }

    /// All but the last as version 0.5.0 made them: there, a chunk's hash only tells it apart, or is still the same.
    @Test(arguments: [
        (SamplingRule.spread, "3e8a5c7ff822ca8f"), (.paper, "0ee87746c1b5917b"), (.fixed, "1474bdee29a18d6a"),
        (.artifact, "6791c3172ddfaeab"),
    ])
    func theSamePagesMakeTheSameRecords(rule: SamplingRule, golden: String) throws {
        let found = Self.digest(try Self.profile(rule).records[0])
        #expect(found == golden)
    }

    @Test(arguments: [SamplingRule.paper, .fixed, .location])
    func aHashThatChoosesNoChunkLeavesNoTrace(rule: SamplingRule) throws {
        let one = ProfileFile.encode(try Self.profile(rule, key: 1))
        #expect(ProfileFile.encode(try Self.profile(rule, key: 2)) == one)
    }
}
