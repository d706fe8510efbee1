import Foundation
import Testing

/// The rules of the house that a compiler does not know.
@Suite struct TidyTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct Source {
        var path: String
        var lines: [Substring]
        var text: String
    }

    private static func sources(under folder: String) throws -> [Source] {
        let base = root.appendingPathComponent(folder)
        let names = try FileManager.default.subpathsOfDirectory(atPath: base.path).sorted()
        return try names.filter { $0.hasSuffix(".swift") }.map { name in
            let text = try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
            return Source(
                path: "\(folder)/\(name)",
                lines: text.split(separator: "\n", omittingEmptySubsequences: false), text: text)
        }
    }

    private static let floors = [
        "EventKernel", "Files", "Machine", "Statistics", "HardwareCosts", "Verbs", "PageContent",
        "Snapshots", "Restore", "Calibration", "Workload", "Simulator", "Experiments", "pagefold",
    ]

    @Test func eachModuleImportsOnlyThoseBelowIt() throws {
        for (floor, module) in Self.floors.enumerated() {
            let above = Set(Self.floors[floor...])
            for source in try Self.sources(under: "Sources/\(module)") {
                for line in source.lines where line.hasPrefix("import ") {
                    let name = String(line.dropFirst("import ".count))
                    #expect(!above.contains(name), "\(source.path) imports \(name)")
                }
            }
        }
    }

    @Test func theFloorsThatSimulateDoWithoutFoundation() throws {
        for module in [
            "EventKernel", "Files", "Machine", "Statistics", "HardwareCosts", "Verbs", "PageContent",
            "Snapshots", "Restore", "Calibration", "Workload", "Simulator",
        ] {
            for source in try Self.sources(under: "Sources/\(module)") {
                #expect(!source.text.contains("import Foundation"), "\(source.path) imports Foundation")
            }
        }
    }

    @Test func theEngineNamesNoPolicyAndNoPolicyTouchesTheEngine() throws {
        let policies = try Self.sources(under: "Sources/Simulator/Policies")
        let names = policies.flatMap { source in
            source.lines.compactMap { line -> String? in
                guard
                    let range = line.range(
                        of: #"^(public )?(final )?(class|struct|enum) \w+"#, options: .regularExpression)
                else { return nil }
                return line[range].split(separator: " ").last.map(String.init)
            }
        }
        #expect(names.contains("FixedKeepAlive"))
        for folder in ["Engine", "State", "Hooks"] {
            for source in try Self.sources(under: "Sources/Simulator/\(folder)") {
                let words = Set(
                    source.text.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
                #expect(
                    words.isDisjoint(with: names),
                    "\(source.path) names \(words.intersection(names).sorted())")
            }
        }
        for source in policies {
            for word in ["Engine(", ": Engine", "ledger", "Recorder"] {
                #expect(!source.text.contains(word), "\(source.path) touches '\(word)'")
            }
        }
    }

    @Test func nothingThatReachesAResultDependsOnTheMachine() throws {
        for module in ["EventKernel", "HardwareCosts", "Workload", "Simulator"] {
            for source in try Self.sources(under: "Sources/\(module)") {
                for word in [
                    "SystemRandomNumberGenerator", ".random(in", "shuffled(", "Date()", "clock_gettime",
                    "hashValue",
                ] {
                    #expect(!source.text.contains(word), "\(source.path) uses \(word)")
                }
            }
        }
    }

    /// Swift's own conversions of a `Double` trap when it does not fit; `CheckedConversion.swift` has those that do not.
    @Test func roundedNumbersAreConvertedWithACheck() throws {
        let conversion = try Regex(#"\bU?Int(8|16|32|64)?\((?!nearest:|exactly:)[^\n]*\.rounded\((\.\w+)?\)"#)
        let exempt = ["EventKernel/CheckedConversion.swift", "HardwareCosts/CostModel.swift"]
        for module in ["EventKernel", "HardwareCosts", "Workload", "Simulator", "Experiments", "pagefold"] {
            for source in try Self.sources(under: "Sources/\(module)")
            where !exempt.contains(where: source.path.hasSuffix) {
                for (number, line) in source.lines.enumerated()
                where line.contains(conversion) && !line.contains("within:") {
                    Issue.record("\(source.path):\(number + 1) converts without a check: \(line)")
                }
            }
        }
    }

    @Test func filesAreShortAndLinesAreNotWide() throws {
        for source in try Self.sources(under: "Sources") + Self.sources(under: "Tests") {
            if source.path.contains("/Tables/") { continue }
            #expect(source.lines.count <= 500, "\(source.path) has \(source.lines.count) lines")
            for (number, line) in source.lines.enumerated() where line.count > 125 {
                Issue.record("\(source.path):\(number + 1) has \(line.count) columns")
            }
        }
    }

    @Test func noFileLeavesThingsForLater() throws {
        for source in try Self.sources(under: "Sources") {
            for word in ["TODO", "FIXME", "// XXX", "try!", "as!"] {
                #expect(!source.text.contains(word), "\(source.path) has \(word)")
            }
        }
    }

    @Test func theReadmeShowsTheExampleThatTheTestsCompile() throws {
        let readme = try String(contentsOf: Self.root.appendingPathComponent("README.md"), encoding: .utf8)
        let example = try String(
            contentsOf: Self.root.appendingPathComponent("Tests/SimulatorTests/ExamplePolicyTests.swift"),
            encoding: .utf8)
        let parts = example.components(separatedBy: "// example begins\n")
        let code = try #require(parts.last).components(separatedBy: "// example ends")[0]
        #expect(code.contains("final class MeanGap"))
        #expect(
            readme.contains(code),
            "the README's example differs from Tests/SimulatorTests/ExamplePolicyTests.swift")
    }
}
