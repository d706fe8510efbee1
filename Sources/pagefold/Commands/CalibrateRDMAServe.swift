import Calibration
import Dispatch
import Files
import Glibc
import Verbs

extension CalibrateRDMA {
    /// Offers memory until it is stopped, which is its orderly end.
    /// - Throws: `InputError` without a device and when the port is in use.
    func serve() throws {
        Interrupt.watch()
        var limits = ServerLimits()
        if let memory { limits.bytes = Int(memory.count) }
        if let queuePairs { limits.queuePairs = queuePairs }
        let server = try open(limits)
        let facts = server.facts
        let kind = facts.gidType.isEmpty ? "" : " (\(facts.gidType))"
        Terminal.print(
            "serving on TCP port \(server.port) with \(facts.name) port \(facts.port), address index "
                + "\(facts.gidIndex)\(kind); Ctrl-C ends it")
        let ended = CalibrateRDMA.stopWhenAsked(server)
        server.run { CalibrateRDMA.tell($0) }
        ended.signal()
    }

    private func open(_ limits: ServerLimits) throws -> MemoryServer {
        do {
            return try MemoryServer(
                host: listen ?? "0.0.0.0", port: port ?? RDMASettings.defaultPort, choice: choice,
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

    private static func tell(_ event: MemoryServer.Event) {
        switch event {
        case .began(let peer): Terminal.print("\(peer) reads")
        case .ended(let peer): Terminal.print("\(peer) has gone")
        case .failed(let peer, let error): Terminal.print("\(peer) was given up: \(error)")
        }
    }
}
