import Files

/// The bytes of a message: a header of 20 (magic, version, kind, length of the rest) and the rest. Magic and version
/// stay where they are in all versions.
package enum MessageCoding {
    package static let headerSize = 20
    /// Not text, so that no text protocol is taken for it.
    package static let magic: [UInt8] = [0x89, 0x50, 0x46, 0x52, 0x44, 0x4d, 0x41, 0x0a]

    /// The header's contents.
    package struct Header: Hashable {
        package var kind: UInt32
        package var length: Int
    }

    /// A message as bytes.
    package static func encode(_ message: Message, version: UInt32 = handshakeVersion) -> [UInt8] {
        var body = GrowingBytes()
        let kind = write(message, to: &body)
        var whole = GrowingBytes(capacity: headerSize + body.count)
        for byte in magic { whole.append(byte) }
        whole.append(half: version)
        whole.append(half: kind)
        whole.append(half: UInt32(body.count))
        whole.append(contentsOf: body.bytes)
        return Array(whole.bytes)
    }

    /// Reads a header. Throws `.handshake` and says what the other side is, when that can be told.
    package static func header(_ bytes: [UInt8]) throws(VerbsError) -> Header {
        guard bytes.count >= headerSize, Array(bytes[..<8]) == magic else {
            throw VerbsError(
                .handshake,
                "the other side is not a Pagefold: it does not speak the handshake of 'calibrate rdma'",
                remedy: "check host and port, and that 'pagefold calibrate rdma serve' runs there")
        }
        func half(_ at: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) }
        }
        guard half(8) == handshakeVersion else {
            throw VerbsError(
                .handshake,
                "the other side speaks version \(half(8)) of the handshake, this side version \(handshakeVersion)",
                remedy: "run the same release of Pagefold on both hosts")
        }
        guard half(16) <= UInt32(Message.Limit.payload) else {
            throw damage("a message of \(half(16)) bytes is announced")
        }
        return Header(kind: half(12), length: Int(half(16)))
    }

    /// Reads what follows a header. Throws `.handshake` for what cannot be.
    package static func decode(_ header: Header, _ body: [UInt8]) throws(VerbsError) -> Message {
        guard body.count == header.length else { throw damage("a message is cut off") }
        var failure: VerbsError?
        let message = body.withUnsafeBytes { bytes -> Message? in
            var decoder = ByteDecoder(bytes)
            do {
                let message = try read(header.kind, from: &decoder)
                if decoder.left == 0 { return message }
                failure = damage("a message of kind \(header.kind) is too long")
            } catch let error as VerbsError {
                failure = error
            } catch {
                failure = damage("a message of kind \(header.kind) holds what cannot be")
            }
            return nil
        }
        guard let message else { throw failure ?? damage("a message cannot be read") }
        return message
    }

    private static func damage(_ what: String) -> VerbsError {
        VerbsError(.handshake, "the other side breaks the handshake: \(what)")
    }

    private static func write(_ message: Message, to body: inout GrowingBytes) -> UInt32 {
        switch message {
        case .hello(let hello):
            body.append(text: String(hello.program.prefix(60)))
            body.append(text: String(hello.token.prefix(Message.Limit.text)))
            write(hello.port, to: &body)
            body.append(word: UInt64(hello.regions.count))
            for region in hello.regions {
                body.append(word: UInt64(region.bytes))
                body.append(region.pages.rawValue)
                body.append(region.isWritable ? 1 : 0)
            }
            return 1
        case .offer(let offer):
            body.append(text: String(offer.program.prefix(60)))
            body.append(text: String(offer.device.prefix(60)))
            write(offer.port, to: &body)
            body.append(half: offer.idle)
            body.append(word: UInt64(offer.regions.count))
            for region in offer.regions {
                body.append(word: region.address)
                body.append(half: region.key)
                body.append(word: UInt64(region.bytes))
                body.append(word: region.seed)
                body.append(region.isWritable ? 1 : 0)
            }
            return 2
        case .connect(let connect):
            write(connect.endpoints, to: &body)
            body.append(half: connect.reads)
            body.append(half: connect.receives)
            body.append(connect.shared ? 1 : 0)
            return 3
        case .connected(let endpoints):
            write(endpoints, to: &body)
            return 4
        case .disconnect: return 5
        case .disconnected: return 6
        case .bye: return 7
        case .refusal(let why):
            let plain = why.unicodeScalars.filter { $0.value >= 32 && $0.value != 127 && $0.isASCII }
            body.append(text: String(String.UnicodeScalarView(plain.prefix(Message.Limit.text))))
            return 8
        case .alive: return 9
        }
    }

    private static func write(_ port: PortOffer, to body: inout GrowingBytes) {
        body.append(half: UInt32(port.lid))
        body.append(port.isEthernet ? 1 : 0)
        body.append(word: port.address.high)
        body.append(word: port.address.low)
        body.append(port.mtuCode)
        body.append(half: port.outstandingReads)
        body.append(half: port.answeredReads)
    }

    private static func write(_ endpoints: [Endpoint], to body: inout GrowingBytes) {
        body.append(word: UInt64(endpoints.count))
        for endpoint in endpoints {
            body.append(half: endpoint.number)
            body.append(half: endpoint.sequence)
        }
    }
}
