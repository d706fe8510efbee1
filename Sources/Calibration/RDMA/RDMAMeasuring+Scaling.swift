import Verbs

/// More and more connections.
extension RDMAMeasuring {
    /// How connections are made: as deep as page lists need them, with room for the receives of a service.
    static let scaled = ConnectionSettings(depth: 16, receives: 64)

    mutating func scaling(sharesReceives: Bool) throws {
        var counts = grid.connections(wanted: settings.queuePairs, ofDevice: connectionsOfDevice)
        var taken: [[ConnectionSample]] = []
        while taken.count < rounds, !counts.isEmpty {
            let share = (Double(taken.count) / Double(rounds) + (sharesReceives ? 1 : 0)) / 2
            let what = sharesReceives ? "connections, shared receives" : "connections"
            try context.reached(0.8 + 0.2 * share, what)
            // A server that has gone is found out here, and ends the part.
            let session = try settings.session([RegionRequest(bytes: 16 << 20)])
            do {
                taken.append(try grow(session, counts, sharesReceives: sharesReceives))
            } catch let error as VerbsError
                where [.resources, .peer, .unavailable].contains(error.reason)
            {
                samples.notes.append("not \(counts.last ?? 0) \(what): \(error)")
                if !taken.isEmpty { break }
                counts.removeLast()
            }
        }
        guard !counts.isEmpty else { return }
        let points = counts.indices.map { place in point(taken.map { $0[place] }) }
        samples.scaling.append(.init(sharesReceives: sharesReceives, points: points))
    }

    /// Of a device's queue pairs some are the kernel's, and in loopback both ends are its own.
    private var connectionsOfDevice: Int {
        let all = max((facts?.queuePairs ?? 1) - 16, 1)
        return settings.host == nil ? max(all / 2, 1) : all
    }

    private func grow(
        _ session: MemorySession, _ counts: [Int], sharesReceives: Bool
    ) throws -> [ConnectionSample] {
        var connection = RDMAMeasuring.scaled
        connection.sharesReceives = sharesReceives
        return try session.connectionScaling(
            ScalingSettings(
                counts: counts, reads: grid.isQuick ? 100 : 2000, window: connection.depth,
                connection: connection))
    }

    private func point(_ rounds: [ConnectionSample]) -> RDMASamples.Scaling.Point {
        let count = rounds.first?.connections ?? 0
        let name = "\(count) \(count == 1 ? "connection" : "connections")"
        return .init(
            connections: count, added: rounds.first?.added.count ?? 0,
            setUp: Measurement("\(name), set-up", means: rounds.map { Double($0.added.total) }, batch: 1),
            memory: rounds.map { Double($0.before.available - $0.after.available) },
            latency: Measurement(
                "\(name), READ 4 KiB", singles: rounds.map(\.latency), overhead: overhead),
            read: Measurement(
                "\(name), READ 4 KiB, \(RDMAMeasuring.scaled.depth) under way",
                means: rounds.map { Double($0.rate.nanoseconds) / Double(max($0.rate.operations, 1)) },
                batch: rounds.first?.rate.operations ?? 1))
    }
}
