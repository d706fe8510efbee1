import Glibc

/// The side that offers memory: it fills it with a pattern, registers it and waits while the other side reads.
/// One client at a time; others are told that it is busy. Who does not know the token is told so and nothing is made
/// for him.
public final class MemoryServer: @unchecked Sendable {
    // Only `run` touches what changes here, on one thread; `stop` writes to a pipe.
    private let serving: any Serving
    private let limits: ServerLimits
    private let token: AccessToken
    /// -1 for a server that serves one client of its own process.
    private let listener: CInt
    private let wake: (read: CInt, write: CInt)
    private var clients: [Client] = []
    /// The port that it listens on; 0 when it does not.
    public let port: Int

    /// Clients that have not yet said who they are; the oldest has to go when one more comes.
    private static let mostWaiting = 16

    /// What happened, for people to read.
    public enum Event: Sendable {
        /// A client has come.
        case began(peer: String)
        /// A client has gone in order.
        case ended(peer: String)
        /// A session was given up; why.
        case failed(peer: String, VerbsError)
        /// Somebody was not let in; why.
        case refused(peer: String, VerbsError)
    }

    /// Opens the device and listens on a port; 0 takes any free one.
    public convenience init(
        host: String = "127.0.0.1", port: Int = 18515, choice: DeviceChoice = DeviceChoice(),
        token: AccessToken, limits: ServerLimits = ServerLimits()
    ) throws(VerbsError) {
        let serving = ServingDevice(try Device(choice), contents: .pattern)
        try self.init(host: host, port: port, serving: serving, token: token, limits: limits)
    }

    /// The same with anything that serves.
    convenience init(
        host: String, port: Int, serving: any Serving, token: AccessToken, limits: ServerLimits
    ) throws(VerbsError) {
        let (listener, port) = try SocketAddresses.listen(host: host, port: port)
        try self.init(listener: listener, port: port, serving: serving, token: token, limits: limits)
    }

    /// A server whose only client is at the other end of `socket`: it listens nowhere, so that nobody else can come.
    convenience init(
        adopting socket: ControlSocket, serving: any Serving, token: AccessToken, limits: ServerLimits
    ) throws(VerbsError) {
        try self.init(listener: -1, port: 0, serving: serving, token: token, limits: limits)
        clients.append(Client(socket))
    }

    private init(
        listener: CInt, port: Int, serving: any Serving, token: AccessToken, limits: ServerLimits
    ) throws(VerbsError) {
        self.serving = serving
        self.limits = limits
        self.token = token
        self.listener = listener
        self.port = port
        var ends: (CInt, CInt) = (-1, -1)
        let made = withUnsafeMutableBytes(of: &ends) {
            $0.assumingMemoryBound(to: CInt.self).baseAddress.map { pipe($0) } ?? -1
        }
        guard made == 0 else {
            let number = errno
            if listener >= 0 { close(listener) }
            throw .failed("cannot make a pipe", number)
        }
        for end in [ends.0, ends.1] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        wake = (read: ends.0, write: ends.1)
    }

    deinit {
        if listener >= 0 { close(listener) }
        close(wake.read)
        close(wake.write)
    }

    /// What is known of the device that it serves with.
    public var facts: DeviceFacts { serving.facts }

    /// Makes `run` return soon. Any thread may call it.
    public func stop() {
        var byte: UInt8 = 1
        _ = write(wake.write, &byte, 1)
    }

    /// Serves clients one after the other until `stop`, or until `sessions` of them have gone; nil serves for ever.
    /// A session that fails is reported and ends; the server goes on.
    public func run(sessions: Int? = nil, report: (Event) -> Void = { _ in }) {
        defer { clients = [] }
        var ended = 0
        while sessions.map({ ended < $0 }) ?? true {
            var polls = [wake.read, listener].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            polls += clients.map { pollfd(fd: $0.socket.descriptor, events: Int16(POLLIN), revents: 0) }
            if poll(&polls, nfds_t(polls.count), timeout()) < 0 && errno != EINTR { return }
            if polls[0].revents != 0 { return }
            // The client that is served comes first: one that says farewell makes room for the next at once.
            let heard = zip(clients, polls.dropFirst(2).map { $0.revents != 0 })
                .sorted { ($0.0.session == nil ? 1 : 0) < ($1.0.session == nil ? 1 : 0) }
            for (client, isHeard) in heard {
                guard let end = attend(client, isHeard: isHeard, report: report) else { continue }
                let wasServed = client.session != nil
                clients.removeAll { $0 === client }
                client.session = nil
                report(end)
                if wasServed { ended += 1 }
            }
            if polls[1].revents != 0 { accept() }
        }
    }

    /// Milliseconds until somebody's time is over; -1 when nobody is there.
    private func timeout() -> CInt {
        let now = MonotonicClock.now()
        let next = clients.map { deadline($0) }.min()
        return next.map { CInt(clamping: ($0 > now ? $0 - now : 0) / 1_000_000 + 1) } ?? -1
    }

    private func deadline(_ client: Client) -> UInt64 {
        let isInTurn = client.session != nil && !client.inbox.hasPart
        // A server of its own process waits for it as long as it likes.
        if listener < 0 { return .max }
        let seconds = min(isInTurn ? limits.idle : limits.patience, 1e9)
        return client.since + UInt64(seconds * 1e9)
    }

    /// Answers a client if it has said something; how it ended, nil while it goes on.
    private func attend(_ client: Client, isHeard: Bool, report: (Event) -> Void) -> Event? {
        do throws(VerbsError) {
            if isHeard { return try hear(client, report: report) ? nil : .ended(peer: client.socket.peer) }
            if MonotonicClock.now() < deadline(client) { return nil }
            if client.session == nil || client.inbox.hasPart {
                throw VerbsError(.peer, "\(client.socket.peer) said nothing for \(limits.patience) s")
            }
            throw VerbsError(
                .peer, "\(client.socket.peer) was idle for \(limits.idle) s",
                remedy: "it hangs, or the server's --idle is too short for what it does")
        } catch {
            try? client.socket.send(.refusal(error.description), within: 1)
            return client.session == nil
                ? .refused(peer: client.socket.peer, error) : .failed(peer: client.socket.peer, error)
        }
    }

    /// Takes and answers what a client has said; false when its session is over.
    private func hear(_ client: Client, report: (Event) -> Void) throws(VerbsError) -> Bool {
        let hadPart = client.inbox.hasPart
        let isOpen = try client.socket.take(into: &client.inbox)
        // The time for a message runs from its first byte, that for the first one from the beginning.
        if !hadPart, client.session != nil { client.since = MonotonicClock.now() }
        while let message = try client.inbox.next() {
            switch try reply(to: message, from: client, report: report) {
            case .answer(let answer): try client.socket.send(answer, within: limits.patience)
            case .silence: break
            case .end: return false
            }
            client.since = MonotonicClock.now()
        }
        guard isOpen else {
            throw VerbsError(
                .peer, "\(client.socket.peer) has closed the connection",
                remedy: "see what its own output says")
        }
        return true
    }

    private func reply(
        to message: Message, from client: Client, report: (Event) -> Void
    ) throws(VerbsError) -> ServedSession.Reply {
        if let session = client.session { return try session.answer(message) }
        guard case .hello(let hello) = message else {
            throw VerbsError(.handshake, "the client breaks the handshake: a message out of its turn")
        }
        guard token.matches(hello.token) else {
            throw VerbsError(
                .peer, hello.token.isEmpty ? "a client needs the server's token" : "the token is wrong",
                remedy:
                    "give the client what the server printed: --token-file, \(Self.tokenVariable) or --token")
        }
        guard !clients.contains(where: { $0.session != nil }) else {
            throw VerbsError(
                .peer, "the server is busy with another client; try again when it has gone")
        }
        let session = try ServedSession(hello, serving: serving, limits: limits)
        let offer = try session.offer(hello)
        client.session = session
        report(.began(peer: client.socket.peer))
        return .answer(offer)
    }

    /// The environment's variable in which both sides look for the token.
    public static let tokenVariable = "PAGEFOLD_RDMA_TOKEN"

    private func accept() {
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
        let waiting = clients.filter { $0.session == nil }
        if waiting.count >= Self.mostWaiting { clients.removeAll { $0 === waiting[0] } }
        clients.append(Client(ControlSocket(adopting: descriptor, peer: name)))
    }

    /// Somebody who has connected.
    private final class Client {
        let socket: ControlSocket
        var inbox = MessageInbox()
        /// Since when it is waited for.
        var since = MonotonicClock.now()
        /// Nil until it has shown the token.
        var session: ServedSession?

        init(_ socket: ControlSocket) { self.socket = socket }
    }
}
