import Calibration
import Dispatch
import Files
import Glibc
import Machine
import Verbs

extension CalibrateRDMA {
    /// Offers memory until it is stopped, which is its orderly end.
    /// - Throws: `InputError` without a device and when the port is in use.
    func serve() throws {
        Interrupt.watch()
        let given = try givenToken()
        let token = given ?? AccessToken.random()
        let host = listen ?? "127.0.0.1"
        let limits = try self.limits()
        let server = try open(host, limits, token)
        let facts = server.facts
        let kind = facts.gidType.isEmpty ? "" : " (\(facts.gidType))"
        if given == nil { Terminal.print("token: \(token.text)") }
        Terminal.print(
            "serving on \(host), TCP port \(server.port), with \(facts.name) port \(facts.port), address index "
                + "\(facts.gidIndex)\(kind); a client gets \(limits.bytes >> 20) MiB at most; Ctrl-C ends it")
        let ended = CalibrateRDMA.stopWhenAsked(server)
        let log = ServerLog()
        server.run { log.tell($0) }
        ended.signal()
    }

    private func limits() throws -> ServerLimits {
        var limits = ServerLimits()
        if let memory {
            let share = MachineShare.now()
            if let left = share.memory, memory.count > left {
                throw InputError(
                    "--memory \(memory.count >> 20) MiB is more than there is: \(share.memoryBound) leaves "
                        + "\(left >> 20) MiB", remedy: "give less, or leave it out")
            }
            limits.bytes = Int(memory.count)
        }
        if let queuePairs { limits.queuePairs = queuePairs }
        if let idle { limits.idle = Double(idle) }
        return limits
    }

    private func open(_ host: String, _ limits: ServerLimits, _ token: AccessToken) throws -> MemoryServer {
        do {
            return try MemoryServer(
                host: host, port: port ?? RDMASettings.defaultPort, choice: choice, token: token,
                limits: limits)
        } catch {
            throw InputError("cannot serve: \(error.problem)", remedy: error.remedy)
        }
    }

    /// Watches for Ctrl-C beside the server until the semaphore is signalled.
    private static func stopWhenAsked(_ server: MemoryServer) -> DispatchSemaphore {
        let ended = DispatchSemaphore(value: 0)
        DispatchQueue(label: "pagefold.rdma.stop").async {
            while ended.wait(timeout: .now() + .milliseconds(100)) == .timedOut {
                if Interrupt.signal != nil { return server.stop() }
            }
        }
        return ended
    }
}

/// What a server prints of its clients.
private final class ServerLog {
    private var refusedAt = 0
    private var unsaid = 0

    func tell(_ event: MemoryServer.Event) {
        switch event {
        case .began(let peer): Terminal.print("\(peer) reads")
        case .ended(let peer): Terminal.print("\(peer) has gone")
        case .failed(let peer, let error): Terminal.print("\(peer) was given up: \(error)")
        case .refused(let peer, let error):
            // A line a second, so that strangers cannot fill what this is written to.
            let now = time(nil)
            if now == refusedAt {
                unsaid += 1
                return
            }
            let others = unsaid > 0 ? " (and \(unsaid) more since the last)" : ""
            (refusedAt, unsaid) = (now, 0)
            Terminal.print("\(peer) was not let in: \(error)\(others)")
        }
    }
}
