import Foundation
import Testing

@Suite(
    .enabled(if: Command.exists, "skipped: no pagefold binary beside the tests; set PAGEFOLD_BINARY"),
    .serialized)
struct CalibrateCommandTests {
    private static let experiment = """
        name: costs
        workload:
          poisson: {functions: 20, rate: 5 /s, horizon: 5 min, execution: 0.2 s}
        cluster:
          nodes: [{count: 2, memory: 2 GiB}]
        costs: [./costs.json, medes-eurosys22, connections, assumed]
        start: huawei
        policies:
          fixed: {idle: {keep-alive: 1 min}}
        """

    @Test func hashesAreMeasuredWrittenReadBackAndCompared() throws {
        try withDirectory { directory in
            for file in ["costs.json", "again.yaml"] {
                let run = try Command.run(
                    ["calibrate", "hash", "--quick", "--output", file], in: directory)
                #expect(run.status == 0, "\(run.errors)")
                #expect(run.output.contains("kernel: ") && run.output.contains("SHA-256, 4096 B"))
                #expect(run.errors.contains("wrote \(file)"))
            }
            let text = try String(contentsOfFile: "\(directory)/costs.json", encoding: .utf8)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            #expect(object["name"] as? String == "costs" && object["hardware-costs"] as? Int == 1)
            let costs = try #require(object["costs"] as? [String: Any])
            let absent = object["absent"] as? [String: Any] ?? [:]
            #expect(Set(costs.keys).union(absent.keys).count == 6)

            let compared = try Command.run(
                ["calibrate", "--compare", "costs.json", "again.yaml"], in: directory)
            #expect(compared.status == 0, "\(compared.errors)")
            #expect(compared.output.contains("hash-page-sha1") && compared.output.contains("B/A"))
            let shipped = try Command.run(
                ["calibrate", "--compare", "costs.json", "pages-measured", "--json"], in: directory)
            #expect(shipped.status == 0 && shipped.output.contains("patch-apply-zstd"))

            try Self.experiment.write(toFile: "\(directory)/e.yaml", atomically: true, encoding: .utf8)
            let simulated = try Command.run(["simulate", "e.yaml"], in: directory)
            #expect(simulated.status == 0, "\(simulated.errors)")
            // It is read, then: without it the same run stops.
            try FileManager.default.removeItem(atPath: "\(directory)/costs.json")
            let without = try Command.run(["simulate", "e.yaml"], in: directory)
            #expect(without.status == 3 && without.errors.contains("costs.json"), "\(without.errors)")
        }
    }

    @Test func pagesOfTheProgramItselfAreWorkedOn() throws {
        try withDirectory { directory in
            let run = try Command.run(
                ["calibrate", "patch", "compress", "--quick", "--rounds", "1", "--csv"], in: directory)
            #expect(run.status == 0, "\(run.errors)")
            for name in ["fingerprint-artifact", "registry-lookup", "patch-apply-zstd", "decompress-lz4"] {
                #expect(run.output.contains(name), "\(name)")
            }
            #expect(run.errors.contains("a single round cannot show noise"))
        }
    }

    @Test func whatIsMeasuredInOtherPartsComesWithItsPoints() throws {
        try withDirectory { directory in
            let run = try Command.run(
                ["calibrate", "copy", "fault", "--quick", "--rounds", "2", "--output", "c.yaml"],
                in: directory)
            #expect(run.status == 0, "\(run.errors)")
            #expect(try names(in: directory) == ["c.series.csv", "c.yaml", "small.yaml"])
            let points = try String(contentsOfFile: "\(directory)/c.series.csv", encoding: .utf8)
            #expect(
                points.hasPrefix(
                    "part,plot,line,across,up,x,y,low,high\ncopy,copy,process_vm_readv,bytes,ns,64.0,"))
        }
    }

    @Test func functionsLoseTheirMemoryAndAnswerOn() throws {
        try withDirectory { directory in
            let run = try Command.run(
                [
                    "calibrate", "checkpoint", "--quick", "--rounds", "2", "--criu", "nowhere", "--output",
                    "c.json",
                ],
                in: directory)
            // Where processes may not be traced, or not by userfaultfd, the part says so.
            if run.status == 3 {
                #expect(run.errors.contains("cannot run on this machine"), "\(run.errors)")
                return
            }
            #expect(run.status == 0, "\(run.errors)")
            // Lazily needs root; without, it is said.
            let lazily = geteuid() == 0 ? "own-8, dedup from process lazily" : "userfaultfd is refused"
            #expect(run.output.contains(lazily))
            #expect(run.output.contains("nowhere: cannot be started"))
            #expect(try names(in: directory) == ["c.functions.csv", "c.json", "c.starts.csv", "small.yaml"])
            let text = try String(contentsOfFile: "\(directory)/c.json", encoding: .utf8)
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
            let costs = try #require(object["costs"] as? [String: Any])
            #expect(
                Set(costs.keys).isSuperset(of: [
                    "checkpoint", "restore-sandbox", "dedup-start", "dedup-overhead",
                ]))
            let absent = try #require(object["absent"] as? [String: String])
            #expect(absent["cold-start"]?.contains("--functions") == true)
            let lines = try String(contentsOfFile: "\(directory)/c.functions.csv", encoding: .utf8)
                .split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
            #expect(lines.count == 3 && lines.allSatisfy { $0.count == lines[0].count })
            for line in lines.dropFirst() {
                let (pages, patched) = (Int(line[1]) ?? 0, Int(line[2]) ?? 0)
                let kept = (Int(line[3]) ?? 0) + (Int(line[4]) ?? 0)
                // Of ten of its pages one is of an instance alone, and those changed or alike have base pages.
                #expect(pages > 2_000 && patched + kept == pages && patched > pages / 10, "\(line)")
            }
        }
    }

    @Test func listsOfFunctionsAreCheckedBeforeAnythingIsStarted() throws {
        try withDirectory { directory in
            for (name, text, expected) in [
                ("a.yaml", "functions: 1\nlist: [{name: f}]\n", "a.yaml:2: list.0: 'run' is missing"),
                ("b.yaml", "functions: 2\nlist: []\n", "the version that this program reads"),
                ("c.yaml", "functions: 1\nlist: []\n", "1 to 1,000 functions"),
                (
                    "d.yaml", "functions: 1\nlist:\n- {name: f, run: [a]}\n- {name: f, run: [b]}\n",
                    "listed twice"
                ),
                ("e.yaml", "functions: 1\nlist:\n- {name: 'a b', run: [a]}\n", "e.yaml:3:"),
                ("f.yaml", "functions: 1\nlist:\n- {name: f, run: []}\n", "a program and its arguments"),
                ("g.yaml", "functions: 1\nlist:\n- {name: f, runs: [a]}\n", "did you mean"),
                ("h.yaml", "{", "h.yaml:"),
            ] {
                try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
                let run = try Command.run(["calibrate", "checkpoint", "--functions", name], in: directory)
                #expect(run.status == 3 && run.output.isEmpty, "\(name): \(run.errors)")
                #expect(run.errors.contains(expected), "\(name): \(run.errors)")
            }
            let list = "functions: 1\nlist: [{name: f, run: [/proc/nowhere/at/all]}]\n"
            try list.write(toFile: "\(directory)/i.yaml", atomically: true, encoding: .utf8)
            let run = try Command.run(["calibrate", "checkpoint", "--functions", "i.yaml"], in: directory)
            #expect(run.status == 3 && run.errors.contains("/proc/nowhere/at/all"), "\(run.errors)")
        }
    }

    @Test(arguments: [
        ["calibrate"], ["calibrate", "hush"], ["calibrate", "hash", "--rounds", "0"],
        ["calibrate", "hash", "--rounds", "-1"], ["calibrate", "hash", "--rounds", "1001"],
        ["calibrate", "hash", "--name", "a b"], ["calibrate", "hash", "--name", ""],
        ["calibrate", "hash", "--output", "costs.txt"], ["calibrate", "--compare", "a"],
        ["calibrate", "--compare", "a", "b", "--quick"], ["calibrate", "hash", "--json", "--csv"],
    ])
    func wrongUseIsToldOf(arguments: [String]) throws {
        try withDirectory { directory in
            let run = try Command.run(arguments, in: directory)
            #expect(run.status == 2, "\(run.errors)")
            #expect(run.output.isEmpty && run.errors.hasPrefix("pagefold: error: "))
        }
    }

    @Test func aMisspeltPartIsGuessed() throws {
        try withDirectory { directory in
            let run = try Command.run(["calibrate", "hahs"], in: directory)
            #expect(run.errors.contains("did you mean `hash`?"))
        }
    }

    @Test func theValueOfAMisspeltOptionIsNotTakenForAPart() throws {
        try withDirectory { directory in
            let run = try Command.run(["calibrate", "hash", "--round", "3"], in: directory)
            #expect(run.status == 2 && run.errors.contains("'--round'") && run.errors.contains("--rounds"))
        }
    }

    @Test(arguments: ["nowhere/costs.json", "directory.json", "/proc/costs.json"])
    func aFileThatCannotBeWrittenIsFoundOutBeforeMeasuring(output: String) throws {
        try withDirectory { directory in
            try FileManager.default.createDirectory(
                atPath: "\(directory)/directory.json", withIntermediateDirectories: false)
            let run = try Command.run(["calibrate", "hash", "--output", output], in: directory)
            #expect(run.status == 3 && run.output.isEmpty)
            #expect(run.errors.contains(output), "\(run.errors)")
            #expect(try names(in: directory) == ["directory.json", "small.yaml"])
        }
    }

    @Test func whatCannotBeReadIsToldOf() throws {
        try withDirectory { directory in
            for arguments in [
                ["calibrate", "patch", "--pages", "nowhere.pfsnap"],
                ["calibrate", "patch", "--pages", "small.yaml"],
                ["calibrate", "--compare", "small.yaml", "assumed"],
                ["calibrate", "--compare", "assumed", "nowhere.json"],
            ] {
                let run = try Command.run(arguments, in: directory)
                #expect(run.status == 3, "\(arguments): \(run.errors)")
                #expect(run.output.isEmpty && run.errors.hasPrefix("pagefold: error: "))
            }
        }
    }

    @Test func whatAPartCannotMeasureIsMarkedAsAbsent() throws {
        try withDirectory { directory in
            // No page resembles one of the other memory, so there is nothing to patch.
            for instance in ["0", "1"] {
                let memory = Data((0..<16 * 4096).map { _ in UInt8.random(in: 0...255) })
                try memory.write(to: URL(fileURLWithPath: "\(directory)/vm.mem"))
                let taken = try Command.run(
                    [
                        "snapshot", "--memory", "vm.mem", "--function", "vm", "--instance", instance,
                        "--output",
                        "vm\(instance).pfsnap",
                    ], in: directory)
                #expect(taken.status == 0, "\(taken.errors)")
            }
            let pages = ["--pages", "vm1.pfsnap", "--pages", "vm0.pfsnap", "--quick", "--output", "c.yaml"]
            let among = try Command.run(["calibrate", "patch", "hash"] + pages, in: directory)
            #expect(among.status == 0, "\(among.errors)")
            let text = try String(contentsOfFile: "\(directory)/c.yaml", encoding: .utf8)
            #expect(text.contains("absent:") && text.contains("patch-apply-zstd:"))
            #expect(!text.contains("vm1") && !text.contains(directory))
        }
    }

    @Test func stoppingLeavesNothingBehind() throws {
        try withDirectory { directory in
            let process = try Command.process(
                ["calibrate", "hash", "--rounds", "1000", "--output", "costs.json"], in: directory)
            try process.run()
            Thread.sleep(forTimeInterval: 1.5)
            process.interrupt()
            let run = Command.outcome(of: process, in: directory)
            #expect(run.status == 130, "\(run.errors)")
            #expect(try names(in: directory) == ["small.yaml"])
        }
    }
}
