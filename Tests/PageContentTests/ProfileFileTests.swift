import CZstd
import EventKernel
import Files
import Foundation
import Testing

@testable import PageContent

@Suite struct ProfileFileTests {
    private static func profile(_ seed: UInt64 = 1) throws -> Profile {
        var sandboxes = SyntheticSandboxes(seed: seed)
        return try ProfileBuilder(
            instances: sandboxes.make(functions: 2, instances: 2, pages: 30),
            options: ProfileBuilder.Options(
                measures: [
                    DedupSettings(), DedupSettings(samplers: [SamplerSettings(.paper(mask: 15, value: 3))]),
                    DedupSettings(samplers: [SamplerSettings(.location)]),
                ],
                records: [DedupSettings()], pairings: 2),
            key: seed, capture: 77
        ).build()
    }

    private static func decode(_ bytes: [UInt8]) throws(InputError) -> Profile {
        let storage = ByteStorage(copying: bytes)
        defer { withExtendedLifetime(storage) {} }
        return try ProfileFile.decode(storage.bytes, name: "p.pfprofile")
    }

    @Test func whatIsReadIsWhatWasWritten() throws {
        let profile = try Self.profile()
        let read = try Self.decode(ProfileFile.encode(profile))
        // Sums of compressed sizes are kept as means a page: half a byte a page may go.
        #expect(read.functions == profile.functions)
        #expect(read.records == profile.records)
        #expect(read.labels == profile.labels && read.capture == profile.capture)
        for (a, b) in zip(read.measures, profile.measures) {
            #expect(a.settings == b.settings && a.pairs == b.pairs && a.bases == b.bases)
            for (a, b) in zip(a.classes, b.classes) {
                #expect(a.rows.map(\.levels) == b.rows.map(\.levels))
                #expect(a.rows.map(\.count) == b.rows.map(\.count))
                #expect(a.zeroPages == b.zeroPages && a.levelMeans == b.levelMeans)
                for (a, b) in zip(a.rows, b.rows) { #expect(a.zstd <= b.zstd && b.zstd - a.zstd < b.count) }
            }
        }
        // Written again it is the same, byte by byte.
        #expect(ProfileFile.encode(read) == ProfileFile.encode(try Self.decode(ProfileFile.encode(read))))
    }

    @Test func aProfileWithUnknownEntriesSurvives() throws {
        let merged = try Profile.merged([Self.profile(1), Self.profile(2).qualified(by: "b")])
        let read = try Self.decode(ProfileFile.encode(merged))
        #expect(read.measures[0].pairs[0][1] == nil)
        #expect(throws: Unmeasured.self) { try read.measures[0].classes[0].predict(bases: [1]) }
    }

    @Test func otherFilesAreNamedForWhatTheyAre() throws {
        #expect(throws: InputError.self) { try Self.decode([]) }
        #expect(throws: InputError.self) { try Self.decode(Array("something else entirely, and long".utf8)) }
        var other = try ProfileFile.encode(Self.profile())
        other[8] = 9
        do {
            _ = try Self.decode(other)
            Issue.record("a version of the future was read")
        } catch {
            #expect(error.description.contains("version 9"))
        }
    }

    @Test func textsThatWouldSteerATerminalAreDamage() throws {
        for name in ["\u{1B}[2J", "two\nlines", String(repeating: "x", count: 5000)] {
            var profile = try Self.profile()
            profile.labels = [ProfileLabel(name: "mode", value: name)]
            #expect(throws: InputError.self) { try Self.decode(ProfileFile.encode(profile)) }
            profile.labels = []
            profile.functions[1].name = "g" + name
            #expect(throws: InputError.self) { try Self.decode(ProfileFile.encode(profile)) }
        }
    }

    @Test func aPipeIsRefusedAndNotWaitedFor() throws {
        let path = NSTemporaryDirectory() + "pagefold-pipe-" + UUID().uuidString
        #expect(mkfifo(path, 0o600) == 0)
        defer { unlink(path) }
        #expect(throws: InputError.self) { try ProfileFile.read(path) }
    }

    @Test func aFileCutShortAnywhereIsDamaged() throws {
        let bytes = try ProfileFile.encode(Self.profile())
        for length in stride(from: 0, to: bytes.count, by: 37) {
            #expect(throws: InputError.self) { try Self.decode(Array(bytes.prefix(length))) }
        }
    }

    /// Mutations behind the compression and the digest: what a liar would write, not what a disk does.
    @Test func noBodyCrashesTheReader() throws {
        let long = ProcessInfo.processInfo.environment["PAGEFOLD_LONG"] != nil
        let rounds = long ? 1_000_000 : 4000
        let body = try Self.body(of: ProfileFile.encode(Self.profile()))
        var random = RandomStream(seed: 20, purpose: .test)
        var read = 0
        for _ in 0..<rounds {
            var mutated = body
            for _ in 0...random.below(4) {
                let place = Int(random.below(UInt64(mutated.count)))
                switch random.below(6) {
                case 0: mutated[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: mutated[place] ^= 1 << UInt8(random.below(8))
                case 2: mutated[place] = 0xFF
                case 3: mutated.removeSubrange(place..<min(place + Int(random.below(40)), mutated.count))
                case 4: mutated.insert(contentsOf: mutated.prefix(Int(random.below(16))), at: place)
                default:
                    let word = [0, 1, UInt64.max, 1 << 32, 1 << 63, 250][Int(random.below(6))]
                    for offset in 0..<8 where place + offset < mutated.count {
                        mutated[place + offset] = UInt8(truncatingIfNeeded: word >> UInt64(8 * offset))
                    }
                }
                if mutated.isEmpty { mutated = [0] }
            }
            var decoder = mutated.withUnsafeBytes { UnsafeRawBufferPointer($0) }
            mutated.withUnsafeBytes { bytes in
                decoder = bytes
                var reader = ByteDecoder(decoder)
                if (try? reader.profile()) != nil { read += 1 }
            }
        }
        // Many mutations only change a number that may be any: the test reaches the whole reader.
        #expect(read > 0 && read < rounds)
    }

    private static func body(of file: [UInt8]) throws -> [UInt8] {
        var body = [UInt8](repeating: 0, count: 1 << 22)
        let packed = Array(file[32...])
        let size = ZSTD_decompress(&body, body.count, packed, packed.count)
        try #require(ZSTD_isError(size) == 0)
        return Array(body.prefix(size))
    }
}
