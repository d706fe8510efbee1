/// The cost of one primitive, and where it comes from.
public struct Cost: Hashable, Sendable {
    /// How much.
    public var model: CostModel
    /// Where that comes from.
    public var origin: CostOrigin
    /// What else a calibration knows of it; nil when nothing.
    public var evidence: CostEvidence?

    /// The cost of one primitive.
    public init(_ model: CostModel, origin: CostOrigin, evidence: CostEvidence? = nil) {
        self.model = model
        self.origin = origin
        self.evidence = evidence
    }
}

/// What identifies a machine that was measured.
public enum MachineFact: String, Hashable, Sendable, CaseIterable {
    /// The processor's model, and how many.
    case cpu
    /// Memory installed.
    case memory
    /// The kernel's release.
    case kernel
    /// The RDMA adapter.
    case adapter
    /// The adapter's firmware.
    case firmware
    /// The link's speed and kind.
    case link
    /// NUMA nodes and what belongs to each.
    case numa
    /// The frequency governor.
    case governor
    /// Whether, and by what, the machine is virtualised.
    case virtualisation
    /// The clock that was used.
    case clock
    /// The load average of the last 1, 5 and 15 minutes when measuring began.
    case load
}

/// Costs from one file: a name, and a cost for some primitives.
public struct CostSet: Hashable, Sendable {
    /// Its name: `medes-eurosys22`.
    public var name: String
    /// What it is about; may be empty.
    public var about: String
    /// Whether it comes from emulated hardware and shows only that the harness works. No simulation takes it.
    public var isEmulated: Bool
    /// The machine that was measured, as far as it is known.
    public var machine: [MachineFact: String]
    /// Its costs. Go through `primitives` for an order.
    public var costs: [CostPrimitive: Cost]
    /// Why primitives are not here although they were asked for: `no RDMA device`.
    public var absent: [CostPrimitive: String]

    /// Costs from one file.
    public init(
        name: String, about: String = "", isEmulated: Bool = false, machine: [MachineFact: String] = [:],
        costs: [CostPrimitive: Cost] = [:], absent: [CostPrimitive: String] = [:]
    ) {
        self.name = name
        self.about = about
        self.isEmulated = isEmulated
        self.machine = machine
        self.costs = costs
        self.absent = absent
    }

    /// The primitives that have a cost here, in the order of `CostPrimitive`.
    public var primitives: [CostPrimitive] { CostPrimitive.allCases.filter { costs[$0] != nil } }
}
