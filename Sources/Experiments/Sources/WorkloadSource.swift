import Files
import Machine
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
    /// What the workload is drawn from; nil for one that is read, which cannot be given a seed.
    var seed: UInt64? { get set }
    /// The same source without the paths of its files: what identifies a workload with their content.
    var withoutPaths: Self { get }
}

extension WorkloadSource {
    /// Nil: the workload is read.
    var seed: UInt64? {
        get { nil }
        set {}
    }
    var withoutPaths: Self { self }
    /// Whether the workload is drawn from a seed, and so fits in memory and comes quickly.
    var isDrawn: Bool { seed != nil }
    /// The source of another replicate, when the workload is drawn; nil when it is read.
    func redrawn(for replicate: UInt64) -> Self? {
        guard let seed else { return nil }
        var source = self
        source.seed = seed &+ replicate
        return source
    }
}

extension WorkloadSource {
    /// Memory that a run takes for each function, without its calls: 1.7 GB for 3 million functions of `poisson`.
    static var bytesOfFunction: UInt64 { 560 }

    /// Refuses more functions than the memory that is left can hold.
    /// - Parameter share: what is left.
    /// - Throws: `InputError` that names the setting.
    static func checkMemory(functions: Int, share: MachineShare = .now()) throws(InputError) {
        let need = UInt64(functions) * bytesOfFunction
        guard let left = share.memory, need > left else { return }
        throw InputError(
            "workload.\(key).functions: \(functions) functions take about \(need >> 20) MiB of memory, and "
                + "\(share.memoryBound) leaves \(left >> 20) MiB", remedy: "give fewer functions")
    }
}

extension Workload {
    /// What the workload gives memory for: the default of `sandbox.unit`.
    public var memoryUnit: SandboxUnit { isMemoryByFunction ? .function : .application }

    /// - Throws: `InputError` when there is anything to warn of.
    func refuseWarnings() throws {
        guard let warning = provenance.warnings.first else { return }
        throw InputError(
            "\(warning.message): \(warning.count)", remedy: "mend the trace, or run without --strict")
    }
}
