import Foundation
import Testing

@testable import Workload

/// The tables for readers (traces/) and those compiled in are written by one script; this holds them equal.
@Suite struct GeneratorTableTests {
    @Test(arguments: [
        ("calls_per_application", PublishedTables.callsPerApplication),
        ("iat_cv", PublishedTables.interArrivalCV),
        ("execution_time_ms", PublishedTables.executionTime),
        ("memory_mb", PublishedTables.memory),
        ("functions_per_application", PublishedTables.functionsPerApplication),
    ])
    func curvesEqualTheirFiles(name: String, compiled: [Double]) throws {
        let rows = try table("azure2019/\(name)")
        #expect(rows.flatMap { $0 }.compactMap { Double($0) } == compiled)
        let points = stride(from: 0, to: compiled.count, by: 2).map { (compiled[$0], compiled[$0 + 1]) }
        #expect(zip(points, points.dropFirst()).allSatisfy { $0.0 < $1.0 && $0.1 <= $1.1 })
        #expect(points.first?.1 == 0 && points.last?.1 == 1)
    }

    @Test func firstDayEqualsItsFile() throws {
        let rows = try table("azure2019/calls_per_application_first_day").flatMap { $0 }
        let compiled = PublishedTables.firstDayCallsLow + PublishedTables.firstDayCallsHigh
        #expect(rows.compactMap { UInt32($0) } == compiled)
        #expect(PublishedTables.firstDayRanked.count == 17_577)
        #expect(PublishedTables.firstDayRanked.reduce(UInt64(0)) { $0 + UInt64($1) } == 910_042_048)
    }

    @Test func sharesEqualTheirFiles() throws {
        let triggers = try table("azure2019/triggers")
        #expect(triggers.map { $0[0] } == PublishedTables.triggerNames)
        #expect(triggers.map { $0[0] } == PublishedTables.triggers.map { "\($0.trigger)" })
        #expect(triggers.map { Double($0[1]) } == PublishedTables.triggerShares)
        let combinations = try table("azure2019/trigger_combinations")
        #expect(combinations.map { $0[0] } == PublishedTables.combinationNames)
        #expect(combinations.map { Double($0[1]) } == PublishedTables.combinationShares)
        #expect(try table("azure2019/hour_of_day").map { Double($0[1]) } == PublishedTables.hours)
        #expect(try table("azure2019/weekday").map { Double($0[1]) } == PublishedTables.weekdays)
        let runtimes = try table("huawei2025/runtimes")
        #expect(runtimes.map { $0[0] } == PublishedTables.runtimeNames)
        #expect(runtimes.map { Double($0[1]) } == PublishedTables.runtimeCounts)
    }

    @Test func combinationsAgreeWithTheTotalsThatArePublished() {
        func share(_ trigger: Trigger) -> Double {
            PublishedTables.combinations.reduce(0) { sum, combination in
                let has = combination.members.contains { PublishedTables.triggers[$0].trigger == trigger }
                return has ? sum + combination.share : sum
            }
        }
        #expect((share(.http) - 0.64).magnitude < 0.005)
        #expect((share(.timer) - 0.29).magnitude < 0.005)
    }

    /// The rows of traces/NAME.csv without comments and column names.
    private func table(_ name: String) throws -> [[String]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = root.deletingLastPathComponent().appending(path: "traces/\(name).csv")
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
        let rows = lines.filter { !$0.hasPrefix("#") }.dropFirst()
        #expect(lines.first?.hasPrefix("# Source:") == true)
        return rows.map { $0.split(separator: ",").map(String.init) }
    }
}
