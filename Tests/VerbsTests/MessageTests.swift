import Testing

@testable import Verbs

/// What two sides say to each other, and what strangers may send.
@Suite struct MessageTests {
    static let port = PortOffer(
        lid: 3, isEthernet: true, address: PortAddress(high: 0, low: 0xffff_0a09_0001), mtuCode: 5,
        outstandingReads: 16, answeredReads: 128)

    static let messages: [Message] = [
        .hello(
            Hello(
                program: "pagefold", token: "0123abcd", port: port,
                regions: [
                    RegionRequest(bytes: 1 << 20), RegionRequest(bytes: 8, pages: .huge, isWritable: true),
                ])),
        .offer(
            Offer(
                program: "pagefold", device: "mlx5_0 16.35", port: port, idle: 300,
                regions: [
                    RemoteRegion(
                        address: 0x7f00_0000_0000, key: 99, bytes: 1 << 20, seed: 7, isWritable: false)
                ])),
        .connect(
            Connect(
                endpoints: (0..<24).map { Endpoint(number: $0, sequence: 0xff_ffff - $0) }, reads: 16,
                receives: 128, shared: true)),
        .connected([Endpoint(number: 17, sequence: 1)]),
        .disconnect, .disconnected, .alive, .bye, .refusal("no memory left"),
    ]

    private func decode(_ bytes: [UInt8]) throws -> Message {
        let header = try MessageCoding.header(bytes)
        return try MessageCoding.decode(header, Array(bytes.dropFirst(MessageCoding.headerSize)))
    }

    @Test(arguments: messages.indices) func everyMessageIsReadAsItWasWritten(number: Int) throws {
        let message = Self.messages[number]
        let bytes = MessageCoding.encode(message)
        #expect(try decode(bytes) == message)
        #expect(bytes.count <= MessageCoding.headerSize + Message.Limit.payload)
    }

    @Test(arguments: messages.indices) func aMessageThatIsCutOffOrTooLongIsRefused(number: Int) throws {
        let message = Self.messages[number]
        let bytes = MessageCoding.encode(message)
        for length in 0..<bytes.count {
            #expect(throws: VerbsError.self) { try decode(Array(bytes[..<length])) }
        }
        #expect(throws: VerbsError.self) { try decode(bytes + [0]) }
        // The same with a header that agrees with the length: its contents are too short.
        for length in MessageCoding.headerSize..<bytes.count {
            var shorter = Array(bytes[..<length])
            let count = UInt32(length - MessageCoding.headerSize)
            for place in 0..<4 {
                shorter[16 + place] = UInt8(truncatingIfNeeded: count >> (8 * UInt32(place)))
            }
            if (try? decode(shorter)) != nil {
                Issue.record("a message of \(length) of \(bytes.count) bytes was believed")
            }
        }
    }

    @Test func bytesThatAreChangedGiveAnErrorOrAnotherMessageThatKeepsItsLimits() throws {
        var refused = 0
        for (number, message) in Self.messages.enumerated() where number != 2 {
            let bytes = MessageCoding.encode(message)
            for place in bytes.indices {
                for change in [UInt8(0x01), 0x80, 0xff] {
                    var other = bytes
                    other[place] ^= change
                    guard let read = try? decode(other) else {
                        refused += 1
                        continue
                    }
                    if case .hello(let hello) = read {
                        #expect((1...64).contains(hello.regions.count))
                        #expect(hello.regions.allSatisfy { $0.bytes > 0 && $0.bytes <= 1 << 46 })
                        #expect((1...5).contains(hello.port.mtuCode))
                    }
                    if case .refusal(let why) = read {
                        #expect(why.utf8.allSatisfy { $0 >= 32 && $0 != 127 })
                    }
                }
            }
        }
        #expect(refused > 100)
    }

    @Test func anotherVersionIsNamedOnBothSides() throws {
        let bytes = MessageCoding.encode(.bye, version: 7)
        let error = #expect(throws: VerbsError.self) { try decode(bytes) }
        #expect(error?.reason == .handshake)
        #expect(error?.problem.contains("version 7") == true)
        #expect(error?.problem.contains("version \(handshakeVersion)") == true)
    }

    static let strangers = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "SSH-2.0-OpenSSH_9.2p1 Debian\r\n",
        String(repeating: "\0", count: 64),
    ]

    @Test(arguments: strangers.indices) func whatIsNoPagefoldIsToldSo(number: Int) {
        let greeting = Self.strangers[number]
        let error = #expect(throws: VerbsError.self) { try decode(Array(greeting.utf8)) }
        #expect(error?.reason == .handshake)
        #expect(error?.problem.contains("not a Pagefold") == true)
    }

    @Test func theMostEndpointsFitIntoAMessageAndOneMoreIsRefused() throws {
        let most = (0..<UInt32(Message.Limit.endpoints)).map { Endpoint(number: $0, sequence: 1) }
        #expect(try decode(MessageCoding.encode(.connected(most))) == .connected(most))
        #expect(throws: VerbsError.self) { try decode(MessageCoding.encode(.connected(most + most[..<1]))) }
    }

    @Test func anAnnouncedLengthBeyondTheLimitIsRefusedBeforeItIsRead() {
        var bytes = MessageCoding.encode(.bye)
        bytes[18] = 0xff
        #expect(throws: VerbsError.self) { try MessageCoding.header(bytes) }
    }

    @Test func aRefusalIsPlainTextHoweverItWasPut() throws {
        let bytes = MessageCoding.encode(.refusal("a\u{1b}[31mb\nc" + String(repeating: "x", count: 1000)))
        guard case .refusal(let why) = try decode(bytes) else {
            Issue.record("not a refusal")
            return
        }
        #expect(why.hasPrefix("a[31mbc"))
        #expect(why.utf8.count == Message.Limit.text)
    }
}
