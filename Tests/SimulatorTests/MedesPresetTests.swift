import EventKernel
import HardwareCosts
import Testing

@testable import Simulator

/// The idle states of the presets: complete, consistent, in Medes' order.
@Suite struct MedesPresetTests {
    /// Settings that differ in everything that changes stages.
    private var variants: [StatePresetSettings] {
        var other = StatePresetSettings()
        other.fingerprint = .location
        other.patch = .zstd
        other.registry = .replicated(3)
        other.compression = .inPlace
        return [StatePresetSettings(), other]
    }

    /// A cost of each primitive; nobody looks at how much.
    private static func anyCosts(for primitives: [CostPrimitive]) -> CostSet {
        var set = CostSet(name: "any")
        for primitive in primitives + [.rdmaReadPages] {
            set.costs[primitive] = Cost(.constant(1), origin: .published(source: "a test"))
        }
        return set
    }

    private func stages(_ state: IdleState) -> [Stage] {
        state.entry.stages + (state.reentry?.stages ?? []) + state.restore.stages
    }

    @Test(
        "Every preset is a state under its own name that a scenario accepts", arguments: StatePreset.allCases)
    func validates(_ preset: StatePreset) throws {
        for settings in variants {
            var scenario = Scenario(nodes: [NodeGroup(count: 2, memory: .mebibytes(1_000))])
            scenario.content = ContentSettings(profile: contentProfile())
            scenario.idleStates = StatePreset.states([preset], settings)
            scenario.resources = StatePreset.resources(settings)
            for start in CostedStart.allCases {
                scenario.start.cold = start.path
                scenario.costs = try HardwareCosts([Self.anyCosts(for: scenario.primitives)])
                try scenario.validate(for: medesContext().workload)
            }
            #expect(scenario.idleStates.map(\.name) == ["warm", preset.rawValue])
            #expect(scenario.idleStates[1].restore.name == preset.rawValue)
        }
    }

    @Test("Every resource and gate that stages name is in the list", arguments: StatePreset.allCases)
    func resources(_ preset: StatePreset) {
        for settings in variants {
            let known = StatePreset.resources(settings).map(\.name)
            let state = preset.state(settings)
            let named = stages(state).compactMap(\.resource) + state.restore.gates + state.entry.gates
            #expect(named.allSatisfy(known.contains))
            #expect(Set(known).count == known.count)
        }
    }

    @Test("Every cost is a time and grows with what its stage gives it", arguments: StatePreset.allCases)
    func costs(_ preset: StatePreset) {
        let all = variants.flatMap { stages(preset.state($0)) } + CostedStart.allCases.flatMap(\.path.stages)
        for stage in all {
            guard case .cost(let primitive, let amount) = stage.time else { continue }
            #expect(primitive.facts.quantity == .time)
            let fits =
                switch (primitive.facts.driver, amount) {
                case (.nothing, .one), (.bytes, .footprint), (.bytes, .image): true
                case (.items("page"), .pages), (.items("page"), .patchedPages): true
                case (.items("page"), .compressedPages), (.items("patched page"), .patchedPages): true
                default: false
                }
            #expect(fits, "\(primitive.name) of \(amount.rawValue)")
        }
    }

    @Test("Dedup goes in Medes' order, and the second time is a pause only")
    func medesOrder() {
        let state = StatePreset.deduplicated.state()
        #expect(
            state.entry.stages.map(\.kind) == [.checkpoint, .fingerprint, .lookup, .read, .encode, .pause])
        #expect(state.entry.stages.map(\.resource) == ["criu", nil, "registry", nil, nil, "criu"])
        #expect(state.entry.stages.map(\.threads) == [0, 1, 0, 0, 8, 0])
        #expect(state.reentry?.stages.map(\.kind) == [.pause])
        #expect(state.restore.stages.map(\.kind) == [.read, .apply, .restore])
        #expect(state.restore.stages.map(\.resource) == [nil, nil, "restore"])
        #expect(state.restore.gates == ["dedup-starts"])
        #expect(state.restore.transient == TransientMemory(perImageByte: 1, perBaseByte: 1))
        #expect(state.keepsImage && state.overhead == Bytes(10_000_000))
        #expect(state.localFraction(of: [Layer(.initialized, share: 1)]) == 0)
        let gate = StatePreset.resources().first { $0.name == "dedup-starts" }
        #expect(gate == Resource("dedup-starts", servers: 10))
    }

    @Test("A base keeps its memory, is registered, and comes back to its state")
    func base() {
        let state = StatePreset.base.state()
        #expect(state.entry.stages.map(\.kind) == [.checkpoint, .fingerprint, .register])
        #expect(state.image == .reference(.whileReferenced) && state.isResumed)
        #expect(state.localFraction(of: [Layer(.initialized, share: 1)]) == 1)
        #expect(StatePreset.states([.deduplicated, .base]).map(\.name) == ["warm", "base", "deduplicated"])
    }

    @Test("Shards split a lookup, replicas share lookups and are all entered")
    func registry() {
        func resource(_ layout: RegistryLayout) -> Resource? {
            var settings = StatePresetSettings()
            settings.registry = layout
            return StatePreset.resources(settings).first { $0.name == "registry" }
        }
        #expect(resource(.single) == Resource("registry", scope: .cluster))
        #expect(resource(.sharded(4)) == Resource("registry", scope: .cluster, servers: 4, sharing: .split))
        #expect(resource(.replicated(3)) == Resource("registry", scope: .cluster, servers: 3))
        for settings in variants {
            let register = StatePreset.base.state(settings).entry.stages.last
            #expect(register?.holdsEveryServer == (settings.registry == .replicated(3)))
        }
    }

    @Test("Settings choose what is paid for; a location hint pays for no fingerprints")
    func choices() {
        var settings = StatePresetSettings()
        for (rule, primitive) in [
            (FingerprintCost.paper, CostPrimitive.fingerprintPaper), (.spread, .fingerprintSpread),
        ] {
            settings.fingerprint = rule
            let stage = StatePreset.deduplicated.state(settings).entry.stages[1]
            #expect(stage.time == .cost(primitive, of: .pages))
        }
        settings.fingerprint = .location
        settings.patch = .copyInsert
        let state = StatePreset.deduplicated.state(settings)
        #expect(state.entry.stages.map(\.kind) == [.checkpoint, .lookup, .read, .encode, .pause])
        #expect(state.entry.stages[3].time == .cost(.patchEncodeCopyInsert, of: .patchedPages))
        #expect(state.restore.stages[1].time == .cost(.patchApplyCopyInsert, of: .patchedPages))
    }

    @Test("What is compressed is decompressed by the same method, in a checkpoint or in place")
    func compression() {
        for (preset, pair) in [
            (StatePreset.compressedLZ4, (CostPrimitive.compressLZ4, CostPrimitive.decompressLZ4)),
            (.compressedZstd, (.compressZstd, .decompressZstd)),
            (.deduplicatedLZ4, (.compressLZ4, .decompressLZ4)),
            (.deduplicatedZstd, (.compressZstd, .decompressZstd)),
        ] {
            for settings in variants {
                let state = preset.state(settings)
                #expect(state.entry.stages.contains { $0.time == .cost(pair.0, of: .pages) })
                #expect(state.restore.stages.contains { $0.time == .cost(pair.1, of: .compressedPages) })
            }
        }
        let inPlace = StatePreset.compressedLZ4.state(variants[1])
        #expect(inPlace.restore.stages.map(\.kind) == [.decompress] && inPlace.restore.gates.isEmpty)
        #expect(inPlace.overhead == .zero && !inPlace.keepsImage)
    }
}
