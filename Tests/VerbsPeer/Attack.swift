import Glibc
import Verbs

/// A client that knows the token and asks for all that it can think of. What the host has left is looked at after each
/// step: a server that gives `limit` MiB may not cost more than that, and a little for what else happens on the host.
struct Attack {
    let host: String
    let port: Int
    let token: String
    let limit: Int

    private static let slack = 48

    func run() throws(VerbsError) {
        let before = available()
        var most = 0
        func look(_ what: String, _ answer: Message) throws(VerbsError) {
            let lost = max(0, before - available())
            most = max(most, lost)
            VerbsPeer.say("\(what): \(answer.short), the host has \(lost) MiB less")
            if lost > limit + Attack.slack {
                throw VerbsError(
                    .resources, "\(what) took \(lost) MiB of a server that gives \(limit) at most")
            }
        }
        for receives in [UInt32(1), 64, 65_536] {
            for isShared in [false, true] {
                let socket = try connect()
                try look("hello", ask(socket, hello([RegionRequest(bytes: 4096)])))
                var answer = Message.bye
                // Until it is refused, or has what no server of this size should give.
                for step in 0..<64 {
                    answer = try ask(socket, queuePairs(step < 2 ? 10 : 256, receives, isShared))
                    try look("queue pairs with \(receives) receives", answer)
                    if case .refusal = answer { break }
                }
                guard case .refusal = answer else {
                    throw VerbsError(.resources, "no end of queue pairs with \(receives) receives")
                }
            }
        }
        let regions: [[RegionRequest]] = [
            [RegionRequest(bytes: (limit + 1) << 20)], [RegionRequest(bytes: 1 << 46)],
            (0..<64).map { _ in RegionRequest(bytes: (limit << 20) / 60) },
            (0..<64).map { _ in RegionRequest(bytes: 1, pages: .huge) },
        ]
        for request in regions {
            let answer = try ask(connect(), hello(request))
            try look("\(request.count) regions", answer)
            guard case .refusal = answer else { throw VerbsError(.resources, "too much memory was given") }
        }
        let stranger = try ask(connect(), hello([RegionRequest(bytes: 4096)], token: "not-the-token"))
        guard case .refusal = stranger else { throw VerbsError(.handshake, "a wrong token was taken") }
        // One that is silent is given up (--idle), and the next is served.
        let silent = try connect()
        try look("hello", ask(silent, hello([RegionRequest(bytes: 4096)])))
        guard case .refusal(let why) = try silent.receive(within: 30), why.contains("idle") else {
            throw VerbsError(.handshake, "a silent client is not given up")
        }
        guard case .offer = try ask(connect(), hello([RegionRequest(bytes: 4096)])) else {
            throw VerbsError(.handshake, "nobody is served after the attack")
        }
        VerbsPeer.say("the host had \(most) MiB less at most, of a server that gives \(limit) MiB")
    }

    private func connect() throws(VerbsError) -> ControlSocket {
        try SocketAddresses.connect(host: host, port: port, within: 10)
    }

    /// Says something and hears the answer. A server that is still busy with the client before is asked again.
    private func ask(_ socket: ControlSocket, _ message: Message) throws(VerbsError) -> Message {
        try socket.send(message, within: 10)
        let answer = try socket.receive(within: 60)
        guard case .refusal(let why) = answer, why.contains("busy") else { return answer }
        usleep(200_000)
        return try ask(connect(), message)
    }

    private func hello(_ regions: [RegionRequest], token: String? = nil) throws(VerbsError) -> Message {
        let offer = try Device(DeviceChoice()).offer
        return .hello(Hello(program: "pagefold", token: token ?? self.token, port: offer, regions: regions))
    }

    private func queuePairs(_ count: UInt32, _ receives: UInt32, _ isShared: Bool) -> Message {
        .connect(
            Connect(
                endpoints: (0..<count).map { Endpoint(number: 0x11 + $0, sequence: 5) }, reads: 1,
                receives: receives, shared: isShared))
    }

    /// MiB that the host has left.
    private func available() -> Int { Int(MemoryUse.now().available >> 20) }
}

extension Message {
    /// In a word or two.
    fileprivate var short: String {
        switch self {
        case .refusal(let why): "refused (\(why))"
        case .offer: "granted"
        case .connected(let ends): "\(ends.count) granted"
        default: "answered"
        }
    }
}
