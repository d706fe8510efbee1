import EventKernel
import Simulator
import Workload

/// What the paper does not say, and a run must assume. Each is swept (`alternatives`).
package struct ReproductionAssumptions: Hashable, Sendable {
    /// Which functions of the trace are called.
    package enum Range: String, Hashable, Sendable {
        /// Those with as many calls as the paper's figures imply: 10,700 to 18,000 an hour, about 150,000 together.
        case recovered
        /// Any with 2,000 to 60,000 calls an hour, about 150,000 together.
        case wide
        /// As recovered, but those only whose calls vary from minute to minute by half their mean or more.
        case bursty
    }

    /// Which functions of the trace are called.
    package var range = Range.recovered
    /// How multiplied counts become calls.
    package var arrangement = HourDraw.Arrangement.minutes
    /// Where in its minute a call falls.
    package var layout = MinuteLayout.uniform
    /// How long a sandbox is idle before Medes decides on it.
    package var idlePeriod = SimDuration.seconds(60)
    /// Which idle sandbox takes a request; the released code takes the first it finds.
    package var reuse = ReuseOrder.oldest

    /// How long the released code passes a sandbox over after an execution ended (its reuse period): requests that arrive
    /// meanwhile need another one, under every policy.
    package var rest = SimDuration.milliseconds(500)
    /// What a deduplicated sandbox holds beside its image. The released code subtracts 10 MB for each from what it counts,
    /// so that the limit is one without.
    package var dedupOverhead = Bytes.zero
    /// Whether buffers of dedup operations and restores must fit below the limit of memory. In the test bed they did not
    /// have to: nodes had 64 GB, and the limit held for new sandboxes only.
    package var countsBuffers = false
    /// Memory of the nodes in the runs of the representative functions, which the paper does not give.
    package var representativePool = MemoryPool.gigabytes40

    /// What is assumed unless told otherwise.
    package init() {}

    /// A draw for `functions` under these assumptions.
    func draw(of functions: [PaperFunction], seed: UInt64) -> HourDraw {
        var draw = HourDraw(roles: functions.map(\.role), seed: seed)
        // A set of fewer functions meets the same number of requests: the scripts stop at 150,000.
        let share = Double(PaperFunction.all.count) / Double(functions.count)
        switch range {
        case .recovered, .bursty:
            draw.callsPerFunction = 10_700 * share...18_000 * share
            if range == .bursty { draw.leastVariation = 0.5 }
        case .wide: draw.callsPerFunction = 2_000 * share...60_000 * share
        }
        draw.arrangement = arrangement
        return draw
    }

    /// The defaults with one unknown changed, each with what was changed.
    package static let alternatives: [(name: String, assumptions: ReproductionAssumptions)] = {
        func with(_ change: (inout ReproductionAssumptions) -> Void) -> ReproductionAssumptions {
            var assumptions = ReproductionAssumptions()
            change(&assumptions)
            return assumptions
        }
        return [
            ("as assumed", with { _ in }),
            ("idle period 30 s", with { $0.idlePeriod = .seconds(30) }),
            ("idle period 120 s", with { $0.idlePeriod = .seconds(120) }),
            ("calls even in the minute", with { $0.layout = .even }),
            ("minutes as Poisson rates", with { $0.layout = .poisson }),
            ("calls in groups of 5", with { $0.arrangement = .groups(of: 5) }),
            ("calls in groups of 10", with { $0.arrangement = .groups(of: 10) }),
            ("calls in groups of 20", with { $0.arrangement = .groups(of: 20) }),
            ("calls in groups of 50", with { $0.arrangement = .groups(of: 50) }),
            ("5 hours pressed into one", with { $0.arrangement = .compressed }),
            ("all calls at the minute", with { $0.layout = .burst(at: .zero) }),
            ("functions in a wide range", with { $0.range = .wide }),
            ("bursty functions only", with { $0.range = .bursty }),
            (
                "bursty functions, groups of 5",
                with {
                    $0.range = .bursty
                    $0.arrangement = .groups(of: 5)
                }
            ),
            (
                "bursty functions, groups of 10",
                with {
                    $0.range = .bursty
                    $0.arrangement = .groups(of: 10)
                }
            ),
            (
                "wide range, groups of 5",
                with {
                    $0.range = .wide
                    $0.arrangement = .groups(of: 5)
                }
            ),
            (
                "groups of 20, 20G for three functions",
                with {
                    $0.arrangement = .groups(of: 20)
                    $0.representativePool = .gigabytes20
                }
            ),
            ("sandbox used last first", with { $0.reuse = .mostRecent }),
        ]
    }()
}
