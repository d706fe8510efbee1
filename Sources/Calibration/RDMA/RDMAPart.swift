import HardwareCosts
import Verbs

/// One-sided RDMA: reads, page lists, connections, registration.
public struct RDMAPart: CalibrationPart {
    private let settings: RDMASettings

    /// The part between these ends; loopback unless told otherwise.
    public init(_ settings: RDMASettings = RDMASettings()) { self.settings = settings }

    /// `rdma`.
    public var name: String { "rdma" }
    /// What it measures.
    public var about: String {
        "one-sided RDMA: latency, throughput, page lists, connections, registration; on this host, or two"
    }
    /// All of RDMA.
    public var primitives: [CostPrimitive] { CostPrimitive.allCases.filter { $0.facts.group == .rdma } }

    /// Measures, verifies every byte, and fits. What the device cannot do is absent; a byte that was read wrong, and
    /// a peer that goes away, end it.
    public func run(_ context: CalibrationContext) throws -> PartResult {
        // Before anything else, as pages of processes take their time.
        if let obstacle = DeviceList.obstacle(for: settings.choice) {
            throw PartUnavailable(obstacle.description)
        }
        do {
            try context.reached(0, "page list")
            var measuring = try RDMAMeasuring(context, settings, list: list(context))
            try measuring.run()
            var result = RDMAFindings(samples: measuring.samples, context: context).result
            if let facts = measuring.facts { describe(facts, in: &result) }
            return result
        } catch let error as VerbsError {
            throw PartUnavailable(error.description)
        }
    }

    /// The page list of real pages, or a made one where none can be had.
    private func list(_ context: CalibrationContext) throws -> PageList {
        let mostBasePages = settings.memory / 2 / RDMAGrid.hosts / RDMAGrid.page
        let why: String
        do {
            let pages = try context.pages()
            let real = PageList(pages, hosts: RDMAGrid.hosts, mostBasePages: mostBasePages)
            if let real { return real }
            why = "the pages, \(pages.source), resemble no base page"
        } catch let unavailable as PartUnavailable {
            why = unavailable.reason
        }
        return PageList(
            made: 2048, hosts: RDMAGrid.hosts, basePages: min(mostBasePages, 4096), why: why)
    }

    private func describe(_ facts: DeviceFacts, in result: inout PartResult) {
        let model = facts.model.isEmpty ? "vendor \(facts.vendor), part \(facts.part)" : facts.model
        result.machine[.adapter] = facts.isEmulated ? "\(facts.name), emulated" : "\(facts.name), \(model)"
        if !facts.firmware.isEmpty { result.machine[.firmware] = facts.firmware }
        let bus = facts.bus.isEmpty ? "" : ", bus \(facts.bus)"
        let rate = facts.rate.isEmpty ? "unknown rate" : facts.rate
        result.machine[.link] = "\(rate), \(facts.linkLayer), MTU \(facts.mtu)\(bus)"
        result.isEmulated = facts.isEmulated
        let node = facts.node.map { ", NUMA node \($0)" } ?? ""
        let kind = facts.gidType.isEmpty ? "" : " (\(facts.gidType))"
        let ends = settings.host == nil ? "both ends on this host" : "two hosts"
        result.notes.insert(
            "\(facts.name) port \(facts.port), address index \(facts.gidIndex)\(kind)\(node); \(ends)", at: 0)
        if facts.isEmulated {
            result.notes.insert(
                "the device is emulated: the figures show that the harness works, and no simulation takes them",
                at: 1)
        }
    }
}
