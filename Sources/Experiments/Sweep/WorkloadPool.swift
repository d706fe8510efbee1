import EventKernel
import Files
import Simulator
import Synchronization
import Workload

/// The workloads of a sweep: each is read or drawn once, shared by all workers, and let go after its last run.
final class WorkloadPool: Sendable {
    /// A workload that runs meet: which of the sweep's, in which replicate. Workloads that are held, or read
    /// and not sampled, are the same in all replicates.
    struct Key: Hashable, Sendable {
        var spec: Int
        var replicate: Int
    }

    private let specs: [WorkloadSpec]
    private let sample: ReplicateSettings.SampleSettings
    private let isHeld: Bool
    private let strict: Bool
    private let read: [Workload?]
    private let entries: Mutex<[Key: Entry]>

    /// A workload that may still be on its way.
    private final class Entry: Sendable {
        let content = Mutex<Result<Workload, any Error>?>(nil)
    }

    /// The pool of these workloads. Those in files are read at once.
    /// - Parameter isHeld: whether all replicates meet the draw of replicate 0.
    /// - Throws: `InputError` for a workload that cannot be had.
    init(
        _ specs: [WorkloadSpec], sample: ReplicateSettings.SampleSettings, isHeld: Bool, strict: Bool
    ) throws {
        self.specs = specs
        self.sample = sample
        self.isHeld = isHeld
        self.strict = strict
        read = try specs.map { spec in
            guard let source = spec.source, !source.isDrawn else { return nil }
            let workload = try source.load(strict: strict)
            if strict { try workload.refuseWarnings() }
            return workload
        }
        entries = Mutex([:])
    }

    /// Which workload a replicate meets.
    func key(spec: Int, replicate: Int) -> Key {
        let isFixed = isHeld || read[spec] != nil && !sample.isAsked
        return Key(spec: spec, replicate: isFixed ? 0 : replicate)
    }

    /// The workload, read or drawn now when nobody did so before. Who asks for one on its way waits.
    func workload(_ key: Key) throws -> Workload {
        let entry = entries.withLock { entries in
            if let entry = entries[key] { return entry }
            let entry = Entry()
            entries[key] = entry
            return entry
        }
        return try entry.content.withLock { content in
            if let content { return try content.get() }
            let result = Result { try load(key) }
            content = result
            return try result.get()
        }
    }

    /// What is to be said of the workloads that were read.
    var warnings: [Provenance.Warning] { read.flatMap { $0?.provenance.warnings ?? [] } }

    /// What a workload gives memory for. What is drawn gives it for applications.
    func memoryUnit(ofSpec spec: Int) -> SandboxUnit { read[spec]?.memoryUnit ?? .application }

    /// Lets a workload go.
    func release(_ key: Key) { entries.withLock { $0[key] = nil } }

    private func load(_ key: Key) throws -> Workload {
        let replicate = UInt64(key.replicate)
        if let workload = read[key.spec] { return try sample.draw(from: workload, replicate: replicate) }
        guard let source = specs[key.spec].source?.redrawn(for: replicate) else {
            preconditionFailure("an experiment without a workload was accepted")
        }
        return try sample.draw(from: source.load(strict: strict), replicate: replicate)
    }

    /// What tells the workload from all others: its settings, and the content of the files it is read from.
    func identity(_ key: Key) -> ConfigNode {
        let source = specs[key.spec].source
        var spec = specs[key.spec]
        spec.source = source?.redrawn(for: UInt64(key.replicate)) ?? source?.withoutPaths
        let inputs = (read[key.spec]?.provenance.inputs ?? []).map { ConfigNode.text($0.digest) }
        var pairs: [(String, ConfigNode)] = [("workload", settings(spec)), ("inputs", .list(inputs))]
        if let applications = sample.applications ?? sample.functions {
            let unit = sample.applications == nil ? "functions" : "applications"
            pairs.append(("sample", .mapping([(unit, .text("\(applications)"))])))
            pairs.append(("seed", .text("\(sample.seed &+ UInt64(key.replicate))")))
        }
        return .mapping(pairs)
    }

    /// The settings of a workload as an experiment file has them.
    func settings(_ key: Key) -> ConfigNode {
        var spec = specs[key.spec]
        spec.source = spec.source?.redrawn(for: UInt64(key.replicate)) ?? spec.source
        return settings(spec)
    }

    private func settings(_ spec: WorkloadSpec) -> ConfigNode {
        WorkloadSpec.kind(.none).write(spec)
    }
}
