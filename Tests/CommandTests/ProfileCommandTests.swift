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
}
