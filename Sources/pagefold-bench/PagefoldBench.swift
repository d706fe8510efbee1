import EventKernel
import Simulator
import Workload

/// Which cells are run.
enum Extent {
    /// Tiny, to see that everything works.
    case smoke
    /// In under four minutes.
    case usual
    /// With the long cells.
    case full
}

@main
struct PagefoldBench {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments {
        case []: try run(.usual)
        case ["--full"]: try run(.full)
        case ["--smoke"]: try run(.smoke)
        default:
            if arguments.count == 2, arguments[0] == "--only" {
                Cell.filter = arguments[1]
                try run(.full)
            } else if arguments.count == 2, arguments[0].hasPrefix("--memory"),
                let calls = Double(arguments[1]), calls >= 1e5
            {
                try memory(
                    calls: calls, medes: arguments[0] == "--memory" ? nil : MedesSetup(mode: .paper))
            } else if arguments == ["--digests"] {
                try printDigests()
            } else if arguments.count == 3, arguments[0] == "--pages" {
                try PagesBench.run(target: arguments[1], base: arguments[2])
            } else {
                print(
                    "usage: pagefold-bench "
                        + "[--full | --smoke | --only TEXT | --memory CALLS | --memory-medes CALLS | --digests"
                        + " | --pages TARGET BASE]")
            }
        }
    }

    static func run(_ extent: Extent) throws {
        let scale = extent == .smoke ? 0.001 : 1
        let rounds = extent == .smoke ? 1 : 3
        func load(_ functions: Int, _ calls: Double, _ hours: Double, mean: Double = 0.5) -> Load {
            Load(functions: functions, calls: calls, hours: hours, meanExecution: mean, scale: scale)
        }
        // The two cells with targets, beside the C loop; then both with Medes.
        var targets = [
            Cell(load: load(1_000, 1e7, 24), nodes: 100, nodeMemory: .gibibytes(64)),
            Cell(load: load(10_000, 1e7, 1, mean: 20), nodes: 10_000, nodeMemory: .gibibytes(5)),
        ]
        for cell in targets { try measure(cell, rounds: rounds) }
        for mode in MedesMode.allCases {
            for place in targets.indices {
                targets[place].medes = MedesSetup(mode: mode)
                try measure(targets[place], rounds: rounds)
            }
        }
        // With restores by the thousand; the second on nodes that have the memory to keep what is idle.
        targets[1].nodeMemory = .gibibytes(12)
        for place in targets.indices {
            targets[place].medes = .restoring(.paper)
            try measure(targets[place], rounds: rounds)
        }
        try evictions({ load($0, $1, $2, mean: $3) }, rounds: rounds)
        // How it grows with functions and nodes.
        for functions in [100, 1_000, 10_000, 50_000] {
            for nodes in [10, 100, 1_000, 10_000] {
                try measure(
                    Cell(load: load(functions, 1e6, 24), nodes: nodes, nodeMemory: .gibibytes(64)),
                    rounds: rounds)
            }
        }
        // Placement rules, on an hour dense enough to place often.
        for placement in ["least-loaded", "round-robin", "locality", "power-of-two"] {
            for (functions, nodes) in [(1_000, 1_000), (10_000, 10_000)] {
                try measure(
                    Cell(
                        load: load(functions, 1e6, 1), nodes: nodes, nodeMemory: .gibibytes(64),
                        placement: placement),
                    rounds: rounds)
            }
        }
        if extent == .full, Cell.filter == nil || Cell.filter == "azure-day" { try azureDay() }
    }

    /// Medes on nodes so small that sandboxes are always evicted, with each of the two rules of eviction.
    static func evictions(
        _ load: (Int, Double, Double, Double) -> Load, rounds: Int
    ) throws {
        for (functions, nodes) in [(1_000, 100), (10_000, 1_000)] {
            for reclaim in ["lru", "medes"] {
                var cell = Cell(load: load(functions, 1e6, 1, 2), nodes: nodes, nodeMemory: .gibibytes(4))
                cell.medes = .restoring(.artifact)
                cell.medes?.reclaim = reclaim
                try measure(cell, rounds: rounds)
            }
        }
    }

    /// One run of `calls` calls at the rate of 10^7 a day, to see how memory grows with their number: not. To be called in
    /// a process of its own, whose peak it reports.
    static func memory(calls: Double, medes: MedesSetup?) throws {
        let load = Load(functions: 1_000, calls: calls, hours: 24 * calls / 1e7, meanExecution: 0.5)
        var cell = Cell(load: load, nodes: 100, nodeMemory: .gibibytes(64))
        cell.medes = medes
        var scenario = try cell.scenario()
        // The timeline grows with time, not with calls: as many points for each.
        scenario.measurement.interval = SimDuration(seconds: load.hours * 3_600 / 1_000) ?? .minutes(1)
        let workload = load.workload
        let start = processorSeconds()
        let record = try Simulation(scenario: scenario, workload: workload, seed: 1).run()
        let seconds = processorSeconds() - start
        let name = load.name + (medes.map { "/\($0.name)" } ?? "")
        report("once/\(name)", Double(record.invocations.arrived) / seconds, "invocations/s")
        report("memory/\(name)", peakMemory(), "MiB")
        report("memory/\(name)/calls", Double(record.invocations.arrived), "calls")
    }

    /// A generated Azure day: 17,577 applications, 910 million invocations, on 1,000 nodes of 128 GiB.
    static func azureDay() throws {
        var generator = AzureLikeGenerator(size: .applications(17_577), seed: 1)
        generator.popularity = .day1
        let start = processorSeconds()
        let workload = try generator.generate()
        report("azure-day/generate", processorSeconds() - start, "s")
        let scenario = Scenario(nodes: [NodeGroup(count: 1_000, memory: .gibibytes(128))])
        _ = peakMemory()
        let began = processorSeconds()
        let record = try Simulation(scenario: scenario, workload: workload, seed: 1).run()
        let seconds = processorSeconds() - began
        let memory = peakMemory()
        let rate = Double(record.invocations.arrived) / seconds
        report("azure-day/nodes=1000x128GiB/least-loaded", rate, "invocations/s")
        report("azure-day/simulate", seconds, "s")
        report("azure-day/memory", memory, "MiB")
        // 910 million calls do not fit in memory for the C loop: it runs the first load instead, right after.
        let load = Load(functions: 1_000, calls: 1e7, hours: 24, meanExecution: 0.5)
        let trace = calls(of: load)
        let plain = Double(trace.count) / secondsOfReferenceLoop(trace, functions: load.functions)
        report("azure-day/ratio", rate / plain, "of-c-loop-on-\(load.name)")
        report("azure-day/cold", record.coldShare.overall * 100, "percent")
    }
}
