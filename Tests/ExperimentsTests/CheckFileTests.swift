import Files
import Foundation
import Testing
import Workload

#if canImport(FoundationXML)
    import FoundationXML
#endif

@testable import Experiments

/// Two points, two policies, two metrics, two replicates.
private let full = sweep(
    [
        ("cold_share", .lower, [[[0.2, 0.3], [0.1, 0.2]], [[0.1, 0.15], [0.1, .nan]]]),
        ("memory_mean_bytes", .lower, [[[2e9, 3e9], [1e9, 1.5e9]], [[4e9, 4.5e9], [.nan, .nan]]]),
    ], points: memoryPoints("8 GiB", "16 GiB"))

@Suite struct CheckBaselineTests {
    @Test func aBaselineFileReadsLikeThis() throws {
        let text = try Baseline(full, tolerances: [ToleranceOption("memory_mean_bytes=500 MiB")]).fileText()
        #expect(
            text == """
                # What `pagefold check` compares with; `pagefold check --update` writes it.
                # Tolerances and the level may be edited: they stay.
                pagefold-baseline: 1
                experiment: example
                version: \(pagefoldVersion)
                level: 0.05
                metrics:
                  cold_share: 1 %
                  memory_mean_bytes: 500 MiB
                seeds: [1, 2]
                points:
                  - settings: {cluster.nodes.0.memory: 8 GiB}
                    policies:
                      fixed:
                        cold_share: {mean: 0.25, half-width: 0.6353, values: [0.2, 0.3]}
                        memory_mean_bytes: {mean: 2500000000, half-width: 6353000000, values: [2000000000, 3000000000]}
                      hybrid:
                        cold_share: {mean: 0.15000000000000002, half-width: 0.6353, values: [0.1, 0.2]}
                        memory_mean_bytes: {mean: 1250000000, half-width: 3177000000, values: [1000000000, 1500000000]}
                  - settings: {cluster.nodes.0.memory: 16 GiB}
                    policies:
                      fixed:
                        cold_share: {mean: 0.125, half-width: 0.3177, values: [0.1, 0.15]}
                        memory_mean_bytes: {mean: 4250000000, half-width: 3177000000, values: [4000000000, 4500000000]}
                      hybrid:
                        cold_share: {mean: 0.1, values: [0.1, null]}
                        memory_mean_bytes: {values: [null, null]}

                """)
    }

    @Test func whatIsWrittenReadsBackTheSame() throws {
        for seed in 0..<100 as Range<UInt64> {
            var noise = Noise(seed)
            var results = full
            for metric in 0..<2 {
                for (point, policy, replicate) in [(0, 0, 0), (0, 1, 1), (1, 0, 1)] {
                    results.tables[metric][point, policy, replicate] = noise.next() * 1e3
                }
            }
            results.seeds = [UInt64.max, seed]
            let percent = Double(noise.whole(below: 3_000)) / 700
            let baseline = try Baseline(
                results,
                tolerances: [
                    ToleranceOption("cold_share=\(percent)%"), ToleranceOption("memory_mean_bytes=1.5 MiB"),
                ], level: 0.01)
            let text = try baseline.fileText()
            let again = try Baseline(text: text, file: "b.yaml")
            #expect(try again.fileText() == text)
            #expect(again.metrics == baseline.metrics && again.seeds == baseline.seeds && again.level == 0.01)
            // The last policy has no memory at the last point: nothing beside nothing is no agreement.
            let verdicts = try Check(results, against: again).items.map(\.verdict)
            #expect(verdicts == Array(repeating: .identical, count: 7) + [.noValue])
        }
    }

    @Test func anUpdateChangesTheLinesThatMovedAndKeepsTolerances() throws {
        let old = try Baseline(full, tolerances: [ToleranceOption("cold_share=0.005")], level: 0.01)
        var results = full
        results.tables[0][1, 0, 1] = 0.16
        let new = try Baseline(results, replacing: old)
        #expect(new.metrics == old.metrics && new.level == 0.01)
        let before = try old.fileText().split(separator: "\n")
        let after = try new.fileText().split(separator: "\n")
        #expect(before.count == after.count && zip(before, after).count { $0 != $1 } == 1)
        let changes = BaselineChanges(from: old, to: new)
        #expect(
            !changes.isNothing && changes.text().hasPrefix("1 of 8 lines change, 0 are added, 0 removed."))
        #expect(BaselineChanges(from: old, to: old).isNothing)
        #expect(BaselineChanges(from: nil, to: new).text().hasPrefix("New baseline: 8 lines"))
    }

    /// What is replaced in a good file by what, the line of the error, and what it must say.
    struct Case: Sendable, CustomTestStringConvertible {
        var old: String
        var new: String
        var says: String
        var testDescription: String { new }
    }

    @Test(arguments: [
        Case(old: "level: 0.05", new: "level: 0.05\nlevell: 3", says: "did you mean 'level'?"),
        Case(old: "level: 0.05", new: "level: 2", says: "not possible"),
        Case(old: "level: 0.05", new: "level: .nan", says: "expected a number"),
        Case(old: "level: 0.05\n", new: "", says: "'level' is missing"),
        Case(old: "pagefold-baseline: 1", new: "pagefold-baseline: 2", says: "another version"),
        Case(old: "pagefold-baseline: 1", new: "name: x", says: "this is not a baseline"),
        Case(old: "seeds: [1, 2]", new: "seeds: [1, 1]", says: "each once"),
        Case(old: "seeds: [1, 2]", new: "seeds: [1]", says: "2 values for 1 seeds"),
        Case(old: "seeds: [1, 2]", new: "seeds: [1, -2]", says: "whole number from 0"),
        Case(old: "seeds: [1, 2]", new: "seeds: 3", says: "expected a list"),
        Case(old: "cold_share: 1 %", new: "cold_share: -1 %", says: "not an amount above 0"),
        Case(old: "cold_share: 1 %", new: "cold_share: 1e308", says: "more than the metric can change"),
        Case(old: "cold_share: 1 %", new: "cold_share: 1e30 %", says: "more than 100,000 %"),
        Case(old: "cold_share: 1 %", new: "cold_share: 1 GiB", says: "a unit that the metric has not"),
        Case(old: "cold_share: 1 %", new: "cold_share: much", says: "expected a tolerance"),
        Case(old: "  cold_share: 1 %\n", new: "", says: "none of the metrics at the top"),
        Case(old: "values: [0.2, 0.3]", new: "of: [-1, 1], values: [0.2, 0.3]", says: "0 or more"),
        Case(old: "[0.2, 0.3]", new: "[.nan, 0.3]", says: "expected a number"),
        Case(old: "[0.2, 0.3]", new: "[0.2, 1e999]", says: "expected a number"),
        Case(old: "[0.2, 0.3]", new: "[0.2, 0.3, 0.4]", says: "3 values for 2 seeds"),
        Case(old: "[0.2, 0.3]", new: "[0.2, 0.31]", says: "not those of the values"),
        Case(old: "[0.2, 0.3]", new: "[0.2, [1]]", says: "found a list"),
        Case(old: "[0.2, 0.3]", new: "0.2", says: "expected a list"),
        Case(old: "memory: 16 GiB", new: "memory: 8 GiB", says: "this point is given twice"),
        Case(old: "      hybrid:", new: "      fixed:", says: "'fixed' is given twice"),
        Case(old: "points:", new: "points: 3\nrest:", says: "no setting 'rest'"),
        Case(old: "    policies:", new: "    polices:", says: "did you mean 'policies'?"),
    ])
    func aDamagedFileIsRefusedWithItsLine(_ example: Case) throws {
        let good = try Baseline(full).fileText()
        let range = try #require(good.range(of: example.old))
        let text = good.replacingCharacters(in: range, with: example.new)
        do {
            _ = try Baseline(text: text, file: "b.yaml")
            Issue.record("accepted \(example.new)")
        } catch {
            #expect("\(error)".hasPrefix("b.yaml") && "\(error)".contains(example.says), "\(error)")
        }
    }

    @Test func everyTruncationIsRefusedOrHarmless() throws {
        let good = try Baseline(full).fileText()
        for length in stride(from: 0, to: good.count, by: 7) {
            let text = String(good.prefix(length))
            // Cut between lines a file may still be one, of fewer things; never of other values.
            guard let read = try? Baseline(text: text, file: "b.yaml") else { continue }
            #expect(
                BaselineChanges(from: read, to: try Baseline(full)).text().hasPrefix("0 of 8 lines change"))
        }
    }

    @Test func hugeFilesAreRefused() throws {
        let text = try Baseline(full).fileText() + String(repeating: "# padding\n", count: 500_000)
        #expect(throws: InputError.self) { try Baseline(text: text, file: "b.yaml") }
        let labels = (0..<3_000).map { SweepPoint([.init(path: "a", value: "\($0)")]) }
        let wide = sweep(
            [("cold_share", .lower, labels.map { _ in [Array(repeating: 0.123456789, count: 100)] })],
            policies: ["a"], points: labels)
        let error = #expect(throws: InputError.self) { try Baseline(wide).fileText() }
        #expect(error?.problem == "the baseline would be too large")
    }
}

@Suite struct CheckReportTests {
    private final class Elements: NSObject, XMLParserDelegate {
        var cases = 0, failures = 0, messages: [String] = []

        func parser(
            _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
            qualifiedName: String?, attributes: [String: String]
        ) {
            if name == "testcase" { cases += 1 }
            if name == "failure" {
                failures += 1
                messages.append(attributes["message"] ?? "")
            }
        }
    }

    @Test func theXMLIsWellFormedWhateverTheNames() throws {
        let odd = "a<b>&\"'\u{1}\n]]> ü"
        func results(_ more: Double) -> SweepResults {
            var results = sweep(
                [("cold_share", .lower, [[[0.2, 0.3], [0.1, 0.2]]])], policies: [odd, "gone"],
                points: [SweepPoint([.init(path: "x.<&>", value: odd)])])
            for replicate in 0..<2 { results.tables[0][0, 0, replicate] += more }
            results.experiment = odd
            return results
        }
        var after = results(0.25)
        after.policies[1] = "other"
        let check = try Check(after, against: Baseline(results(0)))
        let elements = Elements()
        let parser = XMLParser(data: Data(check.junit.utf8))
        parser.delegate = elements
        #expect(parser.parse(), "\(String(describing: parser.parserError))")
        #expect(elements.cases == 3 && elements.failures == 3)
        #expect(elements.messages.contains { $0.contains("25.00 % -> 50.00 %") })
        #expect(check.junit.contains("tests=\"3\" failures=\"3\""))
        #expect(!check.json.text.isEmpty && check.markdown.contains("❌"))
    }

    @Test func theReportsAgree() throws {
        var after = full
        for replicate in 0..<2 { after.tables[0][0, 0, replicate] += 0.125 }
        let check = try Check(after, against: Baseline(full))
        #expect(!check.passed && check.headline == "FAILED: 1 of 8 comparisons worse than tolerated.")
        #expect(check.json.text.contains("\"passed\": false") && check.json.text.contains("\"worse\": 1"))
        #expect(check.markdown.contains("| worse | memory 8 GiB | fixed | cold_share | 25.00 % | 37.50 % |"))
        #expect(check.junit.contains("<failure message=\"25.00 % -&gt; 37.50 %"))
    }
}
