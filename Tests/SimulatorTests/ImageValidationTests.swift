import EventKernel
import Files
import PageContent
import Testing
import Workload

@testable import Simulator

@Suite("Idle states, paths, resources and failures that cannot work are refused")
struct ImageValidationTests {
    private static let calls = handWorkload([HandCall(0, runs: 1)], memory: [100], horizon: 10)

    /// The problem that the scenario has after `change`; nil for none.
    private static func problem(
        _ states: [IdleState] = [], _ change: (inout Scenario) -> Void = { _ in }
    ) throws -> String? {
        var scenario = try imageScenario(states)
        change(&scenario)
        do {
            try scenario.validate(for: calls)
            return nil
        } catch let error as InputError {
            return String(describing: error)
        }
    }

    private static func expect(
        _ text: String, _ states: [IdleState] = [], _ change: (inout Scenario) -> Void = { _ in },
        at place: SourceLocation = #_sourceLocation
    ) throws {
        let problem = try problem(states, change)
        #expect(problem?.contains(text) == true, "\(problem ?? "nothing")", sourceLocation: place)
    }

    @Test("What the other tests use is sound")
    func sound() throws {
        #expect(try Self.problem([baseState(), dedupState()]) == nil)
        #expect(try Self.problem([awayState(restore: path(1, resource: "a", gates: ["b", "c"]))]) == nil)
    }

    @Test("States that need to know pages need content, and compression a profile that knows it")
    func content() throws {
        for image in [
            ImageStorage.patched(PatchStorage()), .compressed(.lz4), .merged,
        ] {
            let state = IdleState(name: "s", restore: path(0), image: image)
            #expect(try Self.problem([state]) == nil)
            try Self.expect("nobody says what is in the pages", [state]) { $0.content = nil }
        }
        for image in [ImageStorage.compressed(.zstd), .patched(PatchStorage(compression: .zstd))] {
            let state = IdleState(name: "s", restore: path(0), image: image)
            try Self.expect("does not say how pages compress", [state]) {
                $0.content = ContentSettings(profile: .medesPublished)
            }
        }
        // Whole images need none.
        for image in [ImageStorage.whole, .elsewhere] {
            let state = IdleState(name: "s", restore: path(0), image: image)
            #expect(try Self.problem([state]) { $0.content = nil } == nil)
        }
        try Self.expect("registry-bytes-per-page", [baseState()]) { $0.content?.registryBytesPerPage = .nan }
    }

    @Test("Base sandboxes come back, merged pages are local, names differ, and the warm state is plain")
    func states() throws {
        var base = baseState()
        base.isResumed = false
        try Self.expect("would become warm", [base])
        var merged = IdleState(name: "m", restore: path(0), image: .merged)
        merged.placements = IdleState.away(.remote)
        try Self.expect("merges pages", [merged])
        try Self.expect("two idle states", [awayState(restore: path(0)), awayState(restore: path(1))])
        let changes: [(inout IdleState) -> Void] = [
            { $0.image = .whole }, { $0.keepsImage = true }, { $0.overhead = .mebibytes(1) },
            { $0.isResumed = true }, { $0.taken = .first },
            { $0.forks = path(1) },
        ]
        for change in changes { try Self.expect("not a plain warm state") { change(&$0.idleStates[0]) } }
        try Self.expect("cannot hold a resource") { $0.idleStates[0].restore = path(1, resource: "lock") }
        try Self.expect("start on a warm sandbox takes") { $0.idleStates[0].restore.gates = ["gate"] }
        try Self.expect("start on a warm sandbox takes") {
            $0.idleStates[0].restore.transient.fixed = .mebibytes(1)
        }
        try Self.expect("start on a warm sandbox takes") {
            $0.idleStates[0].restore.stages = [Stage(.read, .transfer)]
        }
    }

    @Test("Paths have sound laws, threads, buffers and costs, on every way in and out")
    func paths() throws {
        let state = awayState(restore: path(0))
        try Self.expect("impossible", [state]) {
            $0.idleStates[1].entry = StartPath(name: "e", stages: [Stage(.create, .constant(-1))])
        }
        try Self.expect("impossible", [state]) {
            $0.idleStates[1].reentry = StartPath(name: "e", stages: [Stage(.create, .constant(.nan))])
        }
        for threads in [-1, 1_001] {
            try Self.expect("threads", [state]) {
                $0.idleStates[1].entry.stages = [Stage(.encode, .law(.constant(1)), threads: threads)]
            }
        }
        for factor in [-1, Double.nan, .infinity, 1e9] {
            try Self.expect("bytes of buffers", [state]) {
                $0.idleStates[1].entry.transient.perImageByte = factor
            }
            try Self.expect("bytes of buffers", [state]) {
                $0.idleStates[1].restore.transient.perBaseByte = factor
            }
        }
        try Self.expect("while it reads base pages", [state]) {
            $0.idleStates[1].restore.stages = [Stage(.read, .transfer, resource: "lock")]
        }
        try Self.expect("takes memory for buffers") { $0.start.cold.transient.fixed = .mebibytes(1) }
        try Self.expect("17 stages", [state]) {
            $0.idleStates[1].entry.stages = Array(repeating: Stage(.create, .constant(1)), count: 17)
        }
        try Self.expect("no cost is known for 'rdma-read-pages'", [dedupState()]) { $0.costs = .init() }
    }

    @Test("Resources have servers and one description, gates one order")
    func resources() throws {
        for servers in [0, -1, 1_000_001] {
            try Self.expect("servers") { $0.resources = [Resource("gate", servers: servers)] }
        }
        try Self.expect("given twice") { $0.resources = [Resource("a"), Resource("a", servers: 2)] }
        try Self.expect("twice", [awayState(restore: path(1, gates: ["a", "a"]))])
        var state = awayState(restore: path(1, gates: ["a", "b"]))
        state.entry = path(1, gates: ["b", "c"])
        #expect(try Self.problem([state]) == nil)
        state.reentry = path(1, gates: ["c", "a"])
        state.keepsImage = true
        try Self.expect("different orders", [state])
        try Self.expect("connections") { $0.fabric.connections = .onDemand(cap: 0) }
        try Self.expect("connections") { $0.fabric.connections = .shared(count: 0) }
    }

    @Test("Failures are of nodes that exist, at times that can be reckoned with")
    func failures() throws {
        func failing(_ node: Int, at: SimDuration, lasts: SimDuration = .forever) throws -> String? {
            try Self.problem { $0.failures.nodes = [NodeFailure(node: node, at: at, lasts: lasts)] }
        }
        #expect(try failing(0, at: .seconds(1)) == nil)
        #expect(try failing(1, at: .seconds(1))?.contains("failures.nodes[0].node is 1") == true)
        #expect(try failing(-1, at: .seconds(1))?.contains("from 0 to 0") == true)
        #expect(try failing(0, at: .forever)?.contains("hundred years") == true)
        #expect(try failing(0, at: .zero, lasts: .nanoseconds(.max - 1))?.contains("hundred years") == true)
        // Such as are after the end of the workload do no harm.
        var scenario = try imageScenario([])
        scenario.failures.nodes = [NodeFailure(node: 0, at: .hours(1), lasts: .hours(800_000))]
        #expect(try simulate(scenario, Self.calls).mechanism.failures.nodes == 0)
    }
}
