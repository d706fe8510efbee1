import Files
import Testing

@Suite struct ContentHashTests {
    /// Bytes without a pattern, by Knuth's multiplicative generator.
    private static func bytes(_ count: Int) -> [UInt8] {
        (0..<count).reduce(into: (bytes: [UInt8](), state: UInt64(7))) { made, _ in
            made.state = made.state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            made.bytes.append(UInt8(truncatingIfNeeded: made.state >> 56))
        }.bytes
    }

    private static func hash(_ bytes: [UInt8], seed: UInt64? = nil) -> UInt64 {
        bytes.withUnsafeBytes { room in
            // An empty array may have no address.
            let address = room.baseAddress ?? UnsafeRawPointer(bitPattern: 1).unsafelyUnwrapped
            return seed.map { ContentHash.of(address, count: room.count, seed: $0) }
                ?? ContentHash.of(address, count: room.count)
        }
    }

    /// What `printf … | xxhsum -H3` prints (xxHash 0.8.1), and for nothing the specification.
    @Test func theHashIsXXH3() {
        #expect(Self.hash([]) == 0x2D06_8005_38D3_94C2)
        #expect(Self.hash(Array("abc".utf8)) == 0x78AF_5F94_892F_3950)
        #expect(ContentHash.library.hasPrefix("libxxhash 0."))
    }

    @Test func aSeedGivesOtherHashesAndNoneThoseOfZero() {
        for count in [3, 64, 300, 4096] {
            let bytes = Self.bytes(count)
            #expect(Self.hash(bytes, seed: 0) == Self.hash(bytes))
            #expect(Self.hash(bytes, seed: 1) != Self.hash(bytes))
        }
    }

    /// Around every length at which XXH3 goes another way: 16, 128, 240, a block of 1024, and the buffer of the state.
    @Test(arguments: [0, 1, 3, 16, 17, 128, 129, 240, 241, 256, 1024, 1025, 4096, 100_000])
    func inPiecesTheHashIsThatOfTheWhole(count: Int) {
        let bytes = Self.bytes(count)
        for piece in [1, 7, 256, 4096] where count / piece < 20_000 {
            var running = RunningContentHash()
            bytes.withUnsafeBytes { all in
                for begin in stride(from: 0, to: count, by: piece) {
                    running.update(UnsafeRawBufferPointer(rebasing: all[begin..<min(begin + piece, count)]))
                    _ = running.value
                }
            }
            #expect(running.value == Self.hash(bytes), "\(count) bytes in pieces of \(piece)")
            #expect(running.text.count == 16 && UInt64(running.text, radix: 16) == running.value)
        }
    }

    @Test func everyBitCounts() {
        var bytes = Self.bytes(4096)
        var seen: Set<UInt64> = [Self.hash(bytes)]
        for bit in stride(from: 0, to: 4096 * 8, by: 13) {
            bytes[bit / 8] ^= 1 << (bit % 8)
            seen.insert(Self.hash(bytes))
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
        #expect(seen.count == 1 + (4096 * 8 + 12) / 13)
    }
}
