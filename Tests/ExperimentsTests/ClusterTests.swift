import EventKernel
import Files
import Foundation
import Synchronization
import Testing
import Workload

@testable import Experiments

/// Job arrays, from submitting to the merged store, without Slurm.
@Suite struct ClusterTests {
    private func withCluster(_ body: (inout ClusterFixture) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            var cluster = try ClusterFixture(in: directory)
            try body(&cluster)
        }
    }

    @Test func sharesHoldEveryRunOnceInOrderAndAreEven() {
        for seed in 0..<200 {
            let stream = RandomStream(seed: 1, purpose: .test, entity: UInt64(seed))
            let runs = 1 + Int(stream.word(at: 0) % 5_000)
            let share = TaskShare(runs: runs, tasks: 1 + Int(stream.word(at: 1) % UInt64(runs)))
            let ranges = (0..<share.tasks).map { share.range(of: $0) }
            #expect(ranges.flatMap { Array($0) } == Array(0..<runs))
            #expect(
                ranges.allSatisfy {
                    (runs / share.tasks...(runs + share.tasks - 1) / share.tasks) ~= $0.count
                })
            #expect((0..<runs).allSatisfy { ranges[share.task(of: $0)].contains($0) })
        }
    }

    @Test func anArrayGivesTheSameBytesAsALocalSweep() throws {
        try withCluster { cluster in
            let said = try cluster.submit(3)
            #expect(said.contains("job 17: "))
            #expect(said.contains("pagefold sweep collect \(cluster.store)"))
            for task in [2, 0] { #expect(try cluster.task(task).run().missing == 0) }
            let partly = try cluster.collecting().collect(readOnly: false)
            #expect(!partly.isComplete)
            #expect(partly.text(width: 100).contains("left to task 1 of job 17"))

            _ = try cluster.collecting().submit(ClusterFixture.settings(2), force: false)
            let second = try ArrayRound(reading: 1, in: cluster.parts)
            let first = try ArrayRound(reading: 0, in: cluster.parts)
            #expect(second.runs == Array(first.runs[first.share.range(of: 1)]))
            for task in 0..<second.tasks { _ = try cluster.task(task, round: 1).run() }
            #expect(try cluster.collecting().collect(readOnly: false).isComplete)
            #expect(try cluster.export(cluster.store) == cluster.local())
            #expect(
                try cluster.collecting().submit(ClusterFixture.settings(2), force: false).contains(
                    "nothing to submit"))
            #expect(try cluster.parts.rounds() == [0, 1])
        }
    }

    @Test func whatALocalSweepHasDoneIsNotSubmitted() throws {
        try withCluster { cluster in
            cluster.overrides = ["replicates=1"]
            try FileManager.default.createDirectory(
                atPath: "\(cluster.directory)/results", withIntermediateDirectories: true)
            let done = try SweepRunner(SweepPlan(Experiment(cluster.input)), workers: 1).run(
                intoStoreAt: cluster.store)
            cluster.overrides = ["replicates=3"]
            try cluster.submit(1)
            #expect(try ArrayRound(reading: 0, in: cluster.parts).runs.count == done.finished * 2)
            _ = try cluster.task(0).run()
            #expect(try cluster.collecting().collect(readOnly: false).isComplete)
            #expect(try cluster.export(cluster.store) == cluster.local())
        }
    }

    @Test func aStoppedTaskKeepsWhatItFinishedAndTheNextAttemptGoesOn() throws {
        try withCluster { cluster in
            // Runs of some tens of milliseconds, so that a stop comes before the last.
            cluster.text = smallSweep.replacing("rate: 5 /s", with: "rate: 100 /s")
            try cluster.submit(1)
            var first = try cluster.task(0)
            first.workers = 1
            first.observe = { $0.now < 2 }
            let stopped = try first.run()
            #expect(stopped.finished >= 2 && stopped.missing > 0)
            let second = try cluster.task(0).run()
            #expect(second.found == stopped.finished)
            #expect(second.missing == 0)
            let third = try cluster.task(0).run()
            #expect(third.found == third.share && third.part == nil)
            #expect(try PartName.all(in: cluster.parts.round(0)).count == 2)
            #expect(try cluster.collecting().collect(readOnly: false).isComplete)
            #expect(try cluster.export(cluster.store) == cluster.local())
        }
    }

    @Test func twoAttemptsAtOnceAreHarmless() throws {
        try withCluster { cluster in
            try cluster.submit(1)
            let cluster = cluster
            let failures = Mutex<[String]>([])
            let finished = Mutex(0)
            DispatchQueue.concurrentPerform(iterations: 2) { _ in
                do {
                    let outcome = try cluster.task(0).run()
                    finished.withLock { $0 += outcome.missing == 0 ? 1 : 0 }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock { $0 }.isEmpty)
            #expect(finished.withLock { $0 } == 2)
            #expect(try cluster.collecting().collect(readOnly: false).isComplete)
            #expect(try cluster.export(cluster.store) == cluster.local())
        }
    }

    @Test func aTaskRunsWhatWasSubmittedWhateverBecomesOfTheFile() throws {
        try withCluster { cluster in
            try FileManager.default.createDirectory(
                atPath: "\(cluster.directory)/files", withIntermediateDirectories: true)
            for (name, rows) in [("a", "0,f,1\n5,f,1\n"), ("b", "0,f,1\n900,f,1\n")] {
                try ("time,function,duration\n" + rows).write(
                    toFile: "\(cluster.directory)/files/\(name).csv", atomically: true, encoding: .utf8)
            }
            cluster.text = """
                name: files
                workload: {events: {file: a.csv}}
                cluster: {nodes: [{count: 1, memory: 1 GiB}]}
                sweep: {grid: {workload.events.file: [a.csv, b.csv]}}
                """
            cluster.overrides = ["seed=4"]
            try cluster.submit(2)
            #expect(try cluster.task(0).run().finished == 1)
            try "time,function,duration\n7,f,1\n".write(
                toFile: "\(cluster.directory)/files/b.csv", atomically: true, encoding: .utf8)
            let error = #expect(throws: InputError.self) { try cluster.task(1).run() }
            #expect(error?.remedy.contains("have changed") == true)
        }
    }

    @Test func tasksThatWaitOrRunHoldBackTheNextArray() throws {
        try withCluster { cluster in
            try cluster.submit(2)
            _ = try cluster.task(0).run()
            try cluster.command("squeue", "printf 'RUNNING\\nPENDING\\nPENDING\\nCOMPLETING\\n'")
            let error = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(
                error?.problem.contains("3 tasks of earlier arrays wait or run (2 pending, 1 running)")
                    == true)
            #expect(try cluster.collecting().collect(readOnly: true).isWaiting)
            #expect(try cluster.submit(2, force: true).contains("job 17"))
            try cluster.command(
                "squeue", "echo 'slurm_load_jobs error: Invalid job id specified' >&2; exit 1")
            #expect(try !cluster.collecting().collect(readOnly: true).isWaiting)
            let again = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(again?.problem.contains("finished none") == true)
            try cluster.command("squeue", "echo down >&2; exit 1")
            let unknown = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(unknown?.problem.contains("squeue does not say") == true)
        }
    }

    @Test func whatSbatchRefusesLeavesNothingBehind() throws {
        try withCluster { cluster in
            try cluster.command("sbatch", "echo 'sbatch: error: Invalid job array specification' >&2; exit 1")
            let error = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(error?.problem.contains("Invalid job array specification") == true)
            #expect(error?.remedy.contains("MaxArraySize") == true)
            #expect(!FileManager.default.fileExists(atPath: cluster.parts.path))
            try FileManager.default.removeItem(atPath: "\(cluster.directory)/bin/sbatch")
            let missing = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(missing?.remedy.contains("login node") == true)
            #expect(!FileManager.default.fileExists(atPath: cluster.parts.path))
            #expect(
                try cluster.submitting().preview(ClusterFixture.settings(2)).contains("#SBATCH --array=0-1\n")
            )
            #expect(!FileManager.default.fileExists(atPath: cluster.parts.path))
        }
    }

    @Test func anArrayNeedsAFixedNumberOfReplicates() throws {
        try withCluster { cluster in
            cluster.overrides = ["replicates={count: 2, until: cold_share ±2 %}"]
            let error = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(error?.remedy == "fix the number of replicates: --set replicates=2")
        }
    }

    @Test func anotherExperimentDoesNotGetIntoTheSameDirectory() throws {
        try withCluster { cluster in
            try cluster.submit(2)
            cluster.overrides = ["seed=77"]
            let error = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(error?.problem.contains("another experiment") == true)
        }
    }

    @Test func aRoundThatWasCutOffIsRefused() throws {
        try withCluster { cluster in
            try cluster.submit(2)
            let list = "\(cluster.parts.round(0))/runs.txt"
            let names = try String(contentsOfFile: list, encoding: .utf8)
            try names.dropLast(40).description.write(toFile: list, atomically: true, encoding: .utf8)
            let error = #expect(throws: InputError.self) { try cluster.task(0) }
            #expect(error?.problem == "the list of runs is not complete")
        }
    }

    @Test func scriptsQuoteWhatTheShellAndSlurmWouldRead() throws {
        try withTemporaryDirectory { above in
            let cluster = try ClusterFixture(in: "\(above)/it's 100% odd")
            try cluster.submit(2)
            let round = try ArrayRound(reading: 0, in: cluster.parts)
            let script = try SlurmScript(round).text
            #expect(script.contains("it'\\''s 100% odd/results/s.parts' --round 0"))
            #expect(script.contains("100%% odd"))
            #expect(ArraySettings.fault(of: "--array=0-3") != nil)
            #expect(ArraySettings.fault(of: "--time=1\nrm") != nil)
            #expect(ArraySettings.fault(of: "--time=1:00:00") == nil)
            #expect(ArraySettings.Size("20%4")?.atOnce == 4)
            for text in ["", "0", "-1", "4%", "4%0", "1%2%3", "many"] {
                #expect(ArraySettings.Size(text) == nil)
            }
        }
    }
}
