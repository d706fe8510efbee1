import EventKernel
import Experiments
import Files
import Foundation
import HardwareCosts
import Testing

@Suite struct CostsFileTests {
    private static let head = "hardware-costs: 1\nname: t\ncosts:\n"
    private static let origin = "origin: {published: here}"

    /// A file with one cost, whose name stands in line 4, whose model in line 5.
    private static func file(_ primitive: String, _ model: String) -> String {
        "\(head)  \(primitive):\n    model: \(model)\n    \(origin)\n"
    }

    private static func errors(of text: String) -> [String] {
        do {
            _ = try CostSet(text: text, file: "c.yaml")
            return []
        } catch {
            return "\(error)".split(separator: "\n").map(String.init)
        }
    }

    @Test(arguments: [
        ("rdma-read-pages", "{per-item: {each: 7.5 us}}", CostModel.perItem(fixed: 0, each: 7_500)),
        (
            "patch-apply-xdelta3", "{per-item: {fixed: 1 ms, each: 0.25 ns, threads: 8}}",
            .perItem(fixed: 1_000_000, each: 0.25, threads: 8)
        ),
        (
            "restore-snapshot", "{affine: {fixed: 78 ms, rate: 0.73 ms/MiB}}",
            .affine(fixed: 78_000_000, perByte: 730_000 / 0x1p20)
        ),
        ("checkpoint", "{affine: {rate: 0.5 ns/B}}", .affine(fixed: 0, perByte: 0.5)),
        ("checkpoint", "{affine: {rate: 2 us / 4 KiB}}", .affine(fixed: 0, perByte: 2_000 / 4_096)),
        ("restore-pause", "0.107 s", .constant(107_000_000)),
        ("rdma-bandwidth", "10 Gbit/s", .constant(1.25e9)),
        ("rdma-bandwidth", "1.25 GB/s", .constant(1.25e9)),
        ("rdma-message-rate", "2e6 /s", .constant(2e6)),
        ("rdma-connection-memory", "{per-item: {each: 64 KiB}}", .perItem(fixed: 0, each: 65_536)),
        (
            "rdma-connection-slowdown", "{curve: {1: 1, 256: 1, 4096: 2.5}}",
            .curve(CostCurve([.init(1, 1), .init(256, 1), .init(4_096, 2.5)]))
        ),
        (
            "fault-minor", "{quantiles: {0: 90 ns, 0.5: 0.12 us, 1: 1 us}}",
            .quantiles([.init(0, 90), .init(0.5, 120), .init(1, 1_000)])
        ),
    ])
    func modelsReadAsTheyAreWritten(primitive: String, text: String, model: CostModel) throws {
        let file = Self.file(primitive, text)
        let set = try CostSet(text: file, file: "c.yaml")
        #expect(set.costs[try #require(CostPrimitive(rawValue: primitive))]?.model == model)
    }

    @Test func jsonIsUnderstoodToo() throws {
        let json = """
            {"hardware-costs": 1, "name": "j", "machine": {"cpu": "EPYC", "kernel": "6.9"},
             "costs": {"restore-pause": {"model": "3 ms", "origin": {"measured":
               {"machine": "m", "kernel": "6.9", "date": "2026-03-28", "method": "loop of 1,000"}},
               "evidence": {"histogram": [["2 ms", 7], ["3 ms", 9]], "noisy": true,
                            "fit": {"r-squared": 0.99, "worst": 0.1, "points": 12}}}},
             "absent": {"rdma-read": "no device"}}
            """
        let set = try CostSet(text: json, file: "c.json")
        #expect(set.machine == [.cpu: "EPYC", .kernel: "6.9"])
        #expect(set.absent == [.rdmaRead: "no device"])
        let cost = try #require(set.costs[.restorePause])
        #expect(cost.model == .constant(3_000_000))
        #expect(cost.origin.text == "measured on m, Linux 6.9, 2026-03-28: loop of 1,000")
        #expect(cost.evidence?.histogram == [.init(2_000_000, 7), .init(3_000_000, 9)])
        #expect(cost.evidence?.isNoisy == true)
        #expect(cost.evidence?.fit == .init(rSquared: 0.99, worst: 0.1, points: 12))
    }

    @Test(arguments: [
        ("restore-pauze", "1 ms", 4, ["no primitive 'restore-pauze'", "did you mean 'restore-pause'?"]),
        ("restore-pause", "5", 5, ["costs.restore-pause.model", "'5' has no unit"]),
        ("restore-pause", "5 GiB", 5, ["'GiB' is not a unit of a duration"]),
        ("restore-pause", "-5 ms", 5, ["negative"]), ("restore-pause", "1e30 s", 5, ["too large"]),
        ("restore-pause", "[1 ms]", 5, ["expected the model of a cost", "a list"]),
        ("restore-pause", "{afine: {rate: 1 ns/B}}", 5, ["no model 'afine'", "did you mean 'affine'?"]),
        ("restore-pause", "{affine: {rate: 1 ns/B}}", 5, ["does not grow with bytes"]),
        ("checkpoint", "{affine: {fixed: 1 ms}}", 5, ["'rate' is missing"]),
        ("checkpoint", "{affine: {rate: 1 ns}}", 5, ["for how many bytes"]),
        ("checkpoint", "{affine: {rate: 1 ns/s}}", 5, ["'s' is not a unit of an amount of memory"]),
        ("checkpoint", "{affine: {rate: 1 ns/0 B}}", 5, ["above 0"]),
        ("checkpoint", "{affine: {rate: 1 ns/}}", 5, ["for how many bytes"]),
        ("checkpoint", "{affine: {rate: 1 B/B}}", 5, ["'B' is not a unit of a duration"]),
        ("checkpoint", "{per-item: {each: 1 us}}", 5, ["does not grow with a number of items"]),
        (
            "registry-lookup", "{per-item: {each: 1 us, thread: 2}}", 5,
            ["'thread'", "did you mean 'threads'?"]
        ),
        ("registry-lookup", "{per-item: {each: 1 us, threads: 0}}", 5, ["whole number from 1"]),
        ("fault-minor", "{quantiles: {0: 2 us, 1: 1 us}}", 5, ["rise"]),
        ("fault-minor", "{quantiles: {a: 2 us, 1: 1 us}}", 5, ["expected a number", "'a'"]),
        ("rdma-bandwidth", "0 GB/s", 5, ["above 0"]), ("rdma-bandwidth", "10 Gb/s", 5, ["'Gb/s'", "'GB/s'"]),
        ("rdma-connection-slowdown", "{curve: {5: 1}}", 5, ["two points"]),
        ("rdma-outstanding-reads", "1.5", 5, ["whole number"]),
        ("rdma-outstanding-reads", "", 5, ["there is no value"]),
    ])
    func anErrorNamesLineAndRemedy(primitive: String, model: String, line: Int, says: [String]) throws {
        let error = try #require(Self.errors(of: Self.file(primitive, model)).first)
        #expect(error.hasPrefix("c.yaml:\(line): "), "\(error)")
        for words in says { #expect(error.contains(words), "\(error)") }
    }

    @Test(arguments: [
        ("name: t", 0, "not a costs file"), ("hardware-costs: 2\nname: t", 1, "version"),
        ("hardware-costs: 1", 1, "'name' is missing"), ("hardware-costs: 1\nname: a/b", 2, "letters"),
        ("hardware-costs: 1\nname: t\ncost: {}", 3, "did you mean 'costs'?"),
        ("hardware-costs: 1\nname: t\nmachine: {gpu: x}", 3, "did you mean 'cpu'?"),
        ("hardware-costs: 1\nname: t\ncosts: 5", 3, "costs by primitive"),
        ("hardware-costs: 1\nname: t\nabsent: {rdma: x}", 3, "no primitive 'rdma'"),
        ("hardware-costs: 1\nname: t\ncosts: [", 4, "not YAML"),
        ("\(head)  fork: {\(origin)}", 4, "'model' is missing"),
        ("\(head)  fork: {model: 1 ms}", 4, "'origin' is missing"),
        ("\(head)  fork: {model: 1 ms, origin: {publisht: x}}", 4, "did you mean 'published'?"),
        ("\(head)  fork: {model: 1 ms, origin: guess}", 4, "expected an origin"),
        ("\(head)  fork: {model: 1 ms, origin: {published: \"\"}}", 4, "source is empty"),
        ("\(head)  fork: {model: 1 ms, origin: {assumed: {reason: r, low: 1, high: 1}}}", 4, "must be swept"),
        (
            "\(head)  fork: {model: 1 ms, origin: {measured: {machine: m, kernel: k, date: now, method: x}}}",
            4, "'now' is not a day"
        ),
        (
            "\(head)  fork: {model: 1 ms, \(origin), evidence: {histogram: [[1 ms, 2], [1 ms, 3]]}}", 4,
            "must rise"
        ),
        ("\(head)  fork: {model: 1 ms, \(origin), evidence: {histogram: [5]}}", 4, "how often"),
        ("\(head)  fork: {model: 1 ms, \(origin)}\n  fork: {model: 2 ms, \(origin)}", 4, "given twice"),
    ])
    func aFileThatIsWrongSaysWhere(text: String, line: Int, says: String) throws {
        let error = try #require(Self.errors(of: text).first)
        #expect(error.hasPrefix(line == 0 ? "c.yaml: " : "c.yaml:\(line): "), "\(error)")
        #expect(error.contains(says), "\(error)")
    }

    @Test func allFaultsOfAFileAreToldAtOnce() {
        let text = Self.head + "  frok: {model: 1 ms, \(Self.origin)}\n  fork: {model: 1, \(Self.origin)}\n"
        #expect(Self.errors(of: text).count == 2)
    }

    @Test func anEmulatedSetSaysSoAndIsForNoSimulation() throws {
        let text = "hardware-costs: 1\nname: vm\nemulated: true\n"
        let set = try CostSet(text: text, file: "c.yaml")
        #expect(set.isEmulated)
        #expect(throws: InputError.self) { try HardwareCosts([set]) }
        #expect(try CostSet(text: set.fileText, file: "c.yaml") == set)
    }

    @Test func everySetReadsBackAsItWas() throws {
        for seed in UInt64(0)..<200 {
            var draw = CostSetDraw(seed: seed)
            let set = draw.set()
            let text = set.fileText
            let again = try CostSet(text: text, file: "c.yaml")
            #expect(again == set, "seed \(seed)\n\(text)")
            #expect(again.fileText == text)
        }
    }

    @Test func aDamagedFileIsRefusedOrSound() throws {
        var stream = RandomStream(seed: 9, purpose: .test)
        var refused = 0
        for seed in UInt64(0)..<60 {
            var draw = CostSetDraw(seed: seed)
            let bytes = Array(draw.set().fileText.utf8)
            for _ in 0..<6 {
                var damaged = bytes
                for _ in 0...stream.below(3) {
                    let at = Int(stream.below(UInt64(damaged.count)))
                    if stream.below(2) == 0 {
                        damaged.remove(at: at)
                    } else {
                        damaged[at] = Self.damage(&stream)
                    }
                }
                do {
                    let set = try CostSet(text: String(decoding: damaged, as: UTF8.self), file: "c.yaml")
                    for (primitive, cost) in set.costs {
                        #expect(cost.model.fault(for: primitive) == nil && cost.origin.fault == nil)
                    }
                    #expect(try CostSet(text: set.fileText, file: "c.yaml") == set)
                } catch is InputError { refused += 1 } catch is InputErrors { refused += 1 }
            }
        }
        #expect((50..<360).contains(refused))
    }

    private static func damage(_ stream: inout RandomStream) -> UInt8 {
        let bytes = Array("0-9e.:{}[]\"' \n#&*/nB".utf8)
        return bytes[Int(stream.below(UInt64(bytes.count)))]
    }

    @Test func whatIsMissingIsNamedWithWhatIsProbablyMeant() throws {
        let near = #expect(throws: InputError.self) {
            try CostSources.find("medes-eurosys2022", directory: "/desk")
        }
        #expect(near?.remedy.contains("did you mean 'medes-eurosys22'?") == true)
        let path = #expect(throws: InputError.self) { try CostSources.find("./x.yaml", directory: "/desk") }
        #expect(path?.file == "./x.yaml")
        #expect(throws: InputError.self) { try CostSources.find("", directory: "/") }
        #expect(throws: InputError.self) { try CostSources.find("a\u{0}b", directory: "/") }
        let directory = #expect(throws: InputError.self) { try CostSources.find("/", directory: "/") }
        #expect(directory?.problem.contains("not a regular file") == true)
    }

    @Test func costsAreFoundByNameAndByPath() throws {
        try withTemporaryDirectory { directory in
            let text = Self.file("restore-pause", "9 ms")
            try text.write(toFile: directory + "/mine.yaml", atomically: true, encoding: .utf8)
            let costs = try CostSources.costs(["mine.yaml", "medes-eurosys22"], directory: directory)
            #expect(costs.find(.restorePause)?.set == "t")
            try Data([0xFF, 0xFE, 0]).write(to: URL(fileURLWithPath: directory + "/bytes.yaml"))
            #expect(throws: InputError.self) { try CostSources.find("bytes.yaml", directory: directory) }
            let lookup = try #require(costs.find(.registryLookup))
            #expect(lookup.set == "medes-eurosys22")
            #expect(lookup.modelText == "{per-item: {fixed: 0 ns, each: 80 us, threads: 1}}")
        }
    }

    private static func file(of name: String) throws -> CostSet {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("costs/\(name).yaml").path
        return try CostSet(text: try String(contentsOfFile: path, encoding: .utf8), file: path)
    }

    @Test func theFilesAreThoseThatAreBuiltIn() throws {
        let names = CostSources.shippedNames
        #expect(
            names == [
                "medes-eurosys22", "pages-measured", "xeon-vm", "connections", "connections-low",
                "connections-high", "assumed",
            ])
        for name in names {
            let file = try Self.file(of: name)
            #expect(file.name == name)
            #expect(file == (try CostSources.find(name, directory: "/")))
        }
    }

    @Test func whatIsNotAssumedSaysWhereItIsFrom() throws {
        for name in CostSources.shippedNames {
            let set = try Self.file(of: name)
            let words = Set(set.costs.values.map(\.origin.word))
            switch name {
            case "medes-eurosys22": #expect(words == ["published"])
            case "pages-measured", "xeon-vm": #expect(words == ["measured"])
            case "assumed": #expect(words == ["assumed"])
            default: #expect(words == ["assumed", "published"])
            }
        }
    }

    /// Everything that Medes and its rivals need in the simulator.
    @Test func theShippedFilesTogetherLackNothingThatARunNeeds() throws {
        let costs = try CostSources.costs(
            ["medes-eurosys22", "pages-measured", "connections", "assumed"], directory: "/")
        let needed: [CostPrimitive] = [
            .rdmaReadPages, .rdmaBandwidth, .rdmaConnectionSetup, .rdmaConnectionMemory,
            .rdmaConnectionSlowdown, .rdmaConnectionSwitch, .fingerprintArtifact, .fingerprintPaper,
            .fingerprintSpread, .fingerprintFixed, .registryLookup, .registryInsert, .patchEncodeXdelta3,
            .patchApplyXdelta3, .patchEncodeCopyInsert, .patchApplyCopyInsert, .compressLZ4, .decompressLZ4,
            .compressZstd, .decompressZstd, .coldStart, .checkpoint, .restorePause, .restoreSandbox,
            .restoreSnapshot, .restoreDisk, .remoteFork, .dedupOverhead, .faultMinor,
        ]
        #expect(try costs.listing(needed).count == needed.count)
        #expect(costs.find(.patchApplyXdelta3)?.set == "medes-eurosys22", "the first that has it")
    }

    /// One machine's own costs beside what it has no hardware for.
    @Test func aMeasuredMachineTakesItsReadsFromMedes() throws {
        let costs = try CostSources.costs(
            ["xeon-vm", "medes-eurosys22", "pages-measured", "connections", "assumed"], directory: "/")
        #expect(costs.find(.rdmaReadPages)?.set == "medes-eurosys22")
        #expect(costs.find(.patchApplyXdelta3)?.set == "medes-eurosys22")
        for primitive in [
            CostPrimitive.restoreSandbox, .coldStart, .checkpoint, .registryLookup, .patchApplyCopyInsert,
        ] {
            #expect(costs.find(primitive)?.set == "xeon-vm", "\(primitive)")
        }
    }

    /// The ends of a range are what its middle says of them.
    @Test func theEndsOfTheRangeOfConnectionsAreThoseOfItsMiddle() throws {
        let middle = try Self.file(of: "connections")
        for (end, isLow) in [("connections-low", true), ("connections-high", false)] {
            let set = try Self.file(of: end)
            #expect(set.primitives == middle.primitives)
            for (primitive, cost) in middle.costs {
                guard case .assumed(_, let low, let high) = cost.origin else { continue }
                let swept = cost.model.scaled(by: isLow ? low : high, as: primitive.facts.quantity)
                for amount in [1, 400, 2_000, 4_096, 9_999] as [UInt64] {
                    let there = try #require(set.costs[primitive]).model.value(at: amount)
                    let deviation = abs(swept.value(at: amount) / there - 1)
                    #expect(deviation < 0.02, "\(end), \(primitive), \(amount)")
                }
            }
        }
    }
}

@Suite struct CostsDocumentationTests {
    private static func document() throws -> String {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/costs.md").path
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test func theDocumentListsEveryPrimitive() throws {
        #expect(try Self.document().contains(CostPrimitive.markdownTable))
    }

    @Test func theExampleOfTheDocumentIsUnderstood() throws {
        let parts = try Self.document().components(separatedBy: "```")
        let example = try #require(parts.first { $0.hasPrefix("yaml\n") }).dropFirst(5)
        let set = try CostSet(text: String(example), file: "docs/costs.md")
        #expect(set.primitives == [.rdmaReadPages, .rdmaConnectionSlowdown])
        #expect(set.machine[.kernel] == "6.9")
        #expect(set.absent == [.swapInZram: "no zram device"])
    }
}
