/// Takes a message of Google's protocol buffers apart, field by field; what it does not know is for the
/// caller to skip. (Encoding: protobuf.dev/programming-guides/encoding.)
struct ProtobufMessage {
    /// The bytes are not a message.
    struct Damage: Error {}

    enum Value {
        /// A number, also one of a fixed size.
        case number(UInt64)
        /// Text, bytes, a message of its own or packed numbers.
        case bytes(Range<Int>)
    }

    private let bytes: [UInt8]
    private var position: Int
    private let end: Int

    /// The message in `range` of `bytes`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count, "a message outside its bytes")
        self.bytes = bytes
        position = range.lowerBound
        end = range.upperBound
    }

    /// A message within this one.
    func nested(_ range: Range<Int>) -> ProtobufMessage { ProtobufMessage(bytes, range) }

    /// The next field's number and value; nil at the end.
    mutating func next() throws(Damage) -> (field: Int, value: Value)? {
        if position == end { return nil }
        let key = try varint()
        guard key >> 3 > 0, key >> 3 < 1 << 29 else { throw Damage() }
        let field = Int(key >> 3)
        switch key & 7 {
        case 0: return (field, .number(try varint()))
        case 1: return (field, .number(try fixed(8)))
        case 5: return (field, .number(try fixed(4)))
        case 2:
            let size = try varint()
            guard size <= UInt64(end - position) else { throw Damage() }
            position += Int(size)
            return (field, .bytes((position - Int(size))..<position))
        default: throw Damage()
        }
    }

    /// The text in `range`, damaged characters replaced.
    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// The numbers that a repeated field's value holds, packed or not.
    func numbers(_ value: Value) throws(Damage) -> [UInt64] {
        switch value {
        case .number(let number): return [number]
        case .bytes(let range):
            var packed = nested(range)
            var numbers: [UInt64] = []
            while packed.position < packed.end { numbers.append(try packed.varint()) }
            return numbers
        }
    }

    private mutating func varint() throws(Damage) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 70, by: 7) {
            guard position < end else { throw Damage() }
            let byte = bytes[position]
            position += 1
            // The tenth byte has room for one bit.
            if shift == 63, byte > 1 { throw Damage() }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        throw Damage()
    }

    private mutating func fixed(_ count: Int) throws(Damage) -> UInt64 {
        guard end - position >= count else { throw Damage() }
        var value: UInt64 = 0
        for index in (0..<count).reversed() { value = value << 8 | UInt64(bytes[position + index]) }
        position += count
        return value
    }
}
