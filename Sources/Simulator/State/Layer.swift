/// A part of a sandbox's memory, in the order in which a cold start builds it (docs/architecture.md, vocabulary).
public enum LayerKind: UInt8, Sendable, CaseIterable {
    /// Namespaces, control group, root file system, virtual machine monitor.
    case sandbox
    /// The network interface.
    case network
    /// The language runtime.
    case runtime
    /// Imported libraries.
    case libraries
    /// What the function's own initialisation built: code, models, connections.
    case initialized
    /// What executions left behind.
    case execution
}

/// Where a layer's bytes are while its sandbox is idle.
public enum Residency: UInt8, Sendable, CaseIterable {
    /// Nowhere: it must be built again.
    case absent
    /// In the node's own memory.
    case local
    /// In a donor's memory on the same node, copy on write.
    case shared
    /// As a patch against pages of a base sandbox.
    case deduplicated
    /// In a memory pool reached by load and store (CXL).
    case pool
    /// In another node's memory, read over RDMA.
    case remote
    /// Compressed in the node's own memory.
    case compressed
    /// In local non-volatile memory.
    case nvm
    /// In a snapshot on a local disk.
    case ssd
    /// In an object store.
    case objectStore
}

/// One layer of a unit's sandboxes.
public struct Layer: Hashable, Sendable {
    /// Which layer.
    public var kind: LayerKind
    /// Its part of the sandbox's memory, 0 to 1. The parts of a unit's layers add up to 1.
    public var share: Double

    /// One layer of a unit's sandboxes.
    public init(_ kind: LayerKind, share: Double) {
        self.kind = kind
        self.share = share
    }
}

/// A named way to be idle: where each layer is, and what of it stays in the node's memory.
///
/// Warm, compressed, peeled, checkpointed: all are idle with another vector. The engine knows the vector, not the name.
public struct IdleState: Hashable, Sendable {
    /// The name that experiment files and results use.
    public var name: String
    /// Where each layer is; layers not named are `local`.
    public var placements: [Placement]
    /// How a sandbox in this state becomes ready to run.
    public var restore: StartPath

    /// Where one layer is in an idle state.
    public struct Placement: Hashable, Sendable {
        /// Which layer.
        public var layer: LayerKind
        /// Where it is.
        public var residency: Residency
        /// Bytes kept in the node's own memory for each byte of the layer: 1 local, 0 absent, between for the rest.
        public var localFraction: Double

        /// Where one layer is in an idle state.
        public init(_ layer: LayerKind, _ residency: Residency, localFraction: Double) {
            self.layer = layer
            self.residency = residency
            self.localFraction = localFraction
        }
    }

    /// A named way to be idle.
    public init(name: String, placements: [Placement] = [], restore: StartPath) {
        self.name = name
        self.placements = placements
        self.restore = restore
    }

    /// The part of a sandbox's memory that stays on the node, for a sandbox made of `layers`.
    public func localFraction(of layers: [Layer]) -> Double {
        layers.reduce(0) { sum, layer in
            let placement = placements.first { $0.layer == layer.kind }
            return sum + layer.share * (placement?.localFraction ?? 1)
        }
    }
}
