import Files
import Testing
import Workload

@testable import Experiments

@Suite struct SweepPlanTests {
    private let policies =
        "\npolicies: {short: {idle: {keep-alive: 1 min}}, long: {idle: {keep-alive: 9 min}}}"

    private func names(_ plan: SweepPlan, replicates: Int = 1) -> [String] {
        plan.cells(replicates: 0..<replicates).map {
            plan.digest($0, workload: plan.digest(plan.workload($0)))
        }
    }

    @Test func aSettingThatAPolicyDoesNotUseGivesTheSameRun() throws {
        let sweep = "\nsweep: {grid: {policies.short.idle.keep-alive: [1 min, 2 min, 3 min]}}"
        let plan = try SweepPlan(read(smallExperiment + policies + sweep))
        #expect(plan.points.count == 3)
        #expect(plan.scenarios.count == 4)
        #expect(Set(names(plan)).count == 4)
    }

    @Test func theNameOfARunFollowsFromWhatItDoesNotFromHowItIsSpelled() throws {
        let one = try SweepPlan(read(smallExperiment + policies))
        let other = smallExperiment.replacing("name: small", with: "name: other").replacing(
            "4 GiB", with: "4096 MiB")
        let spelled =
            "\npolicies: {x: {idle: {policy: fixed, keep-alive: 60 s}}, y: {idle: {keep-alive: 540 s}}}"
        #expect(try names(SweepPlan(read(other + spelled))) == names(one))
        #expect(try names(SweepPlan(read(smallExperiment + policies, set: ["seed=2"]))) != names(one))
        #expect(
            try names(SweepPlan(read(smallExperiment + policies, set: ["workload.poisson.seed=2"])))
                != names(one))
    }

    @Test func replicatesDrawWorkloadsOfTheirOwnThatAllPoliciesMeet() throws {
        let plan = try SweepPlan(read(smallExperiment + policies))
        let cells = plan.cells(replicates: 0..<3)
        #expect(cells.map(\.replicate) == [0, 0, 1, 1, 2, 2])
        #expect(plan.workload(cells[0]) == plan.workload(cells[1]))
        #expect(plan.workload(cells[0]) != plan.workload(cells[2]))
        #expect(Set(names(plan, replicates: 3)).count == 6)
    }

    @Test func pointsThatShareAWorkloadStandTogether() throws {
        let sweep = """

            sweep:
              grid:
                idle.keep-alive: [1 min, 2 min]
                workload.poisson.zipf: [0, 1]
            """
        let plan = try SweepPlan(read(smallExperiment + sweep))
        let order = plan.cells(replicates: 0..<2).map { "\($0.replicate)\(plan.workloadOf[$0.point])" }
        #expect(order == ["00", "00", "01", "01", "10", "10", "11", "11"])
    }

    @Test func aTraceIsTheSameInAllReplicatesUnlessTheySampleIt() throws {
        try withTemporaryDirectory { directory in
            let workload = try AzureLikeGenerator(size: .applications(50), seed: 3).generate()
            try TraceFile.write(workload, to: "\(directory)/a.pftrace")
            try TraceFile.write(workload, to: "\(directory)/b.pftrace")
            let file = """
                name: traced
                workload: {trace: \(directory)/a.pftrace}
                cluster: {nodes: [{count: 1, memory: 4 GiB}]}
                """
            let plan = try SweepPlan(read(file))
            let cells = plan.cells(replicates: 0..<2)
            #expect(plan.workload(cells[0]) == plan.workload(cells[1]))
            #expect(Set(names(plan, replicates: 2)).count == 2)
            // The same content in another file gives the same run.
            #expect(try names(SweepPlan(read(file.replacing("a.pftrace", with: "b.pftrace")))) == names(plan))

            let sampled = try SweepPlan(read(file + "\nreplicates: {count: 2, sample: {applications: 20}}"))
            let keys = sampled.cells(replicates: 0..<2).map { sampled.workload($0) }
            #expect(keys[0] != keys[1])
            let drawn = try keys.map { try sampled.pool.workload($0).applications.map(\.name) }
            #expect(drawn[0].count == 20 && drawn[0] != drawn[1])
            #expect(sampled.experiment.digest != plan.experiment.digest)
        }
    }

    @Test func memoryByFunctionSetsTheUnitOfEveryPoint() throws {
        try withTemporaryDirectory { directory in
            try "time,function,duration\n0,f,1\n1,g,1\n".write(
                toFile: "\(directory)/calls.csv", atomically: true, encoding: .utf8)
            let file = """
                name: listed
                workload: {events: {file: \(directory)/calls.csv}}
                cluster: {nodes: [{count: 1, memory: 4 GiB}]}
                """
            let plan = try SweepPlan(read(file))
            #expect(plan.scenarios[0].variant.scenario.sandbox.unit == .function)
            #expect(plan.experiment.resolved.contains("unit: function"))
        }
    }

    @Test func anImpossibleGridIsRefusedBeforeAnythingIsMade() throws {
        let axis = "{from: 1 s, to: 1000 s, by: 1 s}"
        let sweep = """

            replicates: 1000
            sweep:
              grid:
                idle.keep-alive: \(axis)
                waiting.when-full: \(axis)
                start.cold: [docker, lambda]
            """
        #expect(throws: InputError.self) { try SweepPlan(read(smallExperiment + sweep)) }
        let wide =
            "\nsweep: {grid: {"
            + (0..<9).map { "a\($0): {from: 1, to: 999999, by: 1}" }.joined(separator: ", ") + "}}"
        let error = #expect(throws: InputError.self) { try SweepPlan(read(smallExperiment + wide)) }
        #expect(error?.problem.contains("1,000,000 runs") == true)
        #expect(error?.remedy.contains("latin-hypercube") == true)
    }

    @Test func anImpossibleValueIsAnErrorOfItsLine() throws {
        let sweep = "\nsweep: {grid: {cluster.nodes.0.memory: [1 GiB, 0 GiB]}}"
        let error = #expect(throws: InputErrors.self) { try SweepPlan(read(smallExperiment + sweep)) }
        #expect(error?.errors.first?.line == 7)
        let unknown = "\nsweep: {grid: {cluster.nodes.0.memori: [1 GiB, 2 GiB]}}"
        #expect(throws: InputErrors.self) { try SweepPlan(read(smallExperiment + unknown)) }
        let variant = "\nsweep: {grid: {policies.shrt.idle: [fixed, forever]}}"
        let missing = #expect(throws: InputErrors.self) {
            try SweepPlan(read(smallExperiment + policies + variant))
        }
        #expect(missing?.errors.first?.description.contains("'short'") == true)
    }
}
