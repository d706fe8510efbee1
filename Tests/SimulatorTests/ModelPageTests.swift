import EventKernel
import Foundation
import Testing
import Workload

@testable import Simulator

/// docs/model.md against what it describes.
@Suite("The page on the model says what the engine does")
struct ModelPageTests {
    private static let page = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("docs/model.md")

    /// What the page calls each kind of event. A new kind is missing here until it is on the page.
    private func words(for kind: EventKind) -> String {
        switch kind {
        case .sandboxReady: "a sandbox becomes ready"
        case .executionEnd: "an execution ends"
        case .coresTurn: "cores finish an execution, or work"
        case .stageBegin: "a start stage begins"
        case .executionBegin: "an execution begins"
        case .slotFree: "a place of the controller is free"
        case .fabricTurn: "reads of base pages end"
        case .nodeTurns: "a node fails, or returns"
        case .prewarmLoad: "a load ahead of need begins"
        case .arrival: "a call arrives"
        case .busyWaitOver: "a wait for a busy sandbox is over"
        case .waitOver: "a wait for memory is over"
        case .idleStep: "a step of an idle sandbox is due"
        case .measurementBegin: "the warm-up ends"
        case .sample: "a point of the timeline is noted"
        case .horizon: "the horizon"
        }
    }

    @Test("The order of what happens at one instant is that of the kinds of events, none left out")
    func order() throws {
        let text = try String(contentsOf: Self.page, encoding: .utf8)
        let begin = try #require(text.range(of: "(`EventKind`):"))
        let end = try #require(text.range(of: "the horizon.", range: begin.upperBound..<text.endIndex))
        let list = text[begin.upperBound..<end.upperBound].replacing("**", with: "").replacing(
            "\n", with: " ")
        let items = list.split(separator: ";").map {
            $0.drop { !$0.isLetter }.trimmingCharacters(in: [" ", "."])
        }
        let kinds = (0...UInt8.max).compactMap(EventKind.init(rawValue:))
        #expect(items == kinds.map(words(for:)))
        let numbers = list.split(separator: ";").compactMap { Int($0.filter(\.isNumber)) }
        #expect(numbers == Array(1...kinds.count))
    }

    @Test("Evictions are counted up to the horizon, calls that arrived before it however late they start")
    func beyondTheHorizon() throws {
        // 100 MiB. The call of b at 8 s waits for the end of a at 12 s, takes its place, and starts cold.
        let calls = [HandCall(0, runs: 12, 0), HandCall(8, runs: 1, 1)]
        for (horizon, evictions) in [(10.0, UInt64(0)), (20, 1)] {
            let workload = handWorkload(calls, memory: [100, 100], horizon: horizon)
            let record = try simulate(handScenario(memory: 100), workload)
            #expect(record.invocations.completed == 2 && record.starts.cold == 2)
            #expect(record.evictions.reclaimed == evictions)
        }
    }
}
