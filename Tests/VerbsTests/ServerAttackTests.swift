import Glibc
import Machine
import Testing

@testable import Verbs

/// What strangers and greedy clients get of a server: no more than its one budget, and nothing without the token.
/// Without a device; `DeviceAttackTests` does the same where there is one.
@Suite struct ServerAttackTests {
    private func pairs(_ count: Int, receives: UInt32, shared: Bool = false) -> Message {
        .connect(
            Connect(
                endpoints: (0..<UInt32(count)).map { Endpoint(number: 0x11 + $0, sequence: 5) }, reads: 1,
                receives: receives, shared: shared))
    }

    @Test func queuePairsWithManyReceivesAreBooked() throws {
        let server = try StandInServer(ServerLimits(bytes: 64 << 20))
        let client = try server.client()
        #expect(try client.ask(server.hello([RegionRequest(bytes: 4096)])).offered != nil)
        // 65,536 receives are rounded up to 131,072 places: 16 MiB and 32 KiB a queue pair, three fit into 64 MiB.
        #expect(try client.ask(pairs(3, receives: 65_536)).connectedCount == 3)
        let refused = try client.ask(pairs(1, receives: 65_536)).refused
        #expect(refused?.contains("at most 64 MiB") == true, "\(refused ?? "")")
        _ = server.stop()
        #expect(server.standIn.pairs == 3)
    }

    @Test func aHundredThousandSmallOnesAreBookedToo() throws {
        let server = try StandInServer(ServerLimits(bytes: 64 << 20, queuePairs: 1 << 20))
        let client = try server.client()
        _ = try client.ask(server.hello([RegionRequest(bytes: 4096)]))
        var refused: String?
        while refused == nil { refused = try client.ask(pairs(1024, receives: 1)).refused }
        _ = server.stop()
        // 32 KiB and 256 bytes each: 2,048 would be 64.5 MiB.
        #expect(server.standIn.pairs == 1024)
    }

    @Test func connectionsThatAreLetGoAreBookedBack() throws {
        let server = try StandInServer(ServerLimits(bytes: 64 << 20))
        let client = try server.client()
        _ = try client.ask(server.hello([RegionRequest(bytes: 4096)]))
        for _ in 0..<20 {
            #expect(try client.ask(pairs(3, receives: 65_536)).connectedCount == 3)
            #expect(try client.ask(.disconnect) == .disconnected)
            #expect(try client.ask(pairs(100, receives: 65_536, shared: true)).connectedCount == 100)
            #expect(try client.ask(.disconnect) == .disconnected)
        }
        _ = server.stop()
    }

    @Test func regionsAreBookedAsTheyAreRounded() throws {
        let server = try StandInServer(ServerLimits(bytes: 32 << 20))
        // 64 regions of one byte in huge pages are 128 MiB, and 2 MiB of bookkeeping.
        let huge = (0..<64).map { _ in RegionRequest(bytes: 1, pages: .huge) }
        #expect(try server.client().ask(server.hello(huge)).refused?.contains("130 MiB") == true)
        let small = (0..<64).map { _ in RegionRequest(bytes: 1) }
        let client = try server.client()
        #expect(try client.ask(server.hello(small)).offered?.regions.count == 64)
        _ = server.stop()
        #expect(server.standIn.mostBytes == 64 * 4096)
    }

    @Test(arguments: [1, 63, 64])
    func theLargestNumbersThereAreAreRefused(count: Int) throws {
        let server = try StandInServer(ServerLimits(bytes: 1 << 30))
        let regions = (0..<count).map { _ in RegionRequest(bytes: 1 << 46, pages: .huge) }
        #expect(try server.client().ask(server.hello(regions)).refused?.contains("at most 1024 MiB") == true)
        _ = server.stop()
        #expect(server.standIn.rooms == 0)
    }

    @Test func aMachineThatHasLessThanTheLimitGivesLess() throws {
        let server = try StandInServer(ServerLimits(bytes: 4 << 30), machine: 256 << 20)
        #expect(
            try server.client().ask(server.hello([RegionRequest(bytes: 300 << 20)])).refused?.contains(
                "the test") == true)
        #expect(try server.client().ask(server.hello([RegionRequest(bytes: 100 << 20)])).offered != nil)
        _ = server.stop()
    }

    /// MiB left, and MiB given.
    @Test(arguments: [[1024, 512], [65_536, 4096], [8192, 4096], [0, 0], [2, 1]])
    func theStandardIsHalfOfWhatIsLeftAnd4GiBAtMost(amounts: [Int]) {
        let share = MachineShare(memory: UInt64(amounts[0]) << 20, memoryBound: "the test", processors: 1)
        #expect(MemoryBudget.standard(share) == amounts[1] << 20)
    }

    @Test func withoutTheTokenNothingIsMade() throws {
        let server = try StandInServer(ServerLimits(bytes: 1 << 30))
        let good = server.token.text
        let bad = [
            "", "x", String(good.dropLast()), good + "0", String(good.reversed()), good.uppercased() + "!",
            String(repeating: "0", count: 400),
        ]
        for token in bad {
            let answer = try server.client().ask(server.hello([RegionRequest(bytes: 4096)], token: token))
            #expect(answer.refused?.contains("token") == true)
        }
        // Out of turn, and without having said who it is.
        #expect(try server.client().ask(pairs(1, receives: 1)).refused?.contains("out of its turn") == true)
        #expect(try server.client().ask(.disconnect).refused?.contains("out of its turn") == true)
        let events = server.stop()
        #expect(server.standIn.rooms == 0 && server.standIn.pairs == 0)
        #expect(
            events.allSatisfy { if case .refused = $0 { true } else { false } }
                && events.count == bad.count + 2)
    }

    @Test func whoSaysNothingIsGivenUpAndKeepsNobodyOut() throws {
        let server = try StandInServer(ServerLimits(bytes: 1 << 30, patience: 1))
        // More than the server lets wait; some begin a message and leave it.
        let silent = try (0..<20).map { _ in try server.client() }
        let begun = MessageCoding.encode(.bye)
        for client in silent.suffix(5) {
            _ = begun[..<12].withUnsafeBytes { send(client.descriptor, $0.baseAddress, 12, 0) }
        }
        let client = try server.client()
        #expect(try client.ask(server.hello([RegionRequest(bytes: 4096)])).offered != nil)
        // Those that are left hear that they were given up, or that their connection ended.
        for other in silent { while (try? other.receive(within: 60)) != nil {} }
        #expect(try client.ask(pairs(1, receives: 1)).connectedCount == 1)
        _ = server.stop()
    }

    @Test func aClientThatIsIdleIsGivenUpAndOneThatSaysItIsThereIsNot() throws {
        let server = try StandInServer(ServerLimits(bytes: 1 << 30, idle: 1))
        let client = try server.client()
        #expect(try client.ask(server.hello([RegionRequest(bytes: 4096)])).offered?.idle == 1)
        let why = try client.receive(within: 60).refused
        #expect(why?.contains("idle") == true)
        let next = try server.client()
        #expect(try next.ask(server.hello([RegionRequest(bytes: 4096)])).offered != nil)
        let events = server.stop()
        #expect(events.contains { if case .failed = $0 { true } else { false } })
    }

    @Test func anotherClientIsToldThatTheServerIsBusyAndThenServed() throws {
        let server = try StandInServer(ServerLimits(bytes: 1 << 30))
        let first = try server.client()
        #expect(try first.ask(server.hello([RegionRequest(bytes: 4096)])).offered != nil)
        let hello = server.hello([RegionRequest(bytes: 4096)])
        #expect(try server.client().ask(hello).refused?.contains("busy") == true)
        try first.send(.alive, within: 10)
        try first.send(.bye, within: 10)
        #expect(try first.receiveOrEnd() == nil)
        #expect(try server.client().ask(hello).offered != nil)
        _ = server.stop()
    }

    @Test func garbageLeavesTheServerServing() throws {
        let server = try StandInServer(ServerLimits(bytes: 1 << 30))
        var random = SplitMix(seed: 1)
        let kinds = [
            MessageCoding.encode(server.hello([RegionRequest(bytes: 4096)])),
            MessageCoding.encode(pairs(3, receives: 4)),
            MessageCoding.encode(.bye), MessageCoding.encode(.refusal("a")),
            MessageCoding.encode(.disconnect),
        ]
        for _ in 0..<200 {
            var bytes = kinds[Int(random.next() % 5)]
            for _ in 0..<(random.next() % 4) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            let client = try server.client()
            let length = random.next() % 2 == 0 ? bytes.count : Int(random.next() % UInt64(bytes.count))
            _ = bytes[..<length].withUnsafeBytes {
                send(client.descriptor, $0.baseAddress, length, Int32(MSG_NOSIGNAL))
            }
        }
        // The last of them may hold the server for a moment: it is asked until it answers.
        var answer: Offer?
        while answer == nil {
            answer = try server.client().ask(server.hello([RegionRequest(bytes: 4096)])).offered
        }
        _ = server.stop()
        #expect(server.standIn.mostBytes <= 1 << 30)
    }

    @Test func aTokenIsComparedAsAWhole() throws {
        #expect(AccessToken("short") == nil && AccessToken("with space") == nil && AccessToken("") == nil)
        #expect(AccessToken(String(repeating: "a", count: 129)) == nil && AccessToken("h\u{e9}llo-w") == nil)
        let token = try #require(AccessToken("secret"))
        #expect(token.matches("secret"))
        for other in [
            "secreT", "Secret", "secre", "secret0", "", "secret\0", String(repeating: "secret", count: 50),
        ] {
            #expect(!token.matches(other))
        }
        #expect(AccessToken.random() != AccessToken.random() && AccessToken.random().text.count == 32)
        // A NUL at the end is a difference, too.
        #expect(!token.matches("secret\0\0"))
    }

    @Test func aServerOfTheSameProcessListensNowhere() throws {
        let standIn = ServingStandIn()
        let (socket, server) = try LoopbackServer.start(standIn)
        // A pair of sockets without a name: nobody can connect to either.
        var (domain, size) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
        #expect(getsockopt(socket.descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0)
        #expect(domain == AF_UNIX)
        var name = sockaddr()
        size = socklen_t(MemoryLayout<sockaddr>.size)
        #expect(getpeername(socket.descriptor, &name, &size) == 0)
        #expect(size == 2)
        let hello = Hello(
            program: "pagefold", token: server.token.text, port: MessageTests.port,
            regions: [RegionRequest(bytes: 4096)])
        #expect(try socket.ask(.hello(hello)).offered != nil)
        try socket.send(.bye, within: 1)
        withExtendedLifetime(server) {}
    }
}

/// Numbers for garbage, the same in each run.
private struct SplitMix {
    var seed: UInt64
    mutating func next() -> UInt64 {
        seed &+= 1
        return Pattern.word(seed: 0x6761_7262, index: seed)
    }
}

extension ControlSocket {
    /// The next message; nil when the other side has closed.
    fileprivate func receiveOrEnd() throws -> Message? {
        do throws(VerbsError) {
            return try receive(within: 60)
        } catch {
            if error.problem.contains("closed") || error.problem.contains("is gone") { return nil }
            throw error
        }
    }
}
