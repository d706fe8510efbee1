import EventKernel
import Testing

@testable import PageContent

/// What a profile must not tell.
@Suite struct ProfilePrivacyTests {
    private static func profile(secret: String, key: UInt64) throws -> Profile {
        var sandboxes = SyntheticSandboxes(seed: 6)
        return try ProfileBuilder(
            instances: sandboxes.make(functions: 2, instances: 3, pages: 60, secret: Array(secret.utf8)),
            options: ProfileBuilder.Options(
                measures: [
                    DedupSettings(), DedupSettings(samplers: [SamplerSettings(.spread, cardinality: 20)]),
                ],
                records: [
                    DedupSettings(), DedupSettings(samplers: [SamplerSettings(.spread, cardinality: 20)]),
                ],
                pairings: 3),
            key: key, capture: 1
        ).build()
    }

    @Test func aSecretThatOneInstanceHoldsCannotBeConfirmed() throws {
        // Whoever guesses right and whoever guesses wrong make the same profile of everything else: nothing in it depends
        // on the secret, so nothing in it can confirm one.
        let keys: [UInt64] = [11, 12, 13]
        for key in keys {
            let real = ProfileFile.encode(try Self.profile(secret: "the-password-is-hunter2-4711", key: key))
            for guess in ["the-password-is-hunter2-4712", "the-password-is-letmein-0000"] {
                #expect(ProfileFile.encode(try Self.profile(secret: guess, key: key)) == real)
            }
        }
    }

    @Test func noHashOfAChunkIsInTheFile() throws {
        let key: UInt64 = 21
        var sandboxes = SyntheticSandboxes(seed: 6)
        let instances = sandboxes.make(functions: 2, instances: 3, pages: 60)
        let profile = try Self.profile(secret: "", key: key)
        // Chunks are numbered 0, 1, 2 … as they appear: the numbers are the same under any key that takes the same chunks.
        for records in profile.records {
            var seen: UInt32 = 0
            for chunk in records.bases.flatMap(\.chunks) {
                #expect(chunk <= seen)
                seen = max(seen, chunk + 1)
            }
            #expect(Int(seen) == records.chunkCount)
        }
        let hashes = instances.flatMap { instance -> [UInt64] in
            let table = FingerprintTable(
                of: instance.pages, sampler: PageSampler(SamplerSettings(.artifact), key: key))
            return (0..<table.count).flatMap { page in table.withFingerprint(of: page) { Array($0) } }
        }
        #expect(
            profile.records.flatMap { $0.bases.flatMap(\.chunks) }.allSatisfy { !hashes.contains(UInt64($0)) }
        )
    }

    @Test func whatOneInstanceAloneHoldsIsDropped() throws {
        let profile = try Self.profile(secret: "", key: 31)
        let records = profile.records[0]
        for target in records.targets {
            // The instance's own pages have no chunk left, those of all instances have theirs.
            #expect((0..<20).allSatisfy { !target.pages[$0].isEmpty })
            #expect((40..<59).allSatisfy { target.pages[$0].isEmpty })
        }
    }
}
