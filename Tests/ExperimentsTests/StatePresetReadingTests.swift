import HardwareCosts
import PageContent
import Simulator
import Testing

@testable import Experiments

/// Presets of idle states as experiment files spell them, and what `made` makes of them.
@Suite struct StatePresetReadingTests {
    private static func parse(_ text: String) throws -> (state: IdleState, faults: Faults) {
        let blank = IdleState(name: "", restore: StartPath(name: "", stages: []))
        let faults = Faults(file: "")
        return (Kind<IdleState>.idleState().read(try YAMLReader.read(text, file: ""), blank, faults), faults)
    }

    private static func stage(_ kind: StageKind, of path: StartPath) -> Stage? {
        path.stages.first { $0.kind == kind }
    }

    @Test func whatADeduplicatedStateIsMadeOfChangesItsStages() throws {
        let plain = try Self.parse("deduplicated").state
        #expect(Self.stage(.fingerprint, of: plain.entry)?.time == .cost(.fingerprintArtifact, of: .pages))
        #expect(Self.stage(.encode, of: plain.entry)?.time == .cost(.patchEncodeXdelta3, of: .patchedPages))
        #expect(plain.image == .patched(PatchStorage(bases: .anyone)))
        let (made, faults) = try Self.parse(
            """
            preset: deduplicated
            made: {fingerprint: spread, fingerprint-threads: 4, patch: zstd, codec-threads: 2, bases: tenant}
            """)
        #expect(faults.errors.isEmpty)
        let fingerprint = Stage(.fingerprint, .cost(.fingerprintSpread, of: .pages), threads: 4)
        let encode = Stage(.encode, .cost(.patchEncodeZstd, of: .patchedPages), threads: 2)
        let apply = Stage(.apply, .cost(.patchApplyZstd, of: .patchedPages), threads: 2)
        #expect(Self.stage(.fingerprint, of: made.entry) == fingerprint)
        #expect(Self.stage(.encode, of: made.entry) == encode)
        #expect(Self.stage(.apply, of: made.restore) == apply)
        #expect(made.image == .patched(PatchStorage(bases: .tenant)))
        // All else is as it was.
        #expect(made.entry.stages.map(\.kind) == plain.entry.stages.map(\.kind))
        #expect(made.restore.stages.map(\.kind) == plain.restore.stages.map(\.kind))
        #expect(made.name == plain.name && made.overhead == plain.overhead)
        // Pages that are found by their place have no fingerprints.
        let place = try Self.parse("{preset: deduplicated, made: {fingerprint: location}}").state
        #expect(Self.stage(.fingerprint, of: place.entry) == nil)
        #expect(place.entry.stages.count == plain.entry.stages.count - 1)
    }

    @Test func aReplicatedRegistryIsEnteredEverywhereAndCompressionInPlaceNeedsNoCheckpoint() throws {
        #expect(Self.stage(.register, of: try Self.parse("base").state.entry)?.holdsEveryServer == false)
        let base = try Self.parse("{preset: base, made: {registry: replicated}}").state
        #expect(Self.stage(.register, of: base.entry)?.holdsEveryServer == true)
        let packed = try Self.parse("compressed-zstd").state
        #expect(packed.entry.stages.map(\.kind) == [.checkpoint, .compress, .pause])
        let inPlace = try Self.parse(
            "{preset: compressed-zstd, made: {compression: in-place, codec-threads: 3}}"
        ).state
        #expect(
            inPlace.entry.stages == [Stage(.compress, .cost(.compressZstd, of: .pages), threads: 3)])
        #expect(inPlace.restore.stages.map(\.kind) == [.decompress])
        #expect(!inPlace.keepsImage && inPlace.overhead == .zero)
    }

    @Test func keysBesideMadeChangeWhatWasMade() throws {
        let (state, faults) = try Self.parse(
            "{preset: deduplicated, overhead: 0, made: {patch: lz4}, keeps-image: false}")
        #expect(faults.errors.isEmpty)
        #expect(state.overhead == .zero && !state.keepsImage)
        #expect(Self.stage(.apply, of: state.restore)?.time == .cost(.patchApplyLZ4, of: .patchedPages))
        let wrong = try Self.parse("{preset: deduplicated, made: {patches: lz4}}").faults
        #expect(wrong.errors.first?.remedy.contains("did you mean 'patch'?") == true)
    }

    @Test func theSeedIsNeverTakenAndForks() throws {
        let seed = try Self.parse("seed").state
        #expect(seed.taken == .never && seed.image == nil && seed.placements.isEmpty)
        #expect(seed.forks?.stages == [Stage(.restore, .cost(.remoteFork, of: .footprint))])
        let (written, faults) = try Self.parse(
            """
            name: parent
            layers: {}
            restore: []
            taken: first
            forks: [{stage: read, transfer: true}, {stage: restore, duration: 5 ms, resource: zygote}]
            """)
        #expect(faults.errors.isEmpty)
        #expect(written.taken == .first)
        #expect(
            written.forks
                == StartPath(
                    name: "fork parent",
                    stages: [
                        Stage(.read, .transfer), Stage(.restore, .constant(0.005), resource: "zygote"),
                    ]))
        let kind = Kind<IdleState>.idleState()
        let blank = IdleState(name: "", restore: StartPath(name: "", stages: []))
        for state in [seed, written] {
            #expect(kind.read(kind.write(state), blank, Faults(file: "")) == state)
        }
        let old = try Self.parse("{name: a, layers: {}, restore: [], taken-first: true}").faults
        #expect(old.errors.first.map { "\($0)".contains("taken-first") } == true)
    }
}
