import Simulator

extension Metric {
    /// What was done with cores, pages, the network and idle states.
    static let mechanism: [Metric] = coreTime + pages + registry + network + moves + images + failures

    /// Stages of cold starts: one column for all.
    private static let startStages: [StageKind] = [.place, .create, .network, .boot, .import, .initialize]

    private static let coreTime: [Metric] = {
        let overhead = Metric(
            "cpu_overhead_s", "core time beside executions, of all stages",
            number: { record in seconds(record) { $0 != "execution" } })
        let execution = Metric(
            "cpu_execution_s", "core time of executions", .none,
            number: { record in seconds(record) { $0 == "execution" } })
        let start = Metric(
            "cpu_start_s", "core time of the stages of cold starts",
            number: { record in seconds(record) { name in startStages.contains { $0.rawValue == name } } })
        let others = StageKind.allCases.filter { !startStages.contains($0) }
        return [execution, overhead, start]
            + others.map { kind in
                Metric(
                    "cpu_\(kind.rawValue)_s", "core time of stages '\(kind.rawValue)'",
                    number: { record in seconds(record) { $0 == kind.rawValue } })
            }
    }()

    private static func seconds(_ record: RunRecord, _ isMeant: (String) -> Bool) -> Double {
        record.mechanism.coreSeconds.reduce(0) { $0 + (isMeant($1.purpose) ? $1.seconds : 0) }
    }

    private static let pages: [Metric] = [
        Metric("pages_read", "pages read from base sandboxes", count: { $0.mechanism.pagesRead }),
        Metric(
            "pages_read_own_node_share", "of the pages read, those on the reader's own node", .higher
        ) {
            part(Double($0.mechanism.pagesReadOnOwnNode), of: Double($0.mechanism.pagesRead))
        },
        Metric("read_mean_s", "reading all base pages of a sandbox: mean") {
            $0.mechanism.reads.count == 0 ? .null : .number($0.mechanism.reads.mean)
        },
        Metric("read_p99_s", "reading all base pages of a sandbox: 99th percentile over restores that read") {
            $0.mechanism.reads.count == 0 ? .null : .number($0.mechanism.reads.p99)
        },
        Metric(
            "resource_wait_p99_s",
            "waiting for a serial resource or a gate: 99th percentile over the stages that ask for one"
        ) {
            $0.mechanism.resourceWaits.count == 0 ? .null : .number($0.mechanism.resourceWaits.p99)
        },
    ]

    private static let registry: [Metric] = [
        Metric("registry_lookups", "pages looked up in the registry", count: { $0.mechanism.lookups }),
        Metric(
            "registry_busy_share", "share of time that the registry was busy",
            number: { $0.mechanism.registryBusy }),
        Metric(
            "registry_mean_bytes", "memory of the registry, mean", number: { $0.mechanism.registry.mean }),
        Metric(
            "registry_peak_bytes", "memory of the registry, most at any time",
            count: { $0.mechanism.registry.peak }),
    ]

    private static let network: [Metric] = [
        Metric("connections_set_up", "connections set up", count: { $0.mechanism.connectionsSetUp }),
        Metric(
            "connections_peak", "most connections at any adapter", count: { $0.mechanism.connectionsPeak }),
        Metric(
            "connections_peak_bytes", "memory of all connections, most at any time",
            count: { $0.mechanism.connectionMemoryPeak }),
    ]

    /// What happened in the idle states after warm, all together.
    private static let moves: [Metric] = [
        Metric("moves_entered", "moves into idle states, with a new image or none", .none) {
            .whole(furtherStates($0).reduce(0) { $0 + $1.entered })
        },
        Metric("moves_reentered", "moves into idle states with the image from before", .none) {
            .whole(furtherStates($0).reduce(0) { $0 + $1.reentered })
        },
        Metric("moves_refused", "moves into idle states that could not be made") {
            .whole(furtherStates($0).reduce(0) { $0 + $1.refused })
        },
        Metric("moves_broken_off", "moves broken off because a base sandbox was lost") {
            .whole(furtherStates($0).reduce(0) { $0 + $1.brokenOff })
        },
        Metric("restored_startup_mean_s", "startup of calls that start from further idle states: mean") {
            let starts = furtherStates($0).map(\.startup)
            let count = starts.reduce(0) { $0 + Double($1.count) }
            return part(starts.reduce(0) { $0 + $1.mean * Double($1.count) }, of: count)
        },
        Metric(
            "restored_startup_p99_s",
            "startup of calls that start from a further idle state: 99th percentile over the calls of the state "
                + "where it is longest"
        ) {
            furtherStates($0).map(\.startup).filter { $0.count > 0 }.map(\.p99).max().map { .number($0) }
                ?? .null
        },
    ]

    private static let images: [Metric] = [
        Metric(
            "dedup_share", "sandboxes in idle states whose pages became patches, of all sandboxes", .none
        ) { record in
            let patched = furtherStates(record).filter { $0.patched > 0 }
            return .number(
                record.sandboxes.mean == 0
                    ? 0 : patched.reduce(0) { $0 + $1.sandboxes.mean } / record.sandboxes.mean)
        },
        Metric(
            "page_saving_share",
            "memory that images saved when they were made, those of base sandboxes left out: 1 - after / before",
            .higher
        ) {
            let states = storingStates($0)
            let before = states.reduce(0) { $0 + Double($1.before) }
            return part(before - states.reduce(0) { $0 + Double($1.after) }, of: before)
        },
        Metric("patched_share", "of the pages of these images, those that became patches", .higher) {
            let states = storingStates($0)
            return part(
                states.reduce(0) { $0 + Double($1.patched) }, of: states.reduce(0) { $0 + Double($1.pages) })
        },
        Metric("own_base_share", "of the patches, those against a base sandbox of the same unit", .none) {
            let states = storingStates($0)
            return part(
                states.reduce(0) { $0 + Double($1.patchedOnOwn) },
                of: states.reduce(0) { $0 + Double($1.patched) })
        },
    ]

    private static let failures: [Metric] = [
        Metric("failed_nodes", "nodes that failed", .none, count: { $0.mechanism.failures.nodes }),
        Metric(
            "failed_sandboxes", "sandboxes that were on nodes that failed",
            count: { $0.mechanism.failures.sandboxes }),
        Metric(
            "failed_calls", "calls that started anew because a node failed",
            count: { $0.mechanism.failures.callsRestarted }),
        Metric(
            "failed_dependants", "sandboxes elsewhere that depended on what failed",
            count: { $0.mechanism.failures.dependants }),
    ]

    private static func furtherStates(_ record: RunRecord) -> [StateRecord] {
        Array(record.mechanism.states.dropFirst())
    }

    /// Of these, those whose images are there to save memory.
    private static func storingStates(_ record: RunRecord) -> [StateRecord] {
        furtherStates(record).filter { !$0.isBase }
    }

    /// `amount` as a share of `whole`; nothing where there is no whole.
    private static func part(_ amount: Double, of whole: Double) -> JSONValue {
        whole == 0 ? .null : .number(amount / whole)
    }
}
