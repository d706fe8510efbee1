import EventKernel
import HardwareCosts
import PageContent

/// Idle states by name, complete: what is kept, and the ways in and out in terms of what primitives cost.
public enum StatePreset: String, Hashable, Sendable, CaseIterable {
    /// A warm sandbox with a pinned copy of its pages, which others' patches refer to (Medes, EuroSys'22, 4.1.3).
    case base
    /// Patches against pages of base sandboxes anywhere in the cluster, and the other pages as they are (Medes).
    case deduplicated
    /// Pages compressed one by one with LZ4 (CodeCrunch, ASPLOS'24; zswap).
    case compressedLZ4 = "compressed-lz4"
    /// The same with zstd.
    case compressedZstd = "compressed-zstd"
    /// As `deduplicated`, and what has no patch, or is smaller so, compressed with LZ4.
    case deduplicatedLZ4 = "deduplicated+lz4"
    /// The same with zstd.
    case deduplicatedZstd = "deduplicated+zstd"
    /// Equal pages of the sandboxes on a node are kept once (KSM; UPM, BigData'23). The search for them and the copies
    /// when they are written again cost nothing here, which favours it.
    case merged
    /// Pages equal to a page of a base sandbox anywhere in the cluster are left out; no patches.
    case exactCluster = "exact-cluster"
    /// A checkpoint in the node's memory, restored from a snapshot.
    case snapshot
    /// A checkpoint on the node's disk: nothing in memory.
    case disk
    /// A sandbox that takes no requests: others of its unit are forked from it on any node (MITOSIS, OSDI'23). Becoming one
    /// costs nothing here; MITOSIS writes a descriptor of the page table, for which no cost is known.
    case seed

    /// The names of the resources that the states' stages hold.
    ///
    /// One CRIU checkpoint or paused restore at a time on a node (`dump_mutex_` in Medes' released code).
    public static let checkpointLock = "criu"
    /// One finished restore at a time on a node (`restore_mutex_`).
    public static let restoreLock = "restore"
    /// Dedup starts under way on a node.
    public static let restoreGate = "dedup-starts"
    /// The controller's registry of base pages.
    public static let registry = "registry"
    /// A node's disk.
    public static let diskQueue = "disk"

    /// The resources that the states of `settings` use.
    public static func resources(_ settings: StatePresetSettings = StatePresetSettings()) -> [Resource] {
        [
            Resource(checkpointLock), Resource(restoreLock),
            Resource(restoreGate, servers: settings.restoresPerNode), settings.registry.resource,
            Resource(diskQueue),
        ]
    }

    /// The warm state and then `presets`, with the base state before those whose starts take longer.
    public static func states(
        _ presets: [StatePreset], _ settings: StatePresetSettings = StatePresetSettings()
    ) -> [IdleState] {
        let ordered = presets.filter { $0 == .base } + presets.filter { $0 != .base }
        return [.warm(delay: settings.warmStart)] + ordered.map { $0.state(settings) }
    }

    /// The idle state, under its preset's name.
    public func state(_ settings: StatePresetSettings = StatePresetSettings()) -> IdleState {
        let stages = PresetStages(settings: settings)
        switch self {
        case .base: return base(stages)
        case .deduplicated: return deduplicated(stages, compression: nil)
        case .deduplicatedLZ4: return deduplicated(stages, compression: .lz4)
        case .deduplicatedZstd: return deduplicated(stages, compression: .zstd)
        case .compressedLZ4: return compressed(stages, .lz4)
        case .compressedZstd: return compressed(stages, .zstd)
        case .exactCluster: return exact(stages)
        case .merged: return merged(stages)
        case .snapshot: return snapshot(stages)
        case .disk: return disk(stages)
        case .seed: return seed(stages)
        }
    }

    /// The state's name, and that of starts from it.
    public var name: String { rawValue }

    private func path(_ stages: [Stage]) -> StartPath { StartPath(name: name, stages: stages) }
}

// One state each.
extension StatePreset {
    private func base(_ stages: PresetStages) -> IdleState {
        IdleState(
            name: name, restore: path([Stage(.restore, stages.settings.warmStart)]),
            entry: StartPath(
                name: name, stages: [stages.checkpoint] + stages.fingerprint + [stages.register],
                transient: TransientMemory(perImageByte: 1)),
            image: .reference(stages.settings.protection), isResumed: true, taken: .first)
    }

    /// Medes' order (its released code): dump, fingerprints, base addresses, reads, patches, paused restore. A restore
    /// reads all base pages again.
    private func deduplicated(_ stages: PresetStages, compression: CompressionMethod?) -> IdleState {
        let settings = stages.settings
        var entry = [stages.checkpoint] + stages.fingerprint
        entry += [stages.lookup, stages.read, stages.encode]
        var restore = [stages.read]
        if let compression {
            entry.append(stages.compress(compression, of: .pages))
            restore.append(stages.decompress(compression))
        }
        return stored(
            stages, entry: entry + [stages.pause], restore: restore + [stages.apply, stages.restore],
            transient: TransientMemory(perImageByte: 1, perBaseByte: 1), residency: .deduplicated,
            image: .patched(PatchStorage(bases: settings.bases, compression: compression)))
    }

    /// Whole pages are found by their fingerprints and read back at the restore; nothing is coded.
    private func exact(_ stages: PresetStages) -> IdleState {
        stored(
            stages, entry: [stages.checkpoint] + stages.fingerprint + [stages.lookup, stages.pause],
            restore: [stages.read, stages.restore],
            transient: TransientMemory(perImageByte: 1, perBaseByte: 1), residency: .deduplicated,
            image: .patched(PatchStorage(bases: stages.settings.bases, isExactOnly: true)))
    }

    private func compressed(_ stages: PresetStages, _ method: CompressionMethod) -> IdleState {
        let compress = stages.compress(method, of: .pages)
        let decompress = stages.decompress(method)
        guard stages.settings.compression == .inPlace else {
            return stored(
                stages, entry: [stages.checkpoint, compress, stages.pause],
                restore: [decompress, stages.restore], transient: TransientMemory(perImageByte: 1),
                residency: .compressed, image: .compressed(method))
        }
        return IdleState(
            name: name, placements: IdleState.away(.compressed), restore: path([decompress]),
            entry: path([compress]), image: .compressed(method))
    }

    /// A state that keeps a stored image and a paused restore: the image stays after a use, so that the second time
    /// only the pause is made anew (Medes' released code).
    private func stored(
        _ stages: PresetStages, entry: [Stage], restore: [Stage], transient: TransientMemory,
        residency: Residency, image: ImageStorage
    ) -> IdleState {
        IdleState(
            name: name, placements: IdleState.away(residency),
            restore: StartPath(
                name: name, stages: restore, gates: [StatePreset.restoreGate], transient: transient),
            entry: StartPath(name: name, stages: entry, transient: transient), reentry: path([stages.pause]),
            image: image, keepsImage: true, overhead: stages.settings.overhead)
    }

    private func merged(_ stages: PresetStages) -> IdleState {
        IdleState(
            name: name, restore: path([Stage(.restore, stages.settings.warmStart)]), entry: path([]),
            image: .merged)
    }

    private func snapshot(_ stages: PresetStages) -> IdleState {
        IdleState(
            name: name, placements: IdleState.away(.absent),
            restore: path([Stage(.restore, .cost(.restoreSnapshot, of: .footprint))]),
            entry: path([stages.checkpoint]), image: .whole)
    }

    private func seed(_ stages: PresetStages) -> IdleState {
        IdleState(
            name: name, restore: path([Stage(.restore, stages.settings.warmStart)]), taken: .never,
            forks: StartPath(
                name: "fork \(name)", stages: [Stage(.restore, .cost(.remoteFork, of: .footprint))]))
    }

    /// What was written to disk once stays there.
    private func disk(_ stages: PresetStages) -> IdleState {
        IdleState(
            name: name, placements: IdleState.away(.ssd),
            restore: path([
                Stage(.restore, .cost(.restoreDisk, of: .footprint), resource: StatePreset.diskQueue)
            ]),
            entry: path([stages.checkpoint]), reentry: path([]), image: .elsewhere, keepsImage: true)
    }
}

/// The stages that states are put together from.
private struct PresetStages {
    let settings: StatePresetSettings

    var checkpoint: Stage {
        Stage(.checkpoint, .cost(.checkpoint, of: .footprint), resource: StatePreset.checkpointLock)
    }
    /// None when pages are found by their place.
    var fingerprint: [Stage] {
        guard let primitive = settings.fingerprint.primitive else { return [] }
        return [Stage(.fingerprint, .cost(primitive, of: .pages), threads: settings.fingerprintThreads)]
    }
    var lookup: Stage {
        Stage(.lookup, .cost(.registryLookup, of: .pages), resource: StatePreset.registry)
    }
    var register: Stage {
        Stage(
            .register, .cost(.registryInsert, of: .pages), resource: StatePreset.registry,
            holdsEveryServer: settings.registry.entersEverywhere)
    }
    var read: Stage { Stage(.read, .transfer) }
    var encode: Stage {
        Stage(.encode, .cost(settings.patch.encode, of: .patchedPages), threads: settings.codecThreads)
    }
    var apply: Stage {
        Stage(.apply, .cost(settings.patch.apply, of: .patchedPages), threads: settings.codecThreads)
    }
    var pause: Stage {
        Stage(.pause, .cost(.restorePause, of: .one), resource: StatePreset.checkpointLock)
    }
    var restore: Stage {
        Stage(.restore, .cost(.restoreSandbox, of: .patchedPages), resource: StatePreset.restoreLock)
    }

    func compress(_ method: CompressionMethod, of amount: StageAmount) -> Stage {
        Stage(.compress, .cost(method.compress, of: amount), threads: settings.codecThreads)
    }

    func decompress(_ method: CompressionMethod) -> Stage {
        Stage(
            .decompress, .cost(method.decompress, of: .compressedPages), threads: settings.codecThreads)
    }
}
