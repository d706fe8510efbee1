import Simulator
import Workload

/// Where a workload can come from: one key under `workload` in an experiment file.
protocol WorkloadSource: Sendable {
    /// The key.
    static var key: String { get }
    /// What settings are read over.
    static var blank: Self { get }
    /// The settings under the key.
    static func kind(_ paths: PathKind) -> Kind<Self>
    /// Reads or draws the workload. `strict` makes every warning an error.
    func load(strict: Bool) throws -> Workload
}

extension Workload {
    /// What the workload gives memory for: the default of `sandbox.unit`.
    public var memoryUnit: SandboxUnit { isMemoryByFunction ? .function : .application }
}
