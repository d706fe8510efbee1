import EventKernel
import Files
import Testing
import Workload

@testable import Simulator

@Suite("Idle states that make memory vanish, or say something in vain, are refused")
struct StateEffectTests {
    private func problem(
        _ placements: [IdleState.Placement], image: ImageStorage? = nil,
        restore: StartPath = path(1), layers: [Layer]? = nil, _ change: (inout IdleState) -> Void = { _ in }
    ) -> String? {
        var scenario = handScenario()
        if let layers { scenario.layers = layers }
        var state = IdleState(name: "s", placements: placements, restore: restore, image: image)
        change(&state)
        scenario.idleStates.append(state)
        let calls = handWorkload([HandCall(0, runs: 1)], horizon: 10)
        do {
            try scenario.validate(for: calls)
            return nil
        } catch {
            return String(describing: error)
        }
    }

    private func one(_ residency: Residency, _ local: Double) -> [IdleState.Placement] {
        [.init(.initialized, residency, localFraction: local)]
    }

    @Test(
        "Bytes that nobody holds and nothing builds again are refused, wherever they are said to be",
        arguments: Residency.allCases.filter { $0 != .local })
    func heldNowhere(residency: Residency) {
        for placements in [one(residency, 0), IdleState.away(residency)] {
            #expect(problem(placements)?.contains("held nowhere") == true)
            #expect(problem(placements, restore: path(0))?.contains("held nowhere") == true)
            // An image holds them, or the way back builds them.
            #expect(problem(placements, image: .elsewhere) == nil)
            #expect(problem(placements, image: .whole) == nil)
            let build = StartPath(name: "build", stages: [Stage(.boot, .constant(1))])
            #expect(problem(placements, restore: build) == nil)
        }
    }

    @Test("A part that stays counts for compressed pages only; the rest of others is held nowhere")
    func parts() {
        #expect(problem(one(.compressed, 0.25)) == nil)
        #expect(problem(one(.pool, 0.25))?.contains("held nowhere") == true)
        #expect(problem(one(.local, 0.25))?.contains("write local: 1") == true)
        #expect(problem(one(.absent, 0.25), image: .whole)?.contains("is absent, but 0.25") == true)
        #expect(problem(one(.ssd, 1), image: .whole)?.contains("said to be elsewhere") == true)
        #expect(problem(one(.local, 1)) == nil)
    }

    @Test("A layer has one place, and sandboxes have the layer")
    func layers() {
        let twice = one(.compressed, 0.5) + one(.compressed, 0.25)
        #expect(problem(twice)?.contains("has two places") == true)
        let libraries = [IdleState.Placement(.libraries, .compressed, localFraction: 0.5)]
        #expect(problem(libraries)?.contains("no such layer") == true)
        let both = [Layer(.libraries, share: 0.5), Layer(.initialized, share: 0.5)]
        #expect(problem(libraries, layers: both) == nil)
    }

    @Test("An image that stays is there, and only then there is a way back in with it")
    func images() {
        for image in [nil, ImageStorage.merged] {
            #expect(problem([], image: image) { $0.keepsImage = true } != nil)
        }
        #expect(problem([]) { $0.keepsImage = true }?.contains("has none") == true)
        #expect(problem([], image: .whole) { $0.reentry = path(1) }?.contains("'reentry'") == true)
        let kept = problem([], image: .whole) {
            $0.reentry = path(1)
            $0.keepsImage = true
        }
        #expect(kept == nil)
    }
}
