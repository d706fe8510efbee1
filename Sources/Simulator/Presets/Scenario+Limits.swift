import EventKernel
import Files
import PageContent
import Workload

// Amounts that are sound one by one and too much together. Each is refused before the run, so that nothing is added up
// or allocated beyond what fits.
extension Scenario {
    /// All nodes' memory together stays below this: sums of it, and of what sandboxes need, fit into 64 bits.
    static var mostMemory: Bytes { Bytes(4 * Bytes.largest.count) }
    private static var mostNodes: Int { 1_000_000 }
    /// Servers and gates of all nodes, each of which takes some bytes: half a gigabyte at the most.
    private static var mostPlaces: Double { 50_000_000 }
    private static var mostMoments: UInt64 { 1_000_000 }
    private static var mostCores: Double { 1_000_000 }

    private static func require(
        _ holds: Bool, _ problem: @autoclosure () -> String, _ remedy: @autoclosure () -> String
    ) throws(InputError) {
        if !holds { throw InputError(problem(), remedy: remedy()) }
    }

    /// How many nodes there are, counted without overflow.
    private var nodeCount: Double { nodes.reduce(0) { $0 + Double($1.count) } }

    /// Checks the number of nodes and the sum of their memory.
    func validateSize() throws(InputError) {
        try Scenario.require(
            nodeCount <= Double(Scenario.mostNodes), "the cluster has \(nodeCount.rounded()) nodes",
            "up to 1,000,000 are possible")
        let memory = nodes.reduce(0) { $0 + Double($1.count) * Double($1.memory.count) }
        try Scenario.require(
            memory < Double(Scenario.mostMemory.count),
            "the nodes of the cluster have \(memory / 0x1p60) EiB of memory together (cluster.nodes)",
            "give fewer nodes, or less memory to each: below 4 EiB in all")
    }

    /// Checks that the timeline of a run over `horizon` does not have too many points.
    func validateTimeline(horizon: SimDuration) throws(InputError) {
        let measured = horizon - min(measurement.warmUp, horizon)
        let moments = measured.nanoseconds / measurement.interval.nanoseconds
        // The least whole number of seconds that is enough.
        let enough = measured.nanoseconds / Scenario.mostMoments / 1_000_000_000 + 1
        try Scenario.require(
            moments <= Scenario.mostMoments,
            "the timeline would have \(moments) points: measurement.interval is"
                + " \(measurement.interval.seconds) s, and the workload lasts \(horizon.seconds) s",
            "give an interval of \(enough) s or more, or a shorter workload")
    }

    /// Checks that cores can be shared.
    func validateCores() throws(InputError) {
        guard case .processorSharing(let demand) = contention else { return }
        try Scenario.require(
            demand > 0 && demand <= Scenario.mostCores, "contention.processor-sharing.demand is \(demand)",
            "give cores for each execution, such as 1, up to 1,000,000")
    }

    /// Checks that what is kept for each server and gate of each node fits into memory.
    func validatePlaces() throws(InputError) {
        var places = 0.0
        for name in Set(allPaths.flatMap { $0.gates + $0.stages.compactMap(\.resource) }) {
            let resource = resource(named: name)
            let servers = resource.sharing == .split ? 1 : Double(max(resource.servers, 1))
            places += servers * (resource.scope == .node ? nodeCount : 1)
        }
        try Scenario.require(
            places <= Scenario.mostPlaces,
            "resources have \(places) servers on all nodes together, more than 50,000,000",
            "give them fewer servers, or the scope cluster")
    }

    /// Checks that the controller's registry of base pages, and the connections of all adapters, can be counted.
    func validateBookkeeping() throws(InputError) {
        let pages = nodes.reduce(0) { $0 + Double($1.count) * Double($1.memory.count) / Double(Page.size) }
        let registry = pages * (content?.registryBytesPerPage ?? 0)
        try Scenario.require(
            registry < Double(Bytes.largest.count),
            "the registry of the pages of all nodes could take \(registry / 0x1p60) EiB",
            "lower content.registry-bytes-per-page, or give the nodes less memory")
        guard primitives.contains(.rdmaReadPages) else { return }
        let links = FabricCosts(costs)
        let most: Int
        switch fabric.connections {
        case .mesh: most = Int(nodeCount)
        case .onDemand(let cap): most = max(Int(nodeCount), min(cap, Scenario.mostNodes))
        case .shared(let count): most = count
        }
        try Scenario.require(
            links.memory(most) < FabricCosts.mostMemory,
            "\(most) connections of an adapter take 4 TiB or more by the cost rdma-connection-memory",
            "correct that cost, or allow fewer connections (fabric.connections)")
    }
}
