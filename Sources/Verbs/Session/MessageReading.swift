import Files

/// Reading messages of a stranger: nothing is believed.
extension MessageCoding {
    static func read(_ kind: UInt32, from decoder: inout ByteDecoder) throws -> Message {
        switch kind {
        case 1:
            return .hello(
                Hello(
                    program: try decoder.plainText(limit: Message.Limit.text),
                    token: try decoder.plainText(limit: Message.Limit.text), port: try port(&decoder),
                    regions: try requests(&decoder)))
        case 2:
            return .offer(
                Offer(
                    program: try decoder.plainText(limit: Message.Limit.text),
                    device: try decoder.plainText(limit: Message.Limit.text), port: try port(&decoder),
                    idle: try decoder.half(), regions: try regions(&decoder)))
        case 3:
            return .connect(
                Connect(
                    endpoints: try endpoints(&decoder), reads: try number(&decoder, 1...255),
                    receives: try number(&decoder, 0...65536), shared: try truth(&decoder)))
        case 4: return .connected(try endpoints(&decoder))
        case 5: return .disconnect
        case 6: return .disconnected
        case 7: return .bye
        case 8: return .refusal(try decoder.plainText(limit: Message.Limit.text))
        case 9: return .alive
        default:
            throw VerbsError(.handshake, "the other side breaks the handshake: a message of kind \(kind)")
        }
    }

    private static func truth(_ decoder: inout ByteDecoder) throws -> Bool {
        switch try decoder.byte() {
        case 0: return false
        case 1: return true
        default: throw ByteDecoder.Damage()
        }
    }

    private static func number(
        _ decoder: inout ByteDecoder, _ range: ClosedRange<UInt32>
    ) throws -> UInt32 {
        let value = try decoder.half()
        guard range.contains(value) else { throw ByteDecoder.Damage() }
        return value
    }

    /// A length of memory: more than nothing, and no more than a machine can address.
    private static func length(_ decoder: inout ByteDecoder) throws -> Int {
        let bytes = try decoder.word()
        guard bytes > 0, bytes <= 1 << 46 else { throw ByteDecoder.Damage() }
        return Int(bytes)
    }

    private static func port(_ decoder: inout ByteDecoder) throws -> PortOffer {
        let lid = UInt16(try number(&decoder, 0...0xffff))
        let isEthernet = try truth(&decoder)
        let address = PortAddress(high: try decoder.word(), low: try decoder.word())
        let code = try decoder.byte()
        guard (1...5).contains(code) else { throw ByteDecoder.Damage() }
        return PortOffer(
            lid: lid, isEthernet: isEthernet, address: address, mtuCode: code,
            outstandingReads: try number(&decoder, 0...65536), answeredReads: try number(&decoder, 0...65536))
    }

    private static func requests(_ decoder: inout ByteDecoder) throws -> [RegionRequest] {
        let count = try decoder.count(ofSize: 10)
        guard (1...Message.Limit.regions).contains(count) else { throw ByteDecoder.Damage() }
        return try (0..<count).map { _ in
            let bytes = try length(&decoder)
            guard let pages = PageKind(rawValue: try decoder.byte()) else { throw ByteDecoder.Damage() }
            return RegionRequest(bytes: bytes, pages: pages, isWritable: try truth(&decoder))
        }
    }

    private static func regions(_ decoder: inout ByteDecoder) throws -> [RemoteRegion] {
        let count = try decoder.count(ofSize: 29)
        guard (1...Message.Limit.regions).contains(count) else { throw ByteDecoder.Damage() }
        return try (0..<count).map { _ in
            let address = try decoder.word()
            let key = try decoder.half()
            let bytes = try length(&decoder)
            guard !address.addingReportingOverflow(UInt64(bytes)).overflow else { throw ByteDecoder.Damage() }
            return RemoteRegion(
                address: address, key: key, bytes: bytes, seed: try decoder.word(),
                isWritable: try truth(&decoder))
        }
    }

    private static func endpoints(_ decoder: inout ByteDecoder) throws -> [Endpoint] {
        let count = try decoder.count(ofSize: 8)
        guard (1...Message.Limit.endpoints).contains(count) else { throw ByteDecoder.Damage() }
        return try (0..<count).map { _ in
            Endpoint(
                number: try number(&decoder, 0...0xff_ffff), sequence: try number(&decoder, 0...0xff_ffff))
        }
    }
}
