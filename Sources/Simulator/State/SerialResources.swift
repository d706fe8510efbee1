import EventKernel

/// The serial resources of a cluster: kernel locks, disks, zygotes, the controller's registry.
///
/// A request holds one for a time that is known when it asks, so the queue is only a time: when the server is free
/// again.
struct SerialResources: ~Copyable {
    private let resources: [Resource]
    /// Where the servers of each resource begin in `freeAt`.
    private let begins: [Int]
    /// When each server is free again, by resource, node and server.
    private var freeAt: Slab<UInt64>
    /// Nanoseconds for which servers of each resource are held, all servers added up, to the end of what was asked for:
    /// many servers that are held for years add up to more than 64 bits count.
    private var booked: [UInt128]

    /// Resources of a cluster of `nodes`, all free.
    init(_ resources: [Resource], nodes: Int) {
        self.resources = resources
        var begins: [Int] = []
        var count = 0
        for resource in resources {
            begins.append(count)
            count += SerialResources.queues(resource) * (resource.scope == .node ? nodes : 1)
        }
        self.begins = begins
        freeAt = Slab(repeating: 0, count: count)
        booked = Array(repeating: 0, count: resources.count)
    }

    /// Servers that are one (shards work in step) are one queue.
    private static func queues(_ resource: Resource) -> Int {
        resource.sharing == .split ? 1 : resource.servers
    }

    /// Holds a server of `resource`, of `node` if each node has its own, for `duration` from `time` on, or from when
    /// those before have done; `every`: each server for so long.
    /// - Returns: when it begins and when it is let go.
    mutating func hold(
        _ resource: Int, of node: Int, from time: UInt64, for duration: UInt64, every: Bool = false
    ) -> (begin: UInt64, end: UInt64) {
        let settings = resources[resource]
        let servers = SerialResources.queues(settings)
        let first = begins[resource] + (settings.scope == .node ? node * servers : 0)
        let time = time
        let duration = settings.sharing == .split ? duration / UInt64(settings.servers) : duration
        booked[resource] += UInt128(duration) * UInt128(every ? servers : 1)
        if every {
            var end: UInt64 = 0
            for place in first..<first + servers {
                freeAt[place] = SerialResources.end(of: duration, from: max(time, freeAt[place]))
                end = max(end, freeAt[place])
            }
            return (end - duration, end)
        }
        var chosen = first
        for place in first..<first + servers where freeAt[place] < freeAt[chosen] { chosen = place }
        let begin = max(time, freeAt[chosen])
        freeAt[chosen] = SerialResources.end(of: duration, from: begin)
        return (begin, freeAt[chosen])
    }

    /// When what begins at `begin` and takes `duration` is over: at most twice the end of time, which queues that grow on
    /// and on do not pass.
    private static func end(of duration: UInt64, from begin: UInt64) -> UInt64 {
        min(begin.adding(clamped: duration), 2 * SimTime.end.nanoseconds)
    }

    /// Forgets what was held before `now`; who holds goes on.
    mutating func restartMeasurement(at now: UInt64) {
        for resource in booked.indices { booked[resource] = bookedBeyond(now, resource) }
    }

    /// Nanoseconds for which servers of each resource were held until `now`, all servers added up.
    func held(until now: UInt64) -> [UInt128] {
        booked.indices.map { booked[$0] - bookedBeyond(now, $0) }
    }

    /// What of the time that servers of `resource` are held lies after `now`: all that comes before a server is free again.
    private func bookedBeyond(_ now: UInt64, _ resource: Int) -> UInt128 {
        let end = resource + 1 < begins.count ? begins[resource + 1] : freeAt.count
        var sum: UInt128 = 0
        for place in begins[resource]..<end where freeAt[place] > now { sum += UInt128(freeAt[place] - now) }
        return sum
    }

    /// Lets go all that the resources of `node` are held for.
    mutating func release(node: Int, at now: UInt64) {
        for (resource, settings) in resources.enumerated() where settings.scope == .node {
            let servers = SerialResources.queues(settings)
            for server in 0..<servers {
                let place = begins[resource] + node * servers + server
                if freeAt[place] > now { booked[resource] -= UInt128(freeAt[place] - now) }
                freeAt[place] = now
            }
        }
    }
}
