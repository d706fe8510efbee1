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
