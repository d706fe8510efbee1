import Dispatch
import Glibc
import Testing

@testable import Verbs

/// The TCP side of the handshake, on any machine.
@Suite struct SocketTests {
    /// A listener on a free port whose first client is handled on another thread.
    private func listen(_ handle: @escaping @Sendable (CInt) -> Void) throws -> Int {
        let (listener, port) = try SocketAddresses.listen(host: "127.0.0.1", port: 0)
        DispatchQueue.global().async {
            var poll = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
            _ = Glibc.poll(&poll, 1, 10_000)
            let client = accept(listener, nil, nil)
            if client >= 0 {
                handle(client)
                close(client)
            }
            close(listener)
        }
        return port
    }

    @Test func aMessageArrivesAndIsAnswered() throws {
        let port = try listen { client in
            let socket = ControlSocket(adopting: dup(client), peer: "client")
            if let message = try? socket.receive(within: 5) { try? socket.send(message, within: 5) }
        }
        let socket = try SocketAddresses.connect(host: "127.0.0.1", port: port, within: 5)
        for message in [MessageTests.messages[2]] {
            try socket.send(message, within: 5)
            #expect(try socket.receive(within: 5) == message)
        }
    }

    @Test func aPortInUseIsToldWithItsNumber() throws {
        let (descriptor, port) = try SocketAddresses.listen(host: "127.0.0.1", port: 0)
        defer { close(descriptor) }
        let error = #expect(throws: VerbsError.self) {
            try SocketAddresses.listen(host: "127.0.0.1", port: port)
        }
        #expect(error?.problem.contains("port \(port) is in use") == true)
    }

    @Test func aPortWhereNobodyListensIsToldAtOnce() throws {
        let (descriptor, port) = try SocketAddresses.listen(host: "127.0.0.1", port: 0)
        close(descriptor)
        let error = #expect(throws: VerbsError.self) {
            try SocketAddresses.connect(host: "127.0.0.1", port: port, within: 5)
        }
        #expect(error?.reason == .peer)
        #expect(error?.problem.contains("Connection refused") == true)
    }

    @Test func aPeerThatIsSilentIsGivenUp() throws {
        let port = try listen { _ in sleep(3) }
        let socket = try SocketAddresses.connect(host: "127.0.0.1", port: port, within: 5)
        let error = #expect(throws: VerbsError.self) { try socket.receive(within: 0.2) }
        #expect(error?.reason == .peer)
        #expect(error?.problem.contains("silent") == true)
    }

    @Test func aPeerThatClosesIsToldSo() throws {
        let port = try listen { _ in }
        let socket = try SocketAddresses.connect(host: "127.0.0.1", port: port, within: 5)
        let error = #expect(throws: VerbsError.self) { try socket.receive(within: 5) }
        #expect(error?.problem.contains("closed") == true)
    }

    @Test func aPeerThatSpeaksAnotherProtocolIsToldFromItsFirstBytes() throws {
        let port = try listen { client in
            _ = "220 mail\r\n".withCString { write(client, $0, 10) }
            sleep(2)
        }
        let socket = try SocketAddresses.connect(host: "127.0.0.1", port: port, within: 5)
        let error = #expect(throws: VerbsError.self) { try socket.receive(within: 5) }
        #expect(error?.reason == .handshake)
    }

    @Test func aHostThatDoesNotExistAndAPortThatCannotAreRefused() {
        #expect(throws: VerbsError.self) {
            try SocketAddresses.connect(host: "no-such-host.invalid", port: 1, within: 2)
        }
        #expect(throws: VerbsError.self) {
            try SocketAddresses.connect(host: "127.0.0.1", port: 70000, within: 2)
        }
        #expect(throws: VerbsError.self) { try SocketAddresses.listen(host: "127.0.0.1", port: -1) }
    }
}
