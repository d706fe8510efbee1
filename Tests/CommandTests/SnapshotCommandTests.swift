import Foundation
import Testing

@Suite(
    .enabled(if: Command.exists && SnapshotTarget.python != nil, "skipped: no binary or no Python"),
    .serialized)
struct SnapshotCommandTests {
    private func member(_ json: String, _ path: String...) throws -> Any? {
        var value: Any? = try JSONSerialization.jsonObject(with: Data(json.utf8))
        for name in path { value = (value as? [String: Any])?[name] }
        return value
    }

    private func rights(_ path: String) -> UInt32 {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }

    @Test func aLiveProcessBecomesAPrivateFileAndGoesOn() throws {
        try withDirectory { directory in
            let target = try SnapshotTarget()
            let result = try Command.run(
                [
                    "snapshot", "--pid", "\(target.id)", "--output", "pages/a.pfsnap", "--function", "resize",
                    "--instance", "3", "--label", "point=import", "--label", "machine=mine", "--json",
                ], in: directory)
            #expect(result.status == 0, "\(result.errors)")
            #expect(rights("\(directory)/pages") == 0o700)
            #expect(rights("\(directory)/pages/a.pfsnap") == 0o600)
            #expect(try names(in: "\(directory)/pages") == ["a.pfsnap"])
            #expect(try member(result.output, "function") as? String == "resize")
            #expect(try member(result.output, "instance") as? Int == 3)
            #expect(try member(result.output, "labels", "point") as? String == "import")
            #expect(try member(result.output, "labels", "machine") as? String == "mine")
            let pages = try #require(try member(result.output, "pages") as? Int)
            let kinds = try #require(try member(result.output, "kinds") as? [String: Int])
            #expect(pages == kinds.values.reduce(0, +) && pages > 16 * 256)
            let size = try FileManager.default.attributesOfItem(atPath: "\(directory)/pages/a.pfsnap")[.size]
            #expect(try #require(size as? Int) > pages * 4_096)
            #expect(target.goesOn())
        }
    }

    @Test func nothingOfWhatTheTargetHoldsIsPrinted() throws {
        try withDirectory { directory in
            let target = try SnapshotTarget()
            let snapshot = "\(directory)/a.pfsnap"
            for json in [[], ["--json"]] {
                let result = try Command.run(
                    ["snapshot", "--pid", "\(target.id)", "--output", snapshot] + json, in: directory)
                #expect(result.status == 0)
                for text in [result.output, result.errors] {
                    #expect(!text.contains(SnapshotTarget.secret) && !text.contains(SnapshotTarget.variable))
                }
            }
            // The file itself holds it, as it must; so the test could have failed.
            let held = try #require(FileManager.default.contents(atPath: snapshot))
            #expect(held.range(of: Data(SnapshotTarget.secret.utf8)) != nil)
        }
    }

    @Test func theTargetIsLetGoWheneverPagefoldIsKilled() throws {
        try withDirectory { directory in
            let target = try SnapshotTarget()
            var random = SystemRandomNumberGenerator()
            for round in 0..<25 {
                let output = "\(directory)/\(round).pfsnap"
                let process = try Command.process(
                    ["snapshot", "--pid", "\(target.id)", "--output", output], in: directory)
                try process.run()
                usleep(.random(in: 0..<250_000, using: &random))
                kill(process.processIdentifier, SIGKILL)
                process.waitUntilExit()
                #expect(target.goesOn())
                #expect(target.state != "t" && target.state != "T")
            }
            // What is there is whole; nothing else is.
            for name in try names(in: directory) where name != "small.yaml" {
                #expect(name.hasSuffix(".pfsnap"), "left behind: \(name)")
            }
        }
    }

    @Test func aCommandIsRunUntilItIsReadyAndEnds() throws {
        try withDirectory { directory in
            let python = try #require(SnapshotTarget.python)
            try """
            import os, time
            print('first')
            print('now ready', flush=True)
            open('id', 'w').write(str(os.getpid()))
            time.sleep(100)
            """.write(toFile: "\(directory)/f.py", atomically: true, encoding: .utf8)
            for (index, options) in [
                ["--ready-line", "ready"], [], ["--ready-after", "0.5"], ["--ready-idle"],
                ["--no-randomisation"],
            ].enumerated() {
                let result = try Command.run(
                    ["snapshot", "--run", "--function", "f", "--instance", "\(index)", "--json"] + options
                        + ["--", python, "f.py"], in: directory)
                #expect(result.status == 0, "\(result.errors)")
                #expect(FileManager.default.fileExists(atPath: "\(directory)/f-\(index).pfsnap"))
                let randomisation = try member(result.output, "labels", "randomisation") as? String
                if options == ["--no-randomisation"] { #expect(randomisation == "off") }
            }
            let id = try #require(Int32(String(contentsOfFile: "\(directory)/id", encoding: .utf8)))
            #expect(kill(id, 0) != 0)
        }
    }

    @Test func aCommandThatIsNeverReadyIsAnError() throws {
        try withDirectory { directory in
            let cases: [([String], String)] = [
                (["--", "/bin/true"], "ended before"), (["--", "/no/such/program"], "cannot be started"),
                (["--timeout", "0.3", "--ready-line", "x", "--", "/bin/sleep", "50"], "not ready within"),
                (["--input", "none", "--", "/bin/sleep", "50"], "none"),
            ]
            for (arguments, text) in cases {
                let result = try Command.run(["snapshot", "--run"] + arguments, in: directory)
                #expect(result.status == 3 && result.errors.contains(text), "\(result.errors)")
                #expect(try names(in: directory) == ["small.yaml"])
            }
        }
    }

    @Test func wrongUseIsToldApartFromUnusableInput() throws {
        try withDirectory { directory in
            for arguments in [
                [], ["--pid", "1", "--run", "--", "x"], ["--run"], ["--pid", "0"],
                ["--pid", "1", "--timeout", "3"],
                ["--pid", "1", "--label", "x"], ["--pid", "1", "--label", "X=1"],
                ["--pid", "1", "--function", "/"],
                ["--pid", "1", "--label", "a=1", "--label", "a=2"], ["--core", "x", "--children"],
                ["--pid", "1", "--instance", "-1"],
                ["--run", "--ready-idle", "--ready-after", "1", "--", "x"],
            ] {
                let result = try Command.run(["snapshot"] + arguments, in: directory)
                #expect(result.status == 2, "\(arguments)")
            }
            for arguments in [
                ["--pid", "2147483647"], ["--pid", "\(getpid())", "--output", "/no/such/place/x"],
            ] {
                let result = try Command.run(["snapshot"] + arguments, in: directory)
                #expect(result.status == 3, "\(arguments)")
            }
            #expect(try names(in: directory) == ["small.yaml"])
        }
    }

    @Test(.enabled(if: getuid() == 0, "skipped: needs root")) func withoutTheRightToTraceItSaysSo() throws {
        let tool = "/usr/bin/setpriv"
        guard FileManager.default.isExecutableFile(atPath: tool) else {
            return print("skipped: a snapshot without the right to trace, as \(tool) is not installed")
        }
        try withDirectory { directory in
            let target = try SnapshotTarget()
            let result = try Command.run(
                ["--reuid=65534", "--clear-groups", Command.binary, "snapshot", "--pid", "\(target.id)"],
                in: directory, program: tool)
            // The binary may lie where that user cannot reach it.
            if result.errors.contains("failed to execute") {
                return print(
                    "skipped: a snapshot without the right to trace, as nobody cannot reach the binary")
            }
            #expect(result.status == 3 && result.errors.contains("may not examine"), "\(result.errors)")
            #expect(target.goesOn())
        }
    }

    @Test(.enabled(if: getuid() == 0, "skipped: needs root")) func aFullDiskLeavesNothingBehind() throws {
        try withDirectory { directory in
            let disk = "\(directory)/disk"
            try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
            guard mount("tmpfs", disk, "tmpfs", 0, "size=1m") == 0 else {
                return print("skipped: a snapshot onto a full disk, as no file system may be mounted here")
            }
            defer { umount2(disk, Int32(MNT_DETACH)) }
            let target = try SnapshotTarget()
            let result = try Command.run(
                ["snapshot", "--pid", "\(target.id)", "--output", "\(disk)/a.pfsnap"], in: directory)
            #expect(result.status == 3 && result.errors.contains("no room"), "\(result.errors)")
            #expect(try names(in: disk).isEmpty)
            let room = try FileManager.default.attributesOfFileSystem(forPath: disk)
            #expect(room[.systemFreeSize] as? Int == room[.systemSize] as? Int)
            #expect(target.goesOn())
        }
    }
}
