import Foundation
import Testing

/// The Debian packages that a build needs are named in four places, and all name the same.
@Suite struct PackagesTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// The words of `text` that are names of development packages, and pkg-config.
    private static func packages(in text: String) -> Set<String> {
        let words = text.split { (letter: Character) -> Bool in
            !letter.isLetter && !letter.isNumber && letter != "-" && letter != "+"
        }
        let names: [String] = words.map { String($0) }
        return Set(names.filter { $0.hasSuffix("-dev") || $0 == "pkg-config" })
    }

    /// What the manifest says: the providers of its system libraries, those of GRDB's, whose manifest says that of SQLite,
    /// and what SwiftPM asks where libraries are.
    private static func needed() throws -> Set<String> {
        let manifest = try text("Package.swift")
        var needed: Set<String> = ["pkg-config"]
        for part in manifest.components(separatedBy: ".apt([").dropFirst() {
            needed.formUnion(packages(in: part.components(separatedBy: "])")[0]))
        }
        if manifest.contains("GRDBSQLite") { needed.insert("libsqlite3-dev") }
        return needed
    }

    @Test func theManifestNamesAPackageForEachSystemLibrary() throws {
        let manifest = try Self.text("Package.swift")
        let libraries = manifest.components(separatedBy: ".systemLibrary(").count - 1
        #expect(libraries >= 4)
        #expect(manifest.components(separatedBy: ".apt([").count - 1 == libraries)
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Self.root.appendingPathComponent("Sources").path)
        for folder in folders
        where FileManager.default.fileExists(
            atPath: Self.root.appendingPathComponent("Sources/\(folder)/module.modulemap").path)
        {
            #expect(manifest.contains(".systemLibrary(name: \"\(folder)\""), "\(folder)")
        }
        #expect(try Self.needed().isSuperset(of: ["libnuma-dev", "libxxhash-dev", "libibverbs-dev"]))
    }

    @Test func theScriptsInstallWhatABuildNeeds() throws {
        let script = try Self.text("scripts/lib/setup.sh")
        let body = try #require(script.components(separatedBy: "need_build() {").dropFirst().first)
        let calls = body.components(separatedBy: "\n}")[0].components(separatedBy: "need_packages ")
        #expect(try Self.packages(in: calls.dropFirst().joined(separator: " ")) == Self.needed())
    }

    @Test func theExampleWorkflowInstallsWhatABuildNeeds() throws {
        let workflow = try Self.text("docs/examples/pagefold-gate.yml")
        let step = try #require(workflow.components(separatedBy: "apt-get install").dropFirst().first)
        #expect(try Self.packages(in: step.components(separatedBy: "\n\n")[0]) == Self.needed())
    }

    @Test func theReadmeNamesWhatABuildNeeds() throws {
        #expect(try Self.packages(in: Self.text("README.md")) == Self.needed())
    }

    /// The libraries that the program is linked to are those that docs/clusters.md tells to have on the nodes.
    @Test func theDocsNameTheLibrariesThatAreLinked() throws {
        let clusters = try Self.text("docs/clusters.md")
        for folder in ["CZstd", "CLZ4", "CXXHash", "CNuma"] {
            let map = try Self.text("Sources/\(folder)/module.modulemap")
            let name = try #require(map.components(separatedBy: "link \"").dropFirst().first)
                .components(separatedBy: "\"")[0]
            #expect(clusters.contains("`lib\(name).so."), "docs/clusters.md does not name lib\(name)")
        }
        // RDMA is looked for when it is first used: nothing may link to it.
        #expect(try !Self.text("Sources/CIBVerbs/module.modulemap").contains("link"))
    }

    /// scripts/fuzz builds some modules in a package of its own, which must have all that they import.
    @Test func theFuzzedModulesAreAllThere() throws {
        let script = try Self.text("scripts/fuzz")
        let list = try #require(script.components(separatedBy: "for module in ").dropFirst().first)
        let fuzzed = list.components(separatedBy: ";")[0].split(separator: " ").map(String.init)
        #expect(fuzzed.contains("Snapshots"))
        let files = FileManager.default
        for module in fuzzed {
            #expect(script.contains("name: \"\(module)\""), "\(module)")
            let folder = Self.root.appendingPathComponent("Sources/\(module)").path
            for name in try files.subpathsOfDirectory(atPath: folder) where name.hasSuffix(".swift") {
                for line in try Self.text("Sources/\(module)/\(name)").split(separator: "\n")
                where line.hasPrefix("import ") {
                    let other = String(line.dropFirst("import ".count))
                    let isOurs = files.fileExists(
                        atPath: Self.root.appendingPathComponent("Sources/\(other)").path)
                    #expect(!isOurs || fuzzed.contains(other), "\(module)/\(name) imports \(other)")
                }
            }
        }
    }
}
