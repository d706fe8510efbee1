import EventKernel
import Testing

@Suite("Random streams")
struct RandomStreamTests {
    private static let count = 100_000

    @Test("The word at a position does not depend on what was drawn", arguments: 1...20)
    func positionIsPure(seed: UInt64) {
        let fixed = RandomStream(seed: seed, purpose: .executionTime, entity: seed * 31)
        var sequential = fixed
        let words = (0..<1_000).map { _ in sequential.next() }
        for position in [0, 999, 17, 17, 500] {
            #expect(fixed.word(at: UInt64(position)) == words[position])
            #expect(sequential.word(at: UInt64(position)) == words[position])
        }
    }

    @Test("Units have the mean and variance of a uniform law", arguments: 1...20)
    func moments(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 30)
        var moments = RunningMoments()
        for _ in 0..<RandomStreamTests.count {
            let unit = stream.unit()
            #expect(unit >= 0 && unit < 1)
            moments.add(unit)
        }
        let n = Double(RandomStreamTests.count)
        // 3.9 standard errors: a sound generator fails one of these 40 checks in 260 choices of the seeds.
        #expect((moments.mean - 0.5).magnitude < 3.9 * (1 / 12 / n).squareRoot())
        #expect((moments.variance - 1 / 12).magnitude < 3.9 * (1 / 180 / n).squareRoot())
    }

    @Test("Buckets are equally full", arguments: [3, 7, 10, 64, 1_000])
    func chiSquare(buckets: Int) {
        for seed in 1...4 as ClosedRange<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .test, entity: 31)
            var counts = [Int](repeating: 0, count: buckets)
            for _ in 0..<RandomStreamTests.count { counts[Int(stream.below(UInt64(buckets)))] += 1 }
            let expected = Double(RandomStreamTests.count) / Double(buckets)
            let chi = counts.reduce(0.0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
            // Wilson and Hilferty: the cube root of chi-square / f is normal about 1 - 2/9f, variance 2/9f.
            let f = Double(buckets - 1)
            let z = (portablePow(chi / f, 1 / 3) - (1 - 2 / (9 * f))) / (2 / (9 * f)).squareRoot()
            #expect(z.magnitude < 3.9)
        }
    }

    @Test("Each bit is set half the time")
    func bits() {
        var stream = RandomStream(seed: 9, purpose: .test)
        var counts = [Int](repeating: 0, count: 64)
        for _ in 0..<RandomStreamTests.count {
            let word = stream.next()
            for bit in 0..<64 { counts[bit] += Int(word >> UInt64(bit) & 1) }
        }
        let n = Double(RandomStreamTests.count)
        for bit in 0..<64 { #expect((Double(counts[bit]) - n / 2).magnitude < 3.9 * (n / 4).squareRoot()) }
    }

    @Test("Streams of other purposes, entities and seeds are not correlated")
    func independence() {
        let streams =
            (1...9).map { RandomStream(seed: 1, purpose: RandomPurpose(rawValue: $0) ?? .test) }
            + (1...6).map { RandomStream(seed: 1, purpose: .test, entity: $0) }
            + (2...7).map { RandomStream(seed: $0, purpose: .test) }
        let length = 10_000
        let draws = streams.map { stream in
            (0..<UInt64(length)).map { RandomStream.unit(stream.word(at: $0)) - 0.5 }
        }
        for a in 0..<draws.count {
            for b in 0..<a {
                for lag in 0...1 {
                    var sum = 0.0
                    for place in 0..<length - lag { sum += draws[a][place] * draws[b][place + lag] }
                    // 420 pairs at 4.4 standard errors: a sound generator fails once in 220 choices of the seeds.
                    let deviation = (Double(length - lag) / 144).squareRoot()
                    #expect(sum.magnitude < 4.4 * deviation, "streams \(a) and \(b), lag \(lag)")
                }
            }
        }
    }
}

@Suite("Digest and moments")
struct DigestTests {
    @Test("A digest does not depend on how the bytes are split", arguments: 1...20)
    func split(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 40)
        let bytes = (0..<stream.below(300)).map { _ in UInt8(truncatingIfNeeded: stream.next()) }
        var whole = Digest()
        bytes.withUnsafeBytes { whole.update($0) }
        for _ in 0..<20 {
            var parts = Digest()
            var place = 0
            while place < bytes.count {
                let next = min(place + Int(stream.below(70)), bytes.count)
                Array(bytes[place..<next]).withUnsafeBytes { parts.update($0) }
                place = next
            }
            #expect(parts.value == whole.value)
        }
    }

    @Test("A digest notices every changed bit and every added zero")
    func sensitivity() {
        var bytes = [UInt8](repeating: 0, count: 70)
        func digest() -> UInt64 {
            var digest = Digest()
            bytes.withUnsafeBytes { digest.update($0) }
            return digest.value
        }
        var seen: Set<UInt64> = [digest()]
        for bit in 0..<bytes.count * 8 {
            bytes[bit / 8] ^= 1 << (bit % 8)
            #expect(seen.insert(digest()).inserted)
            bytes[bit / 8] ^= 1 << (bit % 8)
        }
        for _ in 0..<40 {
            bytes.append(0)
            #expect(seen.insert(digest()).inserted)
        }
    }

    @Test("Texts are told apart by where they end, and a digest prints as 16 digits")
    func texts() {
        var a = Digest()
        a.update("ab")
        a.update("c")
        var b = Digest()
        b.update("a")
        b.update("bc")
        #expect(a.value != b.value)
        #expect(a.text.count == 16)
        #expect(UInt64(a.text, radix: 16) == a.value)
        var word = Digest()
        word.update(0x0807_0605_0403_0201)
        var bytes = Digest()
        [1, 2, 3, 4, 5, 6, 7, 8].map(UInt8.init).withUnsafeBytes { bytes.update($0) }
        #expect(word.value == bytes.value)
    }

    @Test("Running moments are those of two passes", arguments: 1...10)
    func moments(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 41)
        let values = (0..<500).map { _ in stream.unit() * 1e6 + 1e9 }
        var moments = RunningMoments()
        for value in values { moments.add(value) }
        let mean = values.reduce(0, +) / 500
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 499
        // The plain sum of 500 values of 1e9 is exact to within 500 times half a unit in its last place.
        #expect((moments.mean - mean).magnitude < 5.6e-5)
        #expect((moments.variance - variance).magnitude < 1e-8 * variance)
        #expect((moments.populationVariance - variance * 499 / 500).magnitude < 1e-8 * variance)
        #expect((moments.standardError - (variance / 500).squareRoot()).magnitude < 1e-3)
        #expect(RunningMoments().variance == 0)
        #expect(RunningMoments().standardError == 0)
    }
}
