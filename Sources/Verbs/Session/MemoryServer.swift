import Glibc

/// What a server gives at most to one client.
public struct ServerLimits: Hashable, Sendable {
    /// Bytes of memory.
    public var bytes: Int
    /// Connections.
    public var queuePairs: Int
    /// Seconds that a client has for each message that it began, and for its first.
    public var patience: Double

    /// Limits of a server.
    public init(bytes: Int = 4 << 30, queuePairs: Int = 8192, patience: Double = 5) {
        self.bytes = bytes
        self.queuePairs = queuePairs
        self.patience = patience
    }
}

/// The side that offers memory: it fills it with a pattern, registers it and waits while the other side reads.
/// One client at a time; others are told that it is busy.
public final class MemoryServer: @unchecked Sendable {
    // Only `run` touches what changes here, on one thread; `stop` writes to a pipe.
    private let device: Device
    private let limits: ServerLimits
    private let contents: RegionContents
    private let listener: CInt
    private let wake: (read: CInt, write: CInt)
    /// The port that it listens on.
    public let port: Int

    /// What happened, for people to read.
    public enum Event: Sendable {
        /// A client has come.
        case began(peer: String)
        /// A client has gone in order.
        case ended(peer: String)
        /// A session was given up; why.
        case failed(peer: String, VerbsError)
    }

    /// Opens the device and listens on a port; 0 takes any free one.
    public convenience init(
        host: String = "127.0.0.1", port: Int = 18515, choice: DeviceChoice = DeviceChoice(),
        limits: ServerLimits = ServerLimits()
    ) throws(VerbsError) {
        try self.init(host: host, port: port, choice: choice, limits: limits, contents: .pattern)
    }

    /// The same with other contents.
    init(
        host: String, port: Int, choice: DeviceChoice, limits: ServerLimits, contents: RegionContents
    ) throws(VerbsError) {
        device = try Device(choice)
        self.limits = limits
        self.contents = contents
        var ends: (CInt, CInt) = (-1, -1)
        let made = withUnsafeMutableBytes(of: &ends) {
            $0.assumingMemoryBound(to: CInt.self).baseAddress.map { pipe($0) } ?? -1
        }
        guard made == 0 else { throw .failed("cannot make a pipe", errno) }
        for end in [ends.0, ends.1] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        do throws(VerbsError) {
            (listener, self.port) = try SocketAddresses.listen(host: host, port: port)
        } catch {
            close(ends.0)
            close(ends.1)
            throw error
        }
        wake = (read: ends.0, write: ends.1)
    }

    deinit {
        close(listener)
        close(wake.read)
        close(wake.write)
    }

    /// What is known of the device that it serves with.
    public var facts: DeviceFacts { device.facts }

    /// Makes `run` return soon. Any thread may call it.
    public func stop() {
        var byte: UInt8 = 1
        _ = write(wake.write, &byte, 1)
    }

    /// Serves clients one after the other until `stop`, or until `sessions` of them have gone; nil serves for ever.
    /// A session that fails is reported and ends; the server goes on.
    public func run(sessions: Int? = nil, report: (Event) -> Void = { _ in }) {
        var session: ServedSession?
        var ended = 0
        while sessions.map({ ended < $0 }) ?? true {
            var polls = [
                pollfd(fd: wake.read, events: Int16(POLLIN), revents: 0),
                pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
            ]
            if let session {
                polls.append(pollfd(fd: session.socket.descriptor, events: Int16(POLLIN), revents: 0))
            }
            let isWaiting = session.map { !$0.isWelcome } ?? false
            if poll(&polls, nfds_t(polls.count), isWaiting ? 200 : -1) < 0 && errno != EINTR { return }
            if polls[0].revents != 0 { return }
            if let current = session {
                let isHeard = polls[2].revents != 0
                if let end = attend(current, isHeard: isHeard) {
                    report(end)
                    session = nil
                    ended += 1
                }
            }
            // After the client that is there: one that says farewell makes room for the next at once.
            if polls[1].revents != 0 { accept(&session, report: report) }
        }
    }

    /// Answers the client if it has said something; how the session ended, nil while it goes on.
    private func attend(_ current: ServedSession, isHeard: Bool) -> Event? {
        do throws(VerbsError) {
            if isHeard { return try serve(current) ? nil : .ended(peer: current.socket.peer) }
            if current.isWelcome || !isLate(current) { return nil }
            throw VerbsError(.peer, "\(current.socket.peer) said nothing for \(limits.patience) s")
        } catch {
            try? current.socket.send(.refusal(error.description), within: 1)
            return .failed(peer: current.socket.peer, error)
        }
    }

    private func isLate(_ session: ServedSession) -> Bool {
        Double(MonotonicClock.now() - session.opened) > limits.patience * 1e9
    }

    /// Answers one message; false when the session is over.
    private func serve(_ session: ServedSession) throws(VerbsError) -> Bool {
        let message = try session.socket.receive(within: limits.patience)
        guard let answer = try session.answer(message) else { return false }
        try session.socket.send(answer, within: limits.patience)
        return true
    }

    private func accept(_ session: inout ServedSession?, report: (Event) -> Void) {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let descriptor = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.accept(listener, $0, &size)
            }
        }
        guard descriptor >= 0 else { return }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        _ = withUnsafePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getnameinfo($0, size, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
            }
        }
        let name = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let socket = ControlSocket(adopting: descriptor, peer: name)
        if session == nil {
            session = ServedSession(
                socket: socket, device: device, limits: limits, contents: contents)
            report(.began(peer: name))
        } else {
            try? socket.send(
                .refusal("the server is busy with another client; try again when it has gone"), within: 1)
        }
    }
}
