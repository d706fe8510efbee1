import Testing

@testable import Experiments

@Suite struct SweepReadingTests {
    private func points(_ sweep: String) throws -> [[String]] {
        try read(smallExperiment + "\n" + sweep).sweep.points.map { $0.map(\.setting.value) }
    }

    private func faults(_ sweep: String) -> [String] { errors(of: smallExperiment + "\n" + sweep) }

    @Test func aGridIsEveryCombinationWithTheLastAxisFastest() throws {
        let sweep = """
            sweep:
              grid:
                cluster.nodes.0.memory: [1 GiB, 2 GiB]
                idle.keep-alive: [1 min, 5 min, 10 min]
            """
        #expect(
            try points(sweep) == [
                ["1 GiB", "1 min"], ["1 GiB", "5 min"], ["1 GiB", "10 min"], ["2 GiB", "1 min"],
                ["2 GiB", "5 min"], ["2 GiB", "10 min"],
            ])
    }

    @Test func rangesAreInTheUnitOfTheirBegin() throws {
        func values(_ range: String) throws -> [String] {
            try points("sweep: {grid: {idle.keep-alive: \(range)}}").map { $0[0] }
        }
        #expect(try values("{from: 10 s, to: 1 min, steps: 3}") == ["10 s", "35 s", "60 s"])
        #expect(try values("{from: 1 min, to: 10 min, by: 4 min}") == ["1 min", "5 min", "9 min"])
        #expect(try values("{from: 0, to: 1 h, steps: 3}") == ["0", "0.5 h", "1 h"])
        #expect(
            try values("{from: 1 s, to: 1000 s, steps: 4, scale: log}") == ["1 s", "10 s", "100 s", "1000 s"])
        #expect(try values("{from: 1 s, to: 8 s, steps: 3, scale: log}") == ["1 s", "2.828 s", "8 s"])
    }

    @Test func wholeEndsGiveWholeNumbersAndFractionsGiveFractions() throws {
        #expect(
            try points("sweep: {grid: {cluster.nodes.0.count: {from: 1, to: 10, steps: 4}}}").map { $0[0] }
                == ["1", "4", "7", "10"])
        let range = "{from: 0.0, to: 1.0, steps: 3}"
        #expect(
            try points("sweep: {grid: {workload.poisson.zipf: \(range)}}").map { $0[0] } == [
                "0.0", "0.5", "1",
            ])
        #expect(
            faults("sweep: {grid: {cluster.nodes.0.count: {from: 1, to: 2, steps: 9}}}")[0]
                .contains("the same value twice"))
    }

    @Test func aListKeepsTheOrderOfItsFirstEntry() throws {
        let sweep = """
            sweep:
              list:
                - {cluster.nodes.0.memory: 1 GiB, idle: forever}
                - {idle: fixed, cluster.nodes.0.memory: 2 GiB}
            """
        #expect(try points(sweep) == [["1 GiB", "forever"], ["2 GiB", "fixed"]])
    }

    @Test(arguments: ["latin-hypercube", "random"])
    func samplesStayInTheirRangesAndFollowFromTheirSeed(_ method: String) throws {
        func sweep(_ seed: Int) -> String {
            """
            sweep:
              \(method):
                samples: 40
                seed: \(seed)
                settings:
                  idle.keep-alive: {from: 1 min, to: 1 h, scale: log}
                  sandbox.reuse: [most-recent, random]
            """
        }
        let first = try points(sweep(1))
        #expect(first == (try points(sweep(1))))
        #expect(first != (try points(sweep(2))))
        #expect(first.count == 40)
        for point in first {
            let minutes = try #require(Double(point[0].split(separator: " ")[0]))
            #expect(minutes >= 1 && minutes <= 60)
        }
        let spread = first.filter { $0[1] == "random" }.count
        if method == "latin-hypercube" { #expect(spread == 20) } else { #expect(spread > 8 && spread < 32) }
    }

    @Test func faultsNameTheLineOfTheSweep() {
        func problem(_ sweep: String) -> String { faults(sweep).first ?? "none" }
        #expect(problem("sweep: {grid: {}}").contains("test.yaml:7"))
        #expect(problem("sweep: {gird: {seed: [1]}}").contains("did you mean 'grid'?"))
        #expect(problem("sweep: {grid: {seed: [1, 2]}}").contains("replicates"))
        #expect(problem("sweep: {grid: {cluster.nodes.0.memory: 3 GiB}}").contains("a list of values"))
        #expect(problem("sweep: {grid: {cluster.nodes.0.memory: [1 GiB, 1 GiB]}}").contains("given twice"))
        #expect(problem("sweep: {grid: {a..b: [1]}}").contains("empty"))
        #expect(
            problem("sweep: {grid: {idle.keep-alive: {from: 2 min, to: 1 min, steps: 3}}}").contains(
                "not below"))
        #expect(
            problem("sweep: {grid: {idle.keep-alive: {from: 1 min, to: 1 GiB, steps: 3}}}").contains(
                "same kind"))
        #expect(problem("sweep: {grid: {idle.keep-alive: {from: 1 min, to: 2 min}}}").contains("steps"))
        #expect(
            problem("sweep: {grid: {idle.keep-alive: {from: 0 s, to: 2 min, steps: 3, scale: log}}}")
                .contains("above 0"))
        #expect(
            problem("sweep: {grid: {idle.keep-alive: {from: 1 s, to: 2 s, stepz: 3}}}").contains(
                "did you mean 'steps'?"))
        #expect(problem("sweep: {list: [{seed: 1}, 3]}").contains("seed"))
        #expect(problem("sweep: {list: [{idle: fixed}, {reclaim: lru}]}").contains("other settings"))
        #expect(problem("sweep: {random: {samples: 3}}").contains("'settings' is missing"))
        #expect(problem("sweep: 7").contains("expected one of grid"))
    }

    @Test func replicatesAndMetricsAreCheckedWhenTheFileIsRead() throws {
        #expect(try read(smallExperiment + "\nreplicates: 7").replicates.count == 7)
        let file = smallExperiment + "\nreplicates: {count: 5, until: cold_share ±2 %, at-most: 50}"
        let settings = try read(file).replicates
        #expect(settings.until?.metric == "cold_share")
        #expect(settings.until?.goal.width == .relative(0.02))
        #expect(settings.atMost == 50)
        #expect(faults("replicates: 0")[0].contains("1 to 1000000"))
        #expect(
            faults("replicates: {count: 5, until: cold_shore ±2 %}")[0].contains("did you mean 'cold_share'?")
        )
        #expect(faults("replicates: {count: 5, until: cold_share}")[0].contains("half-width"))
        #expect(faults("replicates: {count: 5, until: cold_share ±-1}")[0].contains("above 0"))
        for endless in ["1e308", "101 %", "101"] {
            #expect(
                faults("replicates: {count: 5, until: cold_share ±\(endless)}")[0].contains(
                    "asks for nothing"))
        }
        #expect(
            faults("replicates: {count: 5, until: cold_share ±1, at-most: 4}")[0].contains(
                "after 10 replicates"))
        #expect(try read(smallExperiment + "\nmetrics: [cold_share]").metrics.map(\.name) == ["cold_share"])
        #expect(
            try read(smallExperiment + "\nmetrics: {cold_share: {tolerance: 1 %}}").metrics[0].tolerance
                == "1 %")
        #expect(faults("metrics: [cold_shares]")[0].contains("did you mean 'cold_share'?"))
        #expect(faults("reference: fixd")[0].contains("there is no variant"))
    }

    @Test func aResolvedExperimentReadsBackAsTheSameSweep() throws {
        let file =
            smallExperiment + """

                policies: {a: {}, b: {idle: forever}}
                reference: b
                sweep: {grid: {policies.a.idle.keep-alive: {from: 1 min, to: 9 min, steps: 3}}}
                replicates: {count: 3, until: "cold_share ±2 %"}
                metrics: {memory_saved: {tolerance: 0.01}}
                """
        let once = try read(file)
        let twice = try read(once.resolved)
        #expect(twice.resolved == once.resolved)
        #expect(twice.digest == once.digest)
        #expect(twice.reference == "b")
        #expect(try SweepPlan(twice).points == SweepPlan(once).points)
    }
}
