import EventKernel
import Files
import HardwareCosts

/// Resolves start paths: names become numbers, laws tables, primitives costs.
struct PathResolver {
    let scenario: Scenario
    private var resourceNames: Names
    private var gateNames: Names

    /// The serial resources and the gates met so far, each once.
    var resources: [Resource] { resourceNames.list }
    var gates: [Resource] { gateNames.list }

    /// Named things in the order in which they were met first.
    private struct Names {
        private(set) var list: [Resource] = []
        private var places: [String: Int] = [:]
        private let known: [String: Resource]

        /// None yet; those that are `known` have settings of their own.
        init(known: [String: Resource]) { self.known = known }

        func contains(_ name: String) -> Bool { places[name] != nil }

        mutating func place(of name: String) -> Int {
            if let place = places[name] { return place }
            places[name] = list.count
            list.append(known[name] ?? Resource(name))
            return list.count - 1
        }
    }

    init(scenario: Scenario) {
        self.scenario = scenario
        let known = scenario.knownResources
        resourceNames = Names(known: known)
        gateNames = Names(known: known)
    }

    mutating func resolve(_ path: StartPath) throws(InputError) -> StartTable.ResolvedPath {
        var stages: [StartTable.ResolvedStage] = []
        for stage in path.stages { stages.append(try resolve(stage)) }
        let gates = path.gates.map { gateNames.place(of: $0) }
        for name in path.gates where resourceNames.contains(name) {
            throw PathResolver.usedTwice(name)
        }
        let isEventful =
            !gates.isEmpty || path.transient != TransientMemory()
            || stages.contains { stage in
                if case .transfer = stage.time { return true }
                return stage.resource != nil || stage.threads > 0
            }
        var constant: UInt64? = isEventful ? nil : 0
        for stage in stages {
            if case .constant(let nanoseconds) = stage.time {
                constant = constant.map { min($0.adding(clamped: nanoseconds), SimTime.end.nanoseconds) }
            } else {
                constant = nil
            }
        }
        return StartTable.ResolvedPath(
            stages: stages, gates: gates, transient: path.transient, constant: constant,
            isEventful: isEventful)
    }

    private mutating func resolve(_ stage: Stage) throws(InputError) -> StartTable.ResolvedStage {
        var resource: Int?
        if let name = stage.resource {
            resource = resourceNames.place(of: name)
            if gateNames.contains(name) { throw PathResolver.usedTwice(name) }
        }
        let time: StartTable.ResolvedTime
        switch stage.time {
        case .law(.constant(let seconds)):
            time = .constant(SimDuration(cutting: (seconds * 1e9).rounded()).nanoseconds)
        case .law(let law): time = .drawn(QuantileTable(law, scale: 1e9))
        case .cost(let primitive, let amount):
            time = .cost(try scenario.costs.cost(of: primitive).model, of: amount)
        case .transfer: time = .transfer
        }
        return StartTable.ResolvedStage(
            kind: stage.kind, time: time, resource: resource, holdsEveryServer: stage.holdsEveryServer,
            threads: stage.threads)
    }

    private static func usedTwice(_ name: String) -> InputError {
        InputError(
            "'\(name)' is a gate of one path and the resource of a stage of another",
            remedy: "give the gate another name")
    }
}
