import Foundation
import Testing

@Suite(
    .enabled(if: Command.exists && SnapshotTarget.python != nil, "skipped: no binary or no Python"),
    .serialized)
struct ProfileCommandTests {
    private static let secret = "correct-horse-battery-staple-"

    /// Snapshots of two small programs, two instances each, whose inputs differ.
    private func capture(in directory: String) throws -> String {
        let python = try #require(SnapshotTarget.python)
        let programs = [
            "plain": "import json, re, random",
            "tables": "import csv, sqlite3, random",
        ]
        for (name, imports) in programs.sorted(by: { $0.key < $1.key }) {
            for instance in 0..<2 {
                let script = """
                    \(imports)
                    random.seed(\(instance))
                    held = {i: str(random.random()) for i in range(3000)}
                    secret = "\(Self.secret)" + str(\(instance)) * 40
                    print("ready", flush=True)
                    import time; time.sleep(60)
                    """
                let result = try Command.run(
                    [
                        "snapshot", "--run", "--ready-line", "ready", "--function", name, "--instance",
                        "\(instance)",
                        "--label", "mode=test", "--output", "pages/\(name)-\(instance).pfsnap", "--", python,
                        "-c",
                        script,
                    ], in: directory)
                #expect(result.status == 0, "\(result.errors)")
            }
        }
        return "\(directory)/pages"
    }

    private func object(_ json: String) throws -> Any {
        try JSONSerialization.jsonObject(with: Data(json.utf8))
    }

    @Test func snapshotsBecomeAProfileThatHoldsUp() throws {
        try withDirectory { directory in
            let pages = try capture(in: directory)
            for threads in ["1", "2"] {
                let built = try Command.run(
                    [
                        "profile", "build", pages, "--threads", threads, "--records", "artifact", "--output",
                        "\(threads).pfprofile",
                    ], in: directory)
                #expect(built.status == 0, "\(built.errors)")
            }
            let profile = try #require(FileManager.default.contents(atPath: "\(directory)/1.pfprofile"))
            #expect(profile == FileManager.default.contents(atPath: "\(directory)/2.pfprofile"))
            let key = try FileManager.default.attributesOfItem(atPath: "\(pages)/capture.key")
            #expect(key[.posixPermissions] as? Int == 0o600)

            let info = try Command.run(["profile", "info", "1.pfprofile", "--json"], in: directory)
            let found = try #require((try object(info.output) as? [[String: Any]])?.first)
            #expect((found["labels"] as? [String: String])?["mode"] == "test")
            let measures = try #require(found["measures"] as? [[String: Any]])
            #expect(measures.count == 3)
            let functions = try #require(measures[0]["functions"] as? [[String: Any]])
            for function in functions {
                // An interpreter's pages are alike in part and not altogether.
                let saving = try #require(function["ownSaving"] as? Double)
                #expect(saving > 0.1 && saving < 0.99)
            }
            #expect(
                try Command.run(["profile", "info", "1.pfprofile", "--pairs"], in: directory).status == 0)

            let check = try Command.run(
                ["profile", "check", "1.pfprofile", pages, "--subsets", "20", "--json"], in: directory)
            #expect(check.status == 0, "\(check.errors)")
            let strict = try Command.run(
                ["profile", "check", "1.pfprofile", pages, "--subsets", "5", "--tolerance", "0"],
                in: directory)
            #expect(strict.status == 1)
        }
    }

    @Test func nothingOfWhatAProcessHeldIsInAnyOutput() throws {
        try withDirectory { directory in
            let pages = try capture(in: directory)
            let secret = Data(Self.secret.utf8)
            let snapshot = try #require(FileManager.default.contents(atPath: "\(pages)/plain-0.pfsnap"))
            #expect(snapshot.range(of: secret) != nil)
            let build = try Command.run(
                ["profile", "build", pages, "--records", "artifact,spread", "--output", "p.pfprofile"],
                in: directory)
            #expect(build.status == 0)
            let profile = try #require(FileManager.default.contents(atPath: "\(directory)/p.pfprofile"))
            #expect(profile.range(of: secret) == nil)
            let commands = [
                ["info", "p.pfprofile", "--json"], ["methods", pages, "--json", "--sample", "2"],
                ["redundancy", pages, "--csv"], ["exact", pages],
            ]
            for command in commands {
                let result = try Command.run(["profile"] + command, in: directory)
                #expect(result.status == 0, "\(command): \(result.errors)")
                #expect(!result.output.isEmpty)
                #expect(!(result.output + result.errors).contains(Self.secret))
            }
        }
    }

    @Test func profilesOfTheSameFunctionsMustBeToldApartToBeMerged() throws {
        try withDirectory { directory in
            let pages = try capture(in: directory)
            for key in ["one", "two"] {
                let built = try Command.run(
                    [
                        "profile", "build", pages, "--key", "\(key).key", "--sampler", "artifact", "--output",
                        "\(key).pfprofile",
                    ], in: directory)
                #expect(built.status == 0, "\(built.errors)")
            }
            let merge = ["profile", "merge", "one.pfprofile", "two.pfprofile", "--output", "both.pfprofile"]
            let refused = try Command.run(merge, in: directory)
            #expect(refused.status == 3 && refused.errors.contains("--qualify"))
            let same = try Command.run(merge + ["--qualify", "mode"], in: directory)
            #expect(same.status == 3)
            let unknown = try Command.run(merge + ["--qualify", "mod"], in: directory)
            #expect(unknown.status == 3 && unknown.errors.contains("did you mean `mode`?"))
        }
    }

    @Test func whatCannotBeUsedIsSaid() throws {
        try withDirectory { directory in
            let memory = [UInt8](repeating: 7, count: 8 * 4096)
            #expect(FileManager.default.createFile(atPath: "\(directory)/vm.mem", contents: Data(memory)))
            let taken = try Command.run(
                ["snapshot", "--memory", "vm.mem", "--function", "vm", "--output", "vm.pfsnap"], in: directory
            )
            #expect(taken.status == 0, "\(taken.errors)")
            func fails(_ arguments: [String], _ status: Int32, _ words: String) throws {
                let result = try Command.run(["profile"] + arguments, in: directory)
                #expect(result.status == status, "\(arguments): \(result.errors)")
                #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
            }
            try fails(["build", "vm.pfsnap", "-o", "p.pfprofile"], 3, "only one snapshot")
            try fails(["build", "vm.pfsnap", "vm.pfsnap", "-o", "p.pfprofile"], 3, "--instance")
            try fails(["build", "none.pfsnap", "-o", "p.pfprofile"], 3, "none.pfsnap")
            try fails(["build", "small.yaml", "-o", "p.pfprofile"], 3, "small.yaml")
            try fails(["build", "vm.pfsnap", "-o", "p.pfprofile", "--sampler", "sread"], 2, "--sampler")
            try fails(["build", "vm.pfsnap", "-o", "p.pfprofile", "--chunk", "40"], 2, "multiples of 16")
            try fails(["build", "vm.pfsnap", "-o", "p.pfprofile", "--cardinality", "21"], 2, "1 to 20")
            try fails(["info", "vm.pfsnap"], 3, "is not a Pagefold profile")
            try FileManager.default.createDirectory(
                atPath: "\(directory)/empty", withIntermediateDirectories: false)
            try fails(["methods", "empty"], 3, "holds no snapshots")
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/p.pfprofile"))
        }
    }

    /// A guest's memory of `pages` pages, and the snapshot of it as instance `instance`.
    private func machine(
        _ directory: String, _ instance: Int, pages: [UInt8], origin: String = "--memory"
    ) throws -> Command.Outcome {
        let bytes = pages.flatMap { Array(repeating: $0, count: 4096) }
        let path = "\(directory)/\(instance).mem"
        #expect(FileManager.default.createFile(atPath: path, contents: Data(bytes)))
        return try Command.run(
            [
                "snapshot", origin, path, "--function", "vm", "--instance", "\(instance)", "--output",
                "vm-\(instance).pfsnap",
            ], in: directory)
    }

    @Test func nothingIsNoResult() throws {
        try withDirectory { directory in
            let none = try machine(directory, 0, pages: [0, 0, 0])
            #expect(none.status == 3 && none.errors.contains("holds no page"), "\(none.errors)")
            #expect(none.errors.contains("3 pages of zeros"))
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/vm-0.pfsnap"))
            for instance in 1...2 {
                let taken = try machine(directory, instance, pages: [1, 2, UInt8(instance)])
                #expect(taken.status == 0, "\(taken.errors)")
            }
            func fails(_ arguments: [String], _ status: Int32, _ words: String) throws {
                let result = try Command.run(["profile"] + arguments, in: directory)
                #expect(result.status == status, "\(arguments): \(result.errors)")
                #expect(result.errors.contains(words), "\(arguments): \(result.errors)")
                #expect(result.output.isEmpty)
            }
            let both = ["vm-1.pfsnap", "vm-2.pfsnap"]
            try fails(["methods"] + both + ["--methods", ","], 2, "no method")
            try fails(["redundancy"] + both + ["--chunks", ""], 2, "--chunks names nothing")
            try fails(["redundancy"] + both + ["--measures", ", "], 2, "--measures names nothing")
            try fails(["build"] + both + ["-o", "p.pfprofile", "--chunk", ""], 2, "--chunk needs a number")
            for (sampler, functions) in [("artifact", "a"), ("spread", "b")] {
                for instance in 1...2 {
                    let taken = try Command.run(
                        [
                            "snapshot", "--memory", "\(instance).mem", "--function", functions, "--instance",
                            "\(instance)", "--output", "\(functions)-\(instance).pfsnap",
                        ], in: directory)
                    #expect(taken.status == 0, "\(taken.errors)")
                }
                let built = try Command.run(
                    [
                        "profile", "build", "\(functions)-1.pfsnap", "\(functions)-2.pfsnap", "--sampler",
                        sampler, "-o", "\(functions).pfprofile", "--quiet",
                    ], in: directory)
                #expect(built.status == 0, "\(built.errors)")
            }
            try fails(
                ["merge", "a.pfprofile", "b.pfprofile", "-o", "both.pfprofile"], 3, "no measure in common")
            #expect(!FileManager.default.fileExists(atPath: "\(directory)/both.pfprofile"))
            try fails(["check", "a.pfprofile", "b-1.pfsnap", "b-2.pfsnap"], 3, "not made of these snapshots")
        }
    }

    @Test func snapshotsThatDoNotCompareAreRefused() throws {
        try withDirectory { directory in
            #expect(try machine(directory, 1, pages: [1, 2, 3]).status == 0)
            let target = try SnapshotTarget()
            let live = try Command.run(
                [
                    "snapshot", "--pid", "\(target.id)", "--function", "vm", "--instance", "2", "--output",
                    "vm-2.pfsnap", "--json",
                ], in: directory)
            #expect(live.status == 0, "\(live.errors)")
            #expect(live.output.contains("\"region_names\""))
            for command in [["methods"], ["redundancy"], ["build", "-o", "p.pfprofile"]] {
                let result = try Command.run(
                    ["profile"] + command + ["vm-1.pfsnap", "vm-2.pfsnap"], in: directory)
                #expect(result.status == 3, "\(command)")
                #expect(result.errors.contains("does not compare with vm-1.pfsnap"), "\(result.errors)")
            }
            // Which pages are equal does not depend on where they lie; that zeros differ is said.
            let exact = try Command.run(
                ["profile", "exact", "vm-1.pfsnap", "vm-2.pfsnap"], in: directory)
            #expect(exact.status == 0 && exact.errors.contains("different origins"), "\(exact.errors)")
        }
    }

    @Test func zerosThatAreStoredAndHolesGiveTheSameProfile() throws {
        try withDirectory { directory in
            var tables: [String] = []
            for kind in ["full", "sparse"] {
                for instance in 0..<2 {
                    let held = (1...8).flatMap { page in
                        (0..<4096).map { UInt8(truncatingIfNeeded: page &* 7 &+ instance &+ $0 &* $0 / 31) }
                    }
                    let path = "\(directory)/\(kind).mem"
                    let zeros = kind == "full" ? Data(count: 92 * 4096) : Data()
                    #expect(FileManager.default.createFile(atPath: path, contents: Data(held) + zeros))
                    #expect(truncate(path, 100 * 4096) == 0)
                    let taken = try Command.run(
                        [
                            "snapshot", "--memory", path, "--function", "vm", "--instance", "\(instance)",
                            "--output", "\(kind)/\(instance).pfsnap",
                        ], in: directory)
                    #expect(taken.status == 0 && taken.errors.contains("8 pages"), "\(taken.errors)")
                    #expect(taken.errors.contains("92 zero"))
                }
                let methods = try Command.run(
                    ["profile", "methods", kind, "--csv", "--quiet", "--methods", "zstd,location"],
                    in: directory)
                #expect(methods.status == 0, "\(methods.errors)")
                tables.append(methods.output)
            }
            #expect(tables[0] == tables[1] && tables[0].contains("zstd"))
        }
    }
}
