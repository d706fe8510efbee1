/// A 64-bit digest of a sequence of bytes or words, for telling inputs and files apart and noticing damage.
/// It is not a defence against forgery.
///
/// Four lanes each take every fourth little-endian 8-byte word `w` by `lane = mix64(lane ^ w)`; the end mixes the
/// lanes, the rest (padded with zeros) and the length.
public struct Digest: Sendable {
    private var lanes: SIMD4<UInt64> = [
        0x243F_6A88_85A3_08D3, 0x1319_8A2E_0370_7344, 0xA409_3822_299F_31D0, 0x082E_FA98_EC4E_6C89,
    ]
    private var pending: [UInt8] = []
    private var length: UInt64 = 0

    /// The digest of nothing yet.
    public init() {}

    /// Takes in the next bytes; the split into calls does not matter.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        length &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !pending.isEmpty {
            let missing = min(32 - pending.count, rest.count)
            pending.append(contentsOf: rest.prefix(missing))
            rest = rest.dropFirst(missing)
            if pending.count < 32 { return }
            pending.withUnsafeBytes { absorb($0) }
            pending.removeAll(keepingCapacity: true)
        }
        let whole = rest.count & ~31
        absorb(UnsafeRawBufferPointer(rebasing: rest.prefix(whole)))
        pending.append(contentsOf: rest.dropFirst(whole))
    }

    /// Takes in the UTF-8 bytes of `text` and a zero byte.
    public mutating func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
        withUnsafeBytes(of: UInt8(0)) { update($0) }
    }

    /// Takes in one word.
    public mutating func update(_ word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { update($0) }
    }

    /// The digest of what was taken in so far.
    public var value: UInt64 {
        var last = self
        if !last.pending.isEmpty {
            last.pending.append(contentsOf: repeatElement(0, count: 32 - last.pending.count))
            last.pending.withUnsafeBytes { last.absorb($0) }
        }
        var sum = mix64(length ^ 0x9E37_79B9_7F4A_7C15)
        for lane in 0..<4 { sum = mix64(sum ^ last.lanes[lane]) &+ 0x9E37_79B9_7F4A_7C15 }
        return sum
    }

    /// The digest as 16 hexadecimal digits.
    public var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private mutating func absorb(_ block: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < block.count {
            for lane in 0..<4 {
                let word = UInt64(
                    littleEndian: block.loadUnaligned(fromByteOffset: offset + lane * 8, as: UInt64.self))
                lanes[lane] = mix64(lanes[lane] ^ word)
            }
            offset += 32
        }
    }
}
