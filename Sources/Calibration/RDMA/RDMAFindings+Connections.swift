import HardwareCosts

/// The connection model of the simulator.
extension RDMAFindings {
    mutating func connections() {
        for scaling in samples.scaling {
            let kind = scaling.sharesReceives ? ", shared receives" : ""
            for point in scaling.points {
                let each = Rounding.digits(point.setUp.value / Double(max(point.added, 1)) / 1e3)
                show(
                    .init(
                        point.setUp.name + kind, point.setUp, remark: "\(point.added) more, \(each) us each"))
                show(.init(point.latency.name + kind, point.latency))
                let rate = Rounding.digits(1e9 / max(point.read.value, 1e-3))
                show(.init(point.read.name + kind, point.read, remark: "\(rate) a second"))
            }
            drawConnections(
                scaling, kind: scaling.sharesReceives ? "shared receives" : "receives of their own")
            memory(scaling, kind)
        }
        if let own = samples.scaling.first(where: { !$0.sharesReceives }) {
            setUp(own)
            slowdown(own)
        }
        onDemand()
    }

    private mutating func drawConnections(_ scaling: RDMASamples.Scaling, kind: String) {
        draw(
            "connections", "alone, \(kind)", across: "connections", up: "ns",
            scaling.points.map { .init(Double($0.connections), $0.latency) })
        draw(
            "connections", "16 under way, \(kind)", across: "connections", up: "ns",
            scaling.points.map { .init(Double($0.connections), $0.read) })
        draw(
            "connection set-up", kind, across: "connections", up: "ns",
            scaling.points.map { .init(Double($0.added), $0.setUp) })
    }

    /// Points of adding connections, each at how many were added at once.
    private mutating func setUp(_ scaling: RDMASamples.Scaling) {
        let points = scaling.points.filter { $0.added > 0 }
        guard let fit = LineFit(points.map { .init(Double($0.added), $0.setUp.value) }) else { return }
        set(
            .rdmaConnectionSetup,
            .perItem(fixed: Rounding.digits(fit.fixed), each: Rounding.digits(fit.slope)),
            method:
                "making, exchanging and connecting up to \(points.last?.added ?? 0) together, addresses known",
            evidence: evidence(points.map(\.setUp), fit: fit.quality))
        show(
            .init(
                "connections, fit: set-up of each", quantity: .time, value: fit.slope,
                isNoisy: points.map(\.setUp).contains(where: \.isNoisy),
                remark: "and \(Rounding.digits(fit.fixed / 1e3)) us; \(fit.remark)"))
    }

    /// What this host has less by; in loopback both ends are its own. All that goes on shows in it, so that only many
    /// connections tell.
    private mutating func memory(_ scaling: RDMASamples.Scaling, _ kind: String) {
        let ends = samples.isLoopback ? 2.0 : 1.0
        guard let point = scaling.points.last, point.connections >= 16 else { return }
        let rounds = point.memory.map { $0 / ends / Double(point.connections) }
        let measured = Measurement("connections, memory of each at one end\(kind)", means: rounds, batch: 1)
        guard measured.value > 0, rounds.allSatisfy({ $0 > 0 }) else {
            if !scaling.sharesReceives {
                result.absent[.rdmaConnectionMemory] =
                    "lost among what else takes memory of this host: measure more connections"
            }
            return
        }
        show(
            .init(
                measured.name, quantity: .memory, value: measured.value, best: measured.minimum,
                spread: measured.spread, isNoisy: measured.isNoisy,
                remark: "of \(point.connections), by what the host has left"))
        if scaling.sharesReceives { return }
        set(
            .rdmaConnectionMemory, .perItem(fixed: 0, each: Rounding.digits(measured.value)),
            method: "memory that the host has less with \(point.connections) connections of depth "
                + "\(RDMAMeasuring.scaled.depth) and \(RDMAMeasuring.scaled.receives) receives",
            evidence: evidence([measured]))
    }

    /// How much longer a read takes than with the number of connections that served it fastest, of those up to here:
    /// few connections may be slower for want of reads under way, which is no matter of their number.
    private mutating func slowdown(_ scaling: RDMASamples.Scaling) {
        let curve = RDMAFindings.slowdown(scaling.points.map { (Double($0.connections), $0.read.value) })
        guard let last = curve.last, curve.count > 1 else { return }
        set(
            .rdmaConnectionSlowdown, .curve(CostCurve(curve.map { .init($0.0, Rounding.digits($0.1)) })),
            method:
                "READ of 4 KiB, \(RDMAMeasuring.scaled.depth) under way over all connections in turn, against "
                + "the fastest with fewer",
            evidence: evidence(scaling.points.map(\.read)))
        show(
            .init(
                "connections, slow-down at \(Int(last.0))", quantity: .factor, value: last.1,
                remark: "\(RDMAMeasuring.scaled.depth) under way, against the fastest with fewer"))
    }

    /// Each time over the least of those up to it.
    static func slowdown(_ points: [(Double, Double)]) -> [(Double, Double)] {
        var least = Double.infinity
        return points.filter { $0.1 > 0 }.map { amount, time in
            least = min(least, time)
            return (amount, time / least)
        }
    }

    /// Without dynamic transport the change to another node is a connection made on demand.
    private mutating func onDemand() {
        guard let measured = samples.onDemand else { return }
        show(measured)
        guard let read = samples.latencies.first(where: { $0.kind == "READ" && $0.size == RDMAGrid.page })
        else { return }
        let change = measured.value - read.time.value
        guard change > 0 else { return }
        set(
            .rdmaConnectionSwitch, .constant(Rounding.digits(change)),
            method:
                "a reliable connection made for one read of 4 KiB, less the read: the device's dynamic transport "
                + "is not used",
            evidence: evidence([measured, read.time]))
    }
}
