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
            } else {
                print("usage: pagefold-bench [--full | --smoke | --only TEXT]")
            }
        }
    }

    static func run(_ extent: Extent) throws {
        let scale = extent == .smoke ? 0.001 : 1
        let rounds = extent == .smoke ? 1 : 3
        func load(_ functions: Int, _ calls: Double, _ hours: Double, mean: Double = 0.5) -> Load {
            let exponent = String(calls).count > 9 ? "1e\(Int(calls).description.count - 1)" : "1e6"
            return Load(
                name: "f=\(functions)/n=\(exponent)/\(Int(hours))h", functions: functions,
                calls: calls * scale,
                hours: hours, meanExecution: mean)
        }
        // The two cells with targets, beside the C loop.
        try measure(
            Cell(load: load(1_000, 1e7, 24), nodes: 100, nodeMemory: .gibibytes(64)), rounds: rounds,
            reference: true)
        try measure(
            Cell(load: load(10_000, 1e7, 1, mean: 20), nodes: 10_000, nodeMemory: .gibibytes(5)),
            rounds: rounds,
            reference: true)
        // How it grows with functions and nodes.
        for functions in [100, 1_000, 10_000, 50_000] {
            for nodes in [10, 100, 1_000, 10_000] {
                try measure(
                    Cell(load: load(functions, 1e6, 24), nodes: nodes, nodeMemory: .gibibytes(64)),
                    rounds: rounds,
                    reference: false)
            }
        }
        // Placement rules, on an hour dense enough to place often.
        for placement in ["least-loaded", "round-robin", "locality", "power-of-two"] {
            for (functions, nodes) in [(1_000, 1_000), (10_000, 10_000)] {
                try measure(
                    Cell(
                        load: load(functions, 1e6, 1), nodes: nodes, nodeMemory: .gibibytes(64),
                        placement: placement),
                    rounds: rounds, reference: false)
            }
        }
        // How memory grows with the number of calls: not.
        for calls in extent == .full ? [1e6, 1e7, 1e8] : [1e6, 1e7] {
            try measure(
                Cell(load: load(1_000, calls, 24 * calls / 1e7), nodes: 100, nodeMemory: .gibibytes(64)),
                rounds: 1,
                reference: false)
        }
        if extent == .full, Cell.filter == nil || Cell.filter == "azure-day" { try azureDay() }
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
        report(
            "azure-day/nodes=1000x128GiB/least-loaded", Double(record.invocations.arrived) / seconds,
            "invocations/s")
        report("azure-day/simulate", seconds, "s")
        report("azure-day/memory", peakMemory(), "MiB")
        report("azure-day/cold", record.coldShare.overall * 100, "percent")
    }
}
