import Foundation
import Testing

/// Outputs of the real program under names that shells give: descriptors, links, devices, closed streams.
@Suite struct OutputCommandTests {
    /// A directory with a store, `s.sqlite`, and what a shell says to a script in which `$P` is the program.
    private func withStore(_ body: (String, (String) throws -> Command.Outcome) throws -> Void) throws {
        try withDirectory { directory in
            let swept = try Command.run(
                ["sweep", "small.yaml", "--store", "s.sqlite", "--replicates", "2", "--quiet"], in: directory)
            try #require(swept.status == 0, "\(swept.errors)")
            try body(directory) { script in
                try Command.run(
                    ["-c", "P='\(Command.binary)'; " + script], in: directory, program: "/bin/sh")
            }
        }
    }

    private func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

    @Test(arguments: [
        "$P export s.sqlite -o s.sqlite", "ln -s s.sqlite link; $P export s.sqlite -o link",
        "ln s.sqlite hard; $P export s.sqlite -o hard", "ln s.sqlite hard; $P export hard -o s.sqlite",
        "$P export s.sqlite -o /dev/fd/3 3<>s.sqlite", "$P export s.sqlite -o /dev/stdout 1<>s.sqlite",
        "$P export s.sqlite 1<>s.sqlite", "$P compare s.sqlite --json 1<>s.sqlite",
        "sleep 100 3<>s.sqlite & $P export s.sqlite -o /proc/$!/fd/3; status=$?; kill $!; exit $status",
    ])
    func noNameOfAStoreHasItReplaced(script: String) throws {
        try withStore { directory, shell in
            let before = bytes("\(directory)/s.sqlite")
            let run = try shell(script)
            #expect(run.status == 3, "\(run)")
            let words = ["is an input of this command", "is where this command prints"]
            #expect(words.contains { run.errors.contains($0) }, "\(run.errors)")
            #expect(bytes("\(directory)/s.sqlite") == before)
        }
    }

    @Test func pipesDevicesAndDescriptorsAreWrittenTo() throws {
        try withStore { directory, shell in
            let plain = try shell("$P export s.sqlite").output
            #expect(plain.contains("cold_share"))
            for script in [
                "$P export s.sqlite -o /dev/stdout", "$P export s.sqlite -o /dev/fd/3 3>&1",
                "mkfifo pipe; cat pipe & $P export s.sqlite -o pipe >&2; wait",
            ] {
                #expect(try shell(script).output == plain, "\(script)")
            }
            #expect(try shell("$P export s.sqlite -o /dev/null; test -c /dev/null").status == 0)
            let full = try shell("$P export s.sqlite -o /dev/full")
            #expect(full.status == 3 && full.errors.contains("no room for"), "\(full.errors)")
        }
    }

    @Test func aStoreIsNotMadeWhereTheCommandPrints() throws {
        try withStore { directory, shell in
            let run = try shell("$P sweep small.yaml --store /dev/stdout >out.sqlite")
            #expect(run.status == 3, "\(run.errors)")
            #expect(run.errors.contains("is where this command prints"), "\(run.errors)")
        }
    }

    @Test(arguments: [">/dev/full", ">&-", "| true"])
    func whatWasMeasuredIsKeptWhoeverReads(output: String) throws {
        try withStore { directory, shell in
            _ = try shell("$P calibrate hash --quick --rounds 1 --quiet --output c.json \(output)")
            let costs = try #require(bytes("\(directory)/c.json"))
            #expect(try JSONSerialization.jsonObject(with: costs) is [String: Any])
        }
    }

    @Test func resultsThatCannotBeReplacedStayWhole() throws {
        try withStore { directory, shell in
            #expect(try shell("$P simulate small.yaml --quiet --output results").status == 0)
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(directory)/results").sorted()
            let kept = Dictionary(
                uniqueKeysWithValues: names.filter { $0 != "functions.csv" }.map {
                    ($0, bytes("\(directory)/results/\($0)"))
                })
            let run = try shell(
                "rm results/functions.csv; mkdir results/functions.csv; "
                    + "$P simulate small.yaml --quiet --output results --force --seed 7")
            #expect(
                run.status == 3 && run.errors.contains("is a directory where a result goes"), "\(run.errors)")
            for (name, text) in kept { #expect(bytes("\(directory)/results/\(name)") == text, "\(name)") }
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: "\(directory)/results").sorted() == names)
        }
    }

    @Test func aDirectoryWithoutATextForANameIsNoPlaceForArrays() throws {
        try withStore { _, shell in
            let run = try shell(
                "d=$(printf 'wd\\351'); mkdir \"$d\"; cd \"$d\"; cp ../small.yaml .; "
                    + "$P sweep small.yaml --slurm --dry-run --store s2.sqlite")
            #expect(run.status == 3 && run.errors.contains("not UTF-8 text"), "\(run)")
        }
    }
}
