import Testing

@testable import Experiments

/// One seed moves the workload and the runs, in single runs and in sweeps alike.
@Suite struct SeedTests {
    private static func generated(_ more: String = "", own: String = "") -> String {
        """
        name: drawn
        workload: {generate: {functions: 5, days: 0.01, maximum-function-load: 1\(own)}}
        cluster: {nodes: [{count: 1, memory: 4 GiB}]}
        \(more)
        """
    }

    /// The seed of the workload's draw and that of the runs.
    private static func seeds(_ text: String, _ overrides: String...) throws -> [UInt64?] {
        let experiment = try read(text, set: overrides)
        return [experiment.workload.source?.seed, experiment.seed]
    }

    @Test func theWorkloadTakesTheSeedOfTheExperiment() throws {
        #expect(try Self.seeds(Self.generated()) == [1, 1])
        #expect(try Self.seeds(Self.generated("seed: 7")) == [7, 7])
        #expect(try Self.seeds(Self.generated("seed: 7", own: ", seed: 3")) == [3, 7])
        let hour = """
            name: hour
            seed: 9
            workload: {hour: {functions: [{name: a, execution: 1 s, memory: 1 MiB}]}}
            cluster: {nodes: [{count: 1, memory: 4 GiB}]}
            """
        #expect(try Self.seeds(hour) == [9, 9])
        #expect(try Self.seeds(smallExperiment + "\nseed: 4") == [4, 4])
    }

    @Test func anOverrideOfTheSeedMovesBothByAsMuch() throws {
        #expect(try Self.seeds(Self.generated(), "seed=5") == [5, 5])
        #expect(try Self.seeds(Self.generated("seed: 1", own: ", seed: 1"), "seed=5") == [5, 5])
        #expect(try Self.seeds(Self.generated("seed: 2", own: ", seed: 10"), "seed=5") == [13, 5])
        #expect(try Self.seeds(Self.generated("seed: 2", own: ", seed: 1"), "seed=0") == [.max, 0])
        // The last one counts, wherever it stands.
        #expect(
            try Self.seeds(Self.generated(), "seed=3", "workload.generate.functions=6", "seed=4") == [4, 4])
    }

    @Test func aSeedOfTheWorkloadOnTheCommandLineIsMeantAsItStands() throws {
        let text = Self.generated("seed: 1", own: ", seed: 1")
        #expect(try Self.seeds(text, "workload.generate.seed=8") == [8, 1])
        #expect(try Self.seeds(text, "workload.generate.seed=8", "seed=5") == [8, 5])
        #expect(try Self.seeds(text, "seed=5", "workload.generate.seed=8") == [8, 5])
    }

    @Test func whatIsHeldStays() throws {
        let workload = Self.generated("hold: workload", own: ", seed: 3")
        #expect(try Self.seeds(workload, "seed=5") == [3, 5])
        #expect(try Self.seeds(Self.generated("seed: 2\nhold: workload"), "seed=5") == [2, 5])
        #expect(try Self.seeds(Self.generated("hold: runs", own: ", seed: 3"), "seed=5") == [7, 1])
        #expect(try Self.seeds(Self.generated(), "hold=runs", "seed=5") == [5, 1])
    }

    @Test func theResolvedExperimentHasTheSeedsThatAreUsed() throws {
        for text in [
            Self.generated(), Self.generated("hold: workload"),
            Self.generated("hold: runs", own: ", seed: 3"),
        ] {
            let first = try read(text, set: ["seed=5"])
            let again = try read(first.resolved)
            #expect(again.seed == first.seed && again.hold == first.hold)
            #expect(again.workload.source?.seed == first.workload.source?.seed)
            #expect(again.resolved == first.resolved)
        }
    }

    @Test func anotherSeedIsTheReplicateOfTheSweep() throws {
        let sweep = smallExperiment + "\nreplicates: 4\n"
        for hold in ["", "hold: workload\n", "hold: runs\n"] {
            let plan = try SweepPlan(read(sweep + hold))
            for replicate in 0..<4 {
                let cell = SweepPlan.Cell(point: 0, policy: 0, replicate: replicate)
                let other = try SweepPlan(read(sweep + hold, set: ["seed=\(1 + replicate)"]))
                let first = SweepPlan.Cell(point: 0, policy: 0, replicate: 0)
                #expect(plan.digest(plan.workload(cell)) == other.digest(other.workload(first)))
                #expect(plan.seed(ofReplicate: replicate) == other.seed(ofReplicate: 0))
                #expect(plan.experiment.seed(ofReplicate: replicate) == UInt64(1 + replicate))
            }
        }
    }

    @Test func aHeldWorkloadIsOneInAllReplicatesAndHeldRunsHaveOneSeed() throws {
        func plan(_ hold: String) throws -> (workloads: Int, seeds: Int) {
            let plan = try SweepPlan(read(smallExperiment + "\nreplicates: 4\n\(hold)"))
            let cells = plan.cells(replicates: 0..<4)
            return (
                Set(cells.map { plan.digest(plan.workload($0)) }).count,
                Set(cells.map { plan.seed(ofReplicate: $0.replicate) }).count
            )
        }
        #expect(try plan("") == (4, 4))
        #expect(try plan("hold: workload") == (1, 4))
        #expect(try plan("hold: runs") == (4, 1))
    }

    @Test func samplesAreDrawnFromTheSeedToo() throws {
        func sample(_ more: String, _ overrides: String...) throws -> UInt64 {
            try read(smallExperiment + "\n" + more, set: overrides).replicates.sample.seed
        }
        let part = "replicates: {count: 2, sample: {functions: 3}}"
        #expect(try sample(part) == 1)
        #expect(try sample("seed: 6\n" + part) == 6)
        #expect(try sample(part, "seed=6") == 6)
        #expect(try sample("hold: workload\n" + part, "seed=6") == 1)
        #expect(try sample("replicates: {count: 2, sample: {functions: 3, seed: 4}}", "seed=6") == 9)
    }

    @Test func aHoldWithoutEffectIsRefused() throws {
        func faults(_ hold: String, _ more: String = "") -> [String] {
            errors(
                of: """
                    name: read
                    workload: {trace: day.pftrace}
                    cluster: {nodes: [{count: 1, memory: 4 GiB}]}
                    hold: \(hold)
                    \(more)
                    """)
        }
        for (hold, says) in [("workload", "no draw of it"), ("runs", "no replicate differs")] {
            let found = faults(hold)
            #expect(found.count == 1 && found[0].contains("test.yaml:4") && found[0].contains(says))
            #expect(found[0].contains("sample"))
            #expect(faults(hold, "replicates: {count: 2, sample: {functions: 3}}").isEmpty)
        }
        #expect(errors(of: Self.generated("hold: nothing"))[0].contains("runs"))
        #expect(
            errors(of: Self.generated("sweep: {grid: {hold: [runs, workload]}}"))[0].contains("not a setting")
        )
    }
}
