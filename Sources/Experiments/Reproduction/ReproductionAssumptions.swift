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

    /// What runs in the place of Medes.
    package enum StandIn: Hashable, Sendable {
        /// Medes itself.
        case medes
        /// Every sandbox is deduplicated once it was idle for a minute, and stays 15: no policy, no time, no patches kept
        /// after a use, the sandbox used the longest ago evicted.
        case everything
        /// A fixed keep-alive on nodes with so much more memory.
        case memory(percent: UInt64, keepAliveMinutes: UInt64)
    }

    /// Which functions of the trace are called.
    package var range = Range.recovered
    /// How multiplied counts become calls. Groups of 8 were **chosen to fit** what the paper has of its baseline, fixed
    /// keep-alive (cold starts at three memory limits): nothing that the paper says of fixed keep-alive is evidence.
    package var arrangement = HourDraw.Arrangement.groups(of: 8)
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
    /// Whether buffers of dedup operations and restores count as memory held.
    package var countsBuffers = false
    /// Whether the limit of memory holds for sandboxes that are there already too: when they are restored or
    /// deduplicated. In the test bed it held for new ones, on nodes of 64 GB.
    package var limitsAll = false
    /// How many requests the controller begins at once; the released code has 20 threads for it. Nil: any number.
    package var startsAtOnce: Int? = 20
    /// What runs in the place of Medes, to see what could be won at best.
    package var instead = StandIn.medes
    /// Whether a restored sandbox keeps the patches it was stored as, as the released code does and counts.
    package var keepsPatches = true
    /// Whether a dedup operation takes no time: to see what its time does.
    package var dedupsAtOnce = false
    /// Memory of the nodes in the runs of the representative functions, which the paper does not give: that at which fixed
    /// keep-alive is nearest to the paper's.
    package var representativePool = MemoryPool.gigabytes20

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
            ("patches go at the restore", with { $0.keepsPatches = false }),
            ("dedup takes no time", with { $0.dedupsAtOnce = true }),
            ("both of these", with { ($0.keepsPatches, $0.dedupsAtOnce) = (false, true) }),
            ("10 MB a deduplicated sandbox", with { $0.dedupOverhead = Bytes(10_000_000) }),
            ("buffers count", with { $0.countsBuffers = true }),
            ("limit for restores and dedup too", with { $0.limitsAll = true }),
            ("any number of starts at once", with { $0.startsAtOnce = nil }),
            ("no rest after a use", with { $0.rest = .zero }),
            ("sandbox used last first", with { $0.reuse = .mostRecent }),
            ("calls one by one", with { $0.arrangement = .minutes }),
            ("one by one, even in the minute", with { ($0.arrangement, $0.layout) = (.minutes, .even) }),
            ("calls in groups of 5", with { $0.arrangement = .groups(of: 5) }),
            ("calls in groups of 12", with { $0.arrangement = .groups(of: 12) }),
            ("calls in groups of 20", with { $0.arrangement = .groups(of: 20) }),
            ("5 hours pressed into one", with { $0.arrangement = .compressed }),
            ("functions in a wide range", with { $0.range = .wide }),
            ("bursty functions", with { $0.range = .bursty }),
            ("40G for three functions", with { $0.representativePool = .gigabytes40 }),
            ("instead: all deduplicated for nothing", with { $0.instead = .everything }),
            (
                "instead: 1.17 times the memory",
                with { $0.instead = .memory(percent: 117, keepAliveMinutes: 10) }
            ),
            (
                "instead: 1.58 times, kept 15 min",
                with { $0.instead = .memory(percent: 158, keepAliveMinutes: 15) }
            ),
        ]
    }()
}
