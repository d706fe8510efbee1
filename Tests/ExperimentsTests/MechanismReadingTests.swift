import EventKernel
import HardwareCosts
import PageContent
import Simulator
import Testing

@testable import Experiments

/// Keys of idle states that store pages: read, written back, refused.
@Suite struct MechanismReadingTests {
    static let states = """

        costs: [medes-eurosys22]
        idle-states:
          - name: base
            layers: {}
            restore: []
            entry: [{stage: register, duration: 1 ms, resource: registry, every-server: true}]
            image: reference
          - resumed: true
            overhead: 10 MB
            keeps-image: true
            image: {patched: {bases: tenant, compression: lz4, exact-only: true}}
            layers: {initialized: {residency: deduplicated, local: 0}}
            entry:
              stages:
                - {stage: lookup, cost: registry-lookup, of: pages, resource: registry}
                - {stage: pause, cost: restore-pause}
              gates: [checkpoints]
            reentry: []
            restore:
              stages:
                - {stage: read, transfer: true}
                - {stage: apply, cost: patch-apply-xdelta3, of: patched-pages, threads: 8}
                - {stage: restore, cost: restore-sandbox, of: patched-pages}
              gates: [restores, kernel]
              transient: {fixed: 1 MiB, per-image-byte: 1, per-base-byte: 0.5}
            name: deduplicated
          - name: packed
            layers: {initialized: {residency: compressed, local: 0}}
            restore: [{stage: decompress, duration: 5 ms, threads: 2}]
            image: {compressed: zstd}
        fabric: {connections: {on-demand: {cap: 64}}, reads-own-node-by-adapter: false}
        resources:
          - {name: registry, scope: cluster, servers: 4, sharing: split}
          - {name: restores, servers: 2}
        measurement: {by-function: true}
        failures: {nodes: [{node: 1, at: 20 min, lasts: 5 min}, {node: 0, at: 1 h}], dependants: rebased}
        """

    @Test func everyKeyReachesTheScenario() throws {
        let scenario = try read(smallExperiment + Self.states).variants[0].scenario
        var base = IdleState(name: "base", restore: StartPath(name: "base", stages: []))
        base.entry = StartPath(
            name: "enter base",
            stages: [
                Stage(.register, .law(.constant(0.001)), resource: "registry", holdsEveryServer: true)
            ])
        base.image = .reference(.whileReferenced)
        var dedup = IdleState(
            name: "deduplicated", placements: [.init(.initialized, .deduplicated, localFraction: 0)],
            restore: StartPath(
                name: "deduplicated",
                stages: [
                    Stage(.read, .transfer),
                    Stage(.apply, .cost(.patchApplyXdelta3, of: .patchedPages), threads: 8),
                    Stage(.restore, .cost(.restoreSandbox, of: .patchedPages)),
                ], gates: ["restores", "kernel"],
                transient: TransientMemory(fixed: .mebibytes(1), perImageByte: 1, perBaseByte: 0.5)))
        dedup.entry = StartPath(
            name: "enter deduplicated",
            stages: [
                Stage(.lookup, .cost(.registryLookup, of: .pages), resource: "registry"),
                Stage(.pause, .cost(.restorePause, of: .one)),
            ], gates: ["checkpoints"])
        dedup.reentry = StartPath(name: "reenter deduplicated", stages: [])
        dedup.image = .patched(PatchStorage(bases: .tenant, compression: .lz4, isExactOnly: true))
        dedup.keepsImage = true
        dedup.overhead = Bytes(10_000_000)
        dedup.isResumed = true
        var packed = IdleState(
            name: "packed", placements: [.init(.initialized, .compressed, localFraction: 0)],
            restore: StartPath(
                name: "packed", stages: [Stage(.decompress, .law(.constant(0.005)), threads: 2)]))
        packed.image = .compressed(.zstd)
        #expect(scenario.idleStates == [.warm(), base, dedup, packed])
        #expect(scenario.fabric.connections == .onDemand(cap: 64))
        #expect(!scenario.fabric.readsOwnNodeByAdapter)
        #expect(
            scenario.resources == [
                Resource("registry", scope: .cluster, servers: 4, sharing: .split),
                Resource("restores", servers: 2),
            ])
        #expect(
            scenario.failures.nodes == [
                NodeFailure(node: 1, at: .minutes(20), lasts: .minutes(5)),
                NodeFailure(node: 0, at: .hours(1)),
            ])
        #expect(scenario.failures.dependants == .rebased)
        #expect(scenario.measurement.byFunction)
        #expect(scenario.costs.sets.map(\.name) == ["medes-eurosys22"])
        #expect(
            scenario.primitives == [
                .rdmaReadPages, .rdmaOutstandingReads, .rdmaBandwidth, .rdmaConnectionSetup,
                .registryLookup, .patchApplyXdelta3, .restorePause, .restoreSandbox,
            ])
    }

    @Test func whatIsPrintedReadsBackAsTheSame() throws {
        let variants = """

            policies:
              all: {}
              none: {costs: [], resources: [], failures: {nodes: [], dependants: lost}, idle-states: []}
              mesh: {fabric: {connections: mesh, reads-own-node-by-adapter: true}}
              shared: {fabric: {connections: {shared: {count: 4}}}}
            """
        let first = try read(smallExperiment + Self.states + variants)
        let again = try read(first.resolved)
        #expect(again.variants.map(\.scenario) == first.variants.map(\.scenario))
        #expect(again.resolved == first.resolved)
        #expect(first.variants[1].scenario.costs == HardwareCosts())
        #expect(first.variants[2].scenario.fabric == FabricSettings())
        #expect(first.variants[3].scenario.fabric.connections == .shared(count: 4))
    }

    @Test func everyImageReadsBackAsItWas() throws {
        let kind = Kind<ImageStorage>.imageStorage
        var images: [ImageStorage] = [.whole, .elsewhere, .merged, .compressed(.lz4), .compressed(.zstd)]
        images += BaseProtection.allCases.map { .reference($0) }
        for bases in BaseScope.allCases {
            for compression in [nil, CompressionMethod.lz4, .zstd] {
                images += [false, true].map {
                    .patched(PatchStorage(bases: bases, compression: compression, isExactOnly: $0))
                }
            }
        }
        let faults = Faults(file: "")
        for image in images { #expect(kind.read(kind.write(image), .whole, faults) == image) }
        #expect(kind.read(.text("patched"), .whole, faults) == .patched(PatchStorage()))
        #expect(faults.errors.isEmpty)
    }

    @Test func statesMadeInCodeReadBackWhateverTheirPathsAreCalled() throws {
        var state = IdleState(
            name: "s", restore: StartPath(name: "other", stages: [Stage(.boot, .law(.constant(1)))]))
        state.entry = StartPath(name: "", stages: [Stage(.pause, .law(.constant(2)))])
        state.reentry = StartPath(name: "", stages: [])
        let kind = Kind<IdleState>.idleState()
        let faults = Faults(file: "")
        let blank = IdleState(name: "", restore: StartPath(name: "", stages: []))
        #expect(kind.read(kind.write(state), blank, faults) == state)
        #expect(faults.errors.isEmpty)
    }

    @Test func aPresetOfAnIdleStateMayBeChanged() throws {
        let preset = IdleState(
            name: "deduplicated", placements: IdleState.away(.deduplicated),
            restore: StartPath(name: "deduplicated", stages: [Stage(.read, .transfer)]),
            image: .patched(PatchStorage()), overhead: .mebibytes(10))
        let kind = Kind<IdleState>.idleState(
            IdleStatePresets(names: ["deduplicated"]) { $0 == "deduplicated" ? preset : nil })
        let blank = IdleState(name: "", restore: StartPath(name: "", stages: []))
        func parse(_ text: String, _ faults: Faults = Faults(file: "")) throws -> IdleState {
            kind.read(try YAMLReader.read(text, file: ""), blank, faults)
        }
        #expect(try parse("deduplicated") == preset)
        #expect(try parse("{preset: deduplicated}") == preset)
        var changed = preset
        changed.overhead = .zero
        changed.restore.stages = [Stage(.read, .law(.constant(1)))]
        let text = "{preset: deduplicated, overhead: 0, restore: [{stage: read, duration: 1 s}]}"
        #expect(try parse(text) == changed)
        #expect(kind.read(kind.write(changed), blank, Faults(file: "")) == changed)
        let faults = Faults(file: "")
        _ = try parse("deduplicatet", faults)
        #expect(faults.errors.first?.remedy.contains("did you mean 'deduplicated'?") == true)
    }

    @Test(arguments: [
        ("costs: medes-eurosys22", ["expected a list"]),
        ("costs: [medes-eurosys2022]", ["no costs 'medes-eurosys2022'", "did you mean 'medes-eurosys22'?"]),
        ("costs: [./gone.yaml]", ["costs.0: ./gone.yaml: "]),
        ("costs: [medes-eurosys22, medes-eurosys22]", ["given twice"]),
        ("costs: [{hardware-costs: 1, name: a, costs: {chekpoint: {}}}]", ["did you mean 'checkpoint'?"]),
        ("costs: {form: [medes-eurosys22]}", ["'form' in costs", "did you mean 'from'?"]),
        (
            "costs: {from: [medes-eurosys22], factors: {registry-lokup: 2}}",
            ["did you mean 'registry-lookup'?"]
        ),
        ("costs: {from: [medes-eurosys22], factors: {registry-lookup: 0}}", ["from 0.001 to 1000"]),
        ("costs: {from: [medes-eurosys22], factors: {checkpoint: 2}}", ["no cost is known for 'checkpoint'"]),
        (
            "costs: {from: [medes-eurosys22], factors: {rdma-outstanding-reads: 0.3}}",
            ["0.3 times 'rdma-outstanding-reads'"]
        ),
        ("fabric: {connections: mush}", ["expected mesh"]),
        ("fabric: {connections: {ondemand: {cap: 4}}}", ["did you mean 'on-demand'?"]),
        ("fabric: {connections: {on-demand: {}}}", ["'cap' is missing"]),
        ("fabric: {connections: {shared: {count: 0}}}", ["whole number from 1"]),
        ("resources: [{name: \"\"}]", ["1 to 100 characters"]),
        ("resources: [{name: a, scope: claster}]", ["did you mean 'cluster'?"]),
        ("resources: [{name: a, servers: 0}]", ["whole number from 1"]),
        ("resources: [{name: a}, {name: a}]", ["'a' is given twice"]),
        ("failures: {nodes: [{node: 2, at: 1 s}]}", ["no node 2", "0 to 1"]),
        ("failures: {nodes: [{node: 0}]}", ["'at' is missing"]),
        ("failures: {nodes: [{node: 0, at: 1 s, lasts: 0}]}", ["above 0"]),
        ("failures: {dependants: rebase}", ["did you mean 'rebased'?"]),
        ("content: {measure: {sampler: spread}}", ["content: 'profile' is missing"]),
        ("content: {profile: gone.pfprofile}", ["content.profile: /data/gone.pfprofile: "]),
        ("content: {profle: x}", ["did you mean 'profile'?"]),
        ("content: 5", ["expected content"]),
        ("idle-states: [deduplicatet]", ["no idle state 'deduplicatet'", "or write {name"]),
        ("idle-states: [{name: a}]", ["'layers' is missing"]),
    ])
    func anErrorNamesItsLineAndARemedy(text: String, says: [String]) throws {
        let error = try #require(errors(of: smallExperiment + "\n" + text).first)
        #expect(error.hasPrefix("test.yaml:7: "), "\(error)")
        for words in says { #expect(error.contains(words), "\(error)") }
    }

    @Test(arguments: [
        ("{stage: read}", ["'duration' is missing", "duration, cost or transfer"]),
        ("{stage: read, duration: 1 s, transfer: true}", ["'duration' and 'transfer'", "remove one"]),
        ("{stage: read, duration: 1 s, cost: fork, of: image}", ["'duration' and 'cost'"]),
        ("{stage: read, transfer: false}", ["'duration' is missing"]),
        ("{stage: read, transfer: true, of: pages}", ["'of' is given without a 'cost'"]),
        ("{stage: read, cost: rdma-reed-pages, of: pages}", ["did you mean 'rdma-read-pages'?"]),
        ("{stage: apply, cost: registry-lookup}", ["'of' is missing", "time by pages"]),
        ("{stage: apply, cost: registry-lookup, of: image}", ["not by image", "patched-pages"]),
        ("{stage: apply, cost: checkpoint, of: pages}", ["not by pages", "footprint, image"]),
        ("{stage: apply, cost: dedup-overhead}", ["is not a time but memory"]),
        ("{stage: apply, cost: registry-lookup, of: page}", ["did you mean 'pages'?"]),
        ("{stage: aply, duration: 1 s}", ["did you mean 'apply'?"]),
        ("{stage: apply, duration: 1 s, threads: -1}", ["whole number from 0"]),
        ("{stage: apply, duration: 1 s, every-server: true}", ["without a 'resource'"]),
    ])
    func aStageTakesItsTimeInOneWay(text: String, says: [String]) throws {
        let error = try #require(errors(of: smallExperiment + "\nstart: {cold: [\(text)]}").first)
        #expect(error.hasPrefix("test.yaml:7: "), "\(error)")
        for words in says { #expect(error.contains(words), "\(error)") }
    }

    @Test(arguments: [
        ("image: wole", ["did you mean 'whole'?"]), ("image: compressed", ["write {compressed: lz4}"]),
        ("image: {compressed: lz5}", ["no 'lz5'", "did you mean 'lz4'?"]),
        ("image: {reference: never}", ["no 'never'", "while-referenced"]),
        ("image: {patched: {base: unit}}", ["did you mean 'bases'?"]),
        ("image: {patched: {bases: tenants}}", ["did you mean 'tenant'?"]),
        ("image: {pached: {}}", ["did you mean 'patched'?"]),
        ("image: [whole]", ["expected what is put away"]), ("overhead: 5", ["has no unit"]),
        ("entry: {gates: [a]}", ["'stages' is missing"]),
        ("entry: {stages: [], gate: [a]}", ["did you mean 'gates'?"]),
        ("entry: {stages: [], gates: a}", ["expected a list"]),
        ("entry: {stages: [], transient: {per-image-byte: -1}}", ["from 0 to 1000"]),
    ])
    func anIdleStateIsCheckedThroughout(text: String, says: [String]) throws {
        let state = "idle-states: [{name: a, layers: {}, restore: [], \(text)}]"
        let error = try #require(errors(of: smallExperiment + "\n" + state).first)
        #expect(error.hasPrefix("test.yaml:7: "), "\(error)")
        for words in says { #expect(error.contains(words), "\(error)") }
    }

    @Test func aResourceThatNothingUsesIsAnError() {
        let start = "\nstart: {cold: [{stage: create, duration: 1 s, resource: registry}]}"
        let errors = errors(of: smallExperiment + start + "\nresources: [{name: registri, scope: cluster}]")
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("test.yaml:8: ") == true)
        #expect(errors.first?.contains("did you mean 'registry'?") == true)
    }

    @Test func aFileWithoutTheNewKeysIsPrintedAsBefore() throws {
        let text = try read(smallExperiment).resolved
        for key in ["costs:", "content:", "fabric:", "resources:", "failures:"] {
            #expect(!text.contains(key))
        }
    }
}
