import Files
import Foundation
import Testing

@testable import Experiments

/// What Slurm's commands say on real clusters, and what must not get into a batch script.
@Suite struct SlurmAnswerTests {
    private func withCluster(_ body: (inout ClusterFixture) throws -> Void) throws {
        try withTemporaryDirectory { directory in
            var cluster = try ClusterFixture(in: directory)
            try body(&cluster)
        }
    }

    @Test(arguments: [
        ("4711\n", "4711"), ("4711;alpha\n", "4711;alpha"), ("banner 12\n\n  519605 \n", "519605"),
        ("12\n--> queue is 30 % full\n", "12"), ("1\n2\n", "2"), ("4711\r\nmore\r\n", "4711"),
        ("Submitted batch job 4711\n", "4711"),
        ("Submitted batch job 4711 on cluster alpha\n", "4711;alpha"),
    ])
    func theLastLineThatIsAJobNumberIsTheJob(said: String, job: String) {
        #expect(SlurmJob(lastIn: said)?.text == job)
    }

    @Test(arguments: [
        "", "no number", "0", "47x", "4711;", "4711;a b", "4711; rm", "job 4711", "-4711", "４７１１",
        "123456789012", "4711;alpha;beta", "²",
    ])
    func otherLinesAreNoJob(said: String) { #expect(SlurmJob(lastIn: said) == nil) }

    @Test func aBannerBeforeTheNumberIsPassedOver() throws {
        try withCluster { cluster in
            try cluster.command("sbatch", "printf '\\n 2026 Welcome\\n--> checked...OK\\n519605\\n'")
            #expect(try cluster.submit(2).contains("job 519605: "))
            #expect(try ArrayRound(reading: 0, in: cluster.parts).job?.number == "519605")
        }
    }

    @Test func anotherClusterIsKeptAndAsked() throws {
        try withCluster { cluster in
            try cluster.command("sbatch", "echo '31;alpha'")
            #expect(try cluster.submit(2).contains("squeue -M alpha -j 31;"))
            try cluster.command(
                "squeue",
                "[ \"$1 $2\" = '-M alpha' ] || { echo 'Invalid job id specified' >&2; exit 1; }\n"
                    + "echo 'CLUSTER: alpha'; echo 'Welcome to alpha'; echo PENDING")
            let error = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(error?.problem.contains("1 task of earlier arrays wait or run (1 pending)") == true)
            #expect(error?.remedy.contains("scancel -M alpha 31") == true)
        }
    }

    /// More than a pipe holds, on either stream, before the other is written to.
    @Test(arguments: [(">&2", ""), ("", ">&2")])
    func fullPipesAreReadAtOnce(first: String, second: String) throws {
        try withCluster { cluster in
            let noise = "head -c 300000 /dev/zero | tr '\\0' x"
            try cluster.command(
                "sbatch", "\(noise) \(first)\necho \(first)\n\(noise) \(second)\necho; echo 4711")
            #expect(try cluster.submit(2).contains("job 4711: "))
            try cluster.command(
                "squeue",
                "\(noise) \(first)\necho \(first)\n\(noise) \(second)\necho \(second)\necho RUNNING")
            let error = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(error?.problem.contains("(1 running)") == true)
        }
    }

    @Test func whatACommandLeavesRunningIsNotWaitedFor() throws {
        try withCluster { cluster in
            let pipe = "\(cluster.directory)/pipe"
            #expect(mkfifo(pipe, 0o600) == 0)
            // Opened for both, so that nobody waits for the other end.
            let end = open(pipe, O_RDWR)
            defer { close(end) }
            try cluster.command("sbatch", "cat '\(pipe)' &\necho 4711")
            #expect(try cluster.submit(2).contains("job 4711: "))
            #expect(write(end, "\n", 1) == 1)
        }
    }

    @Test(arguments: [
        "echo 'all is well'", "echo 31; exit 1", "kill -KILL $$",
        "echo 'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation' >&2; exit 1",
    ])
    func aRoundThatSlurmMayHaveIsKeptAndNotSubmittedAgain(sbatch: String) throws {
        try withCluster { cluster in
            try cluster.command("sbatch", sbatch)
            let error = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(error?.problem.contains("Slurm may have taken the array or not") == true)
            #expect(try cluster.parts.rounds() == [0])
            try cluster.command("sbatch", "echo 17")
            let again = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(again?.problem.contains("an earlier array has no job number") == true)
            #expect(again?.remedy.contains("job.txt") == true)
            #expect(try cluster.parts.rounds() == [0])
            #expect(
                try cluster.collecting().collect(readOnly: true).text(width: 100).contains("does not say"))

            try "31\n".write(toFile: "\(cluster.parts.round(0))/job.txt", atomically: true, encoding: .utf8)
            try cluster.command("squeue", "echo RUNNING")
            let found = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(found?.remedy.contains("scancel 31") == true)
        }
    }

    @Test(arguments: ["it's", "'\u{301}; touch x; '\u{301}", "a'\u{200D}b", "", "$(id)", "-x", "é\u{308}'"])
    func theShellReadsAWordAsItWasMeant(text: String) throws {
        let run = try ProgramRun("/bin/sh", ["-c", "printf %s \(ShellWord.quoted(text))"])
        #expect(run.status == 0)
        #expect(Array(run.output.utf8) == Array(text.utf8))
    }

    @Test func aQuoteBeforeACombiningMarkEndsNoWordOfTheScript() throws {
        try withTemporaryDirectory { above in
            let cluster = try ClusterFixture(in: "\(above)/'\u{301};touch injected;'\u{301}%\u{301}")
            try cluster.submit(2)
            let round = try ArrayRound(reading: 0, in: cluster.parts)
            let script = try SlurmScript(round).text
            // %A and %a of Slurm; the path's own twice for Slurm, and once for the shell.
            #expect(script.unicodeScalars.count { $0 == "%" } == 5, "\(script)")
            // The script as bash runs it, with another program in the place of pagefold.
            let asked = script.replacing("exec /bin/pagefold", with: "exec printf '%s\\n'")
            let run = try ProgramRun("/bin/bash", ["-c", "cd '\(above)'\n\(asked)"])
            #expect(run.output.contains("sweep\ntask\n\(cluster.parts.path)\n--round\n0\n"), "\(run.output)")
            #expect(!FileManager.default.fileExists(atPath: "\(above)/injected"))
        }
    }

    @Test(arguments: ["\n", "\r", "\r\n", "\t", "\u{1B}", "\u{7F}", "\u{85}", "\u{2028}", "\u{301}\n"])
    func controlCharactersAreRefused(character: String) throws {
        try withTemporaryDirectory { above in
            let cluster = try ClusterFixture(in: "\(above)/a\(character)touch injected")
            let error = #expect(throws: InputError.self) { try cluster.submit(2) }
            #expect(error?.problem.contains("control characters") == true)
            #expect(!FileManager.default.fileExists(atPath: cluster.parts.path))
            #expect(throws: InputError.self) { try cluster.submitting().preview(ClusterFixture.settings(2)) }
        }
        #expect(ArraySettings.fault(of: "--comment=a\(character)b") != nil)
        try withCluster { cluster in
            var settings = ClusterFixture.settings(2)
            settings.program = "/bin/page\(character)fold"
            #expect(throws: InputError.self) { try cluster.submitting().submit(settings, force: false) }
        }
    }

    @Test func beginningsOfOptionsAreThoseOptions() {
        let several = ["--job-name=x --array=5", "--comment=x --wrap=ls", "-ohello -a 0-3", "-J x\t-a1"]
        for option in ["--array=0-3", "--arra=0-3", "--ar=1", "-a1", "--wrap=x", "--wr=x"] + several {
            #expect(ArraySettings.fault(of: option) != nil, "\(option)")
        }
        for option in [
            "--account=me", "--acctg-freq=10", "--wait", "-Ame", "--time=1", "--comment=a - b",
            "-J two words",
        ] {
            #expect(ArraySettings.fault(of: option) == nil, "\(option)")
        }
    }
}
