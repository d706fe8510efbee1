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
    /// What the workload gives memory for, the default of `sandbox.unit`. A trace that knows applications
    /// only has their memory divided equally among their functions by its reader; so where functions of one
    /// application differ, functions were measured.
    public var memoryUnit: SandboxUnit {
        var first = [Function?](repeating: nil, count: applications.count)
        for function in functions {
            let application = function.application.index
            if let other = first[application] {
                if other.memory != function.memory { return .function }
            } else {
                first[application] = function
            }
        }
        return .application
    }
}
