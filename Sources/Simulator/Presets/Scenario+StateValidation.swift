import EventKernel
import Files
import PageContent

// Checks of idle states, of the ways in and out of them, and of what these use.
extension Scenario {
    /// Stages of one path draw their times from positions side by side.
    private static var mostStages: Int { 16 }
    private static var mostThreads: Int { 1_000 }
    private static var mostServers: Int { 1_000_000 }
    /// For each byte of pages, no buffer takes more than this.
    private static var largestFactor: Double { 1_000 }

    /// Checks idle states, paths, resources, the network and failures.
    func validateMechanism() throws(InputError) {
        try validateIdleStates()
        for path in allPaths { try Scenario.validate(path) }
        try validateWarmStart()
        try validateColdStarts()
        try validateResources()
        try validateGates()
        try validatePlaces()
        try validateFabric()
        try validateBookkeeping()
        try validateFailures()
        if let fault = idleStates.dropFirst().lazy.flatMap(faults).first {
            throw InputError(fault.problem, remedy: fault.remedy)
        }
        _ = try usedCosts()
    }

    private static func require(
        _ holds: Bool, _ problem: @autoclosure () -> String, _ remedy: @autoclosure () -> String
    ) throws(InputError) {
        if !holds { throw InputError(problem(), remedy: remedy()) }
    }

    // MARK: - Idle states

    private func validateIdleStates() throws(InputError) {
        try Scenario.require(
            !idleStates.isEmpty && idleStates.count <= 16, "there are \(idleStates.count) idle states",
            "1 to 16")
        for (index, state) in idleStates.enumerated() {
            try Scenario.require(
                !idleStates[..<index].contains { $0.name == state.name },
                "there are two idle states of the name '\(state.name)'", "rename one of them")
            for placement in state.placements where !(0...1).contains(placement.localFraction) {
                let part = "\(placement.localFraction) of the \(placement.layer) layer"
                throw InputError(
                    "the idle state '\(state.name)' keeps \(part)", remedy: "give a part from 0 to 1")
            }
            try Scenario.require(
                state.overhead <= .largest,
                "the idle state '\(state.name)' holds more than 1 EiB besides", "give less")
            try validateImage(of: state)
            try Scenario.require(
                state.taken != .never || state.forks != nil,
                "sandboxes in the idle state '\(state.name)' are of no use: requests never take them, and none is"
                    + " forked from them",
                "say how others are forked from them (forks), or let requests take them (taken: in-order)")
        }
    }

    private func validateImage(of state: IdleState) throws(InputError) {
        switch state.image {
        case nil, .whole?, .elsewhere?: break
        case .reference?:
            try Scenario.require(
                state.isResumed,
                "base sandboxes in the idle state '\(state.name)' would become warm when used",
                "let the state be resumed: what depends on a base sandbox needs it to the end")
            if let bytes = content?.registryBytesPerPage {
                try Scenario.require(
                    bytes.isFinite && (0...1e6).contains(bytes),
                    "content.registry-bytes-per-page is \(bytes)", "give bytes from 0 to 1,000,000")
            }
        case .patched(let storage)?:
            try requireContent(of: state)
            if let method = storage.compression { try requireCompression(method, of: state) }
        case .compressed(let method)?:
            try requireContent(of: state)
            try requireCompression(method, of: state)
        case .merged?:
            try requireContent(of: state)
            try Scenario.require(
                state.placements.allSatisfy { $0.localFraction == 1 },
                "the idle state '\(state.name)' merges pages that are not all in the node's memory",
                "leave out its placements")
        }
    }

    private func requireContent(of state: IdleState) throws(InputError) {
        try Scenario.require(
            content != nil, "nobody says what is in the pages that the idle state '\(state.name)' stores",
            "give content with a profile")
    }

    private func requireCompression(_ method: CompressionMethod, of state: IdleState) throws(InputError) {
        guard let content else { return }
        try Scenario.require(
            ContentModel.knows(method, content.profile),
            "the profile does not say how pages compress, which the idle state '\(state.name)' needs to know",
            "take a profile that was built with \(method.rawValue), or another state")
    }

    // MARK: - Paths

    private static func validate(_ path: StartPath) throws(InputError) {
        let name = path.name.isEmpty ? "a path" : "the path '\(path.name)'"
        try require(
            path.stages.count <= mostStages, "\(name) has \(path.stages.count) stages", "up to \(mostStages)")
        for stage in path.stages {
            let stageName = "the \(stage.kind.rawValue) stage of '\(path.name)'"
            if case .law(let law) = stage.time, let fault = law.fault {
                throw InputError("\(stageName) is impossible: \(fault)")
            }
            if case .law(let law) = stage.time, !(law.largestDraw <= SimDuration.longest.seconds) {
                throw InputError(
                    "\(stageName) can take more than a hundred years",
                    remedy: "give a shorter duration, or a law whose tail is lighter")
            }
            try require(
                (0...mostThreads).contains(stage.threads), "\(stageName) has \(stage.threads) threads",
                "give 0 to \(mostThreads)")
            if case .transfer = stage.time {
                try require(
                    stage.resource == nil && stage.threads == 0,
                    "\(stageName) holds a resource or cores while it reads base pages",
                    "leave out its resource and threads: the adapters are what it takes")
            }
        }
        let transient = path.transient
        for factor in [transient.perImageByte, transient.perBaseByte] {
            try require(
                factor.isFinite && (0...largestFactor).contains(factor),
                "\(name) takes \(factor) bytes of buffers for each byte",
                "give 0 to \(largestFactor)")
        }
        try require(transient.fixed <= .largest, "\(name) takes more than 1 EiB of buffers", "give less")
    }

    private func validateWarmStart() throws(InputError) {
        let warm = idleStates[0]
        try Scenario.require(
            warm.placements.allSatisfy { $0.localFraction == 1 },
            "the first idle state, '\(warm.name)', does not keep all of a sandbox's memory",
            "put the warm state first")
        try Scenario.require(
            warm.image == nil && !warm.keepsImage && warm.overhead == .zero && !warm.isResumed
                && warm.taken == .inOrder && warm.forks == nil,
            "the first idle state, '\(warm.name)', puts something away or is not a plain warm state",
            "put the warm state first, without image, overhead, resumption, precedence or forks")
        try Scenario.require(
            !warm.restore.stages.contains { $0.resource != nil },
            "a start on a warm sandbox cannot hold a resource", "leave out the resource of its stages")
        let isPlain = warm.restore.stages.allSatisfy { stage in
            switch stage.time {
            case .law: stage.threads == 0
            case .cost(_, let amount): stage.threads == 0 && amount == .one
            case .transfer: false
            }
        }
        try Scenario.require(
            isPlain && warm.restore.gates.isEmpty && warm.restore.transient == TransientMemory(),
            "a start on a warm sandbox takes cores, memory, gates, base pages, or grows with the sandbox",
            "give it stages that take a time of their own and nothing else")
    }

    private func validateColdStarts() throws(InputError) {
        for path in [start.cold] + start.byRuntime.map(\.path) + start.byName.map(\.path) {
            try Scenario.require(
                path.transient == TransientMemory(), "the cold start '\(path.name)' takes memory for buffers",
                "leave it out: a sandbox that starts cold holds all of its memory from the beginning")
        }
        for state in idleStates {
            try Scenario.require(
                state.forks.map { $0.transient == TransientMemory() } ?? true,
                "a fork from the idle state '\(state.name)' takes memory for buffers",
                "leave it out: a sandbox that is forked holds all of its memory from the beginning")
        }
    }

    // MARK: - Resources

    private func validateResources() throws(InputError) {
        var names: Set<String> = []
        for resource in resources {
            try Scenario.require(
                (1...Scenario.mostServers).contains(resource.servers),
                "the resource '\(resource.name)' has \(resource.servers) servers",
                "give 1 to \(Scenario.mostServers)")
            try Scenario.require(
                names.insert(resource.name).inserted,
                "the resource '\(resource.name)' is given twice", "remove one of them")
        }
    }

    /// Gates must have one order over all paths: two sandboxes that each wait for the gate that the other is through
    /// would wait for ever.
    private func validateGates() throws(InputError) {
        var after: [String: Set<String>] = [:]
        for path in allPaths {
            for (index, gate) in path.gates.enumerated() {
                try Scenario.require(
                    !path.gates[..<index].contains(gate),
                    "'\(path.name)' goes through the gate '\(gate)' twice",
                    "name it once")
                if index > 0 { after[path.gates[index - 1], default: []].insert(gate) }
            }
        }
        // Gates that no gate left comes before are taken away until none is left, or only a circle.
        var left = Set(allPaths.flatMap(\.gates))
        while !left.isEmpty {
            let second = left.reduce(into: Set<String>()) { $0.formUnion(after[$1] ?? []) }
            let first = left.subtracting(second)
            if first.isEmpty, let gate = left.min() {
                throw InputError(
                    "paths go through the gates in different orders, '\(gate)' among them: two sandboxes could wait"
                        + " for each other for ever", remedy: "name the gates in one order in all paths")
            }
            left.subtract(first)
        }
    }

    // MARK: - Network and failures

    private func validateFabric() throws(InputError) {
        switch fabric.connections {
        case .mesh: break
        case .onDemand(let cap):
            try Scenario.require(cap > 0, "adapters may have \(cap) connections", "allow at least one")
        case .shared(let count):
            try Scenario.require(count > 0, "adapters share \(count) connections", "give at least one")
        }
    }

    private func validateFailures() throws(InputError) {
        let count = nodes.reduce(0) { $0 + $1.count }
        for (index, failure) in failures.nodes.enumerated() {
            let place = "failures.nodes[\(index)]"
            try Scenario.require(
                (0..<count).contains(failure.node), "\(place).node is \(failure.node)",
                "the nodes are numbered from 0 to \(count - 1)")
            try Scenario.require(
                failure.at <= .longest, "\(place).at is after more than a hundred years",
                "give a time within the workload")
            try Scenario.require(
                failure.lasts <= .longest || failure.lasts == .forever,
                "\(place) lasts for more than a hundred years", "leave out how long: it then lasts to the end"
            )
        }
    }
}
