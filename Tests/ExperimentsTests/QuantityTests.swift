import EventKernel
import Experiments
import Testing

@Suite struct QuantityTests {
    @Test(arguments: [
        ("10 min", UInt64(600_000_000_000)), ("250 ms", 250_000_000), ("1 h", 3_600_000_000_000),
        ("2 days", 172_800_000_000_000), ("1.5 s", 1_500_000_000), ("0.107 s", 107_000_000), ("0", 0),
        ("1e3 us", 1_000_000), ("7ns", 7), ("  3   s ", 3_000_000_000), ("0.001 us", 1),
        ("9000000000000000000 ns", 9_000_000_000_000_000_000), ("forever", .max),
    ])
    func durationsAreExact(text: String, nanoseconds: UInt64) {
        #expect(Quantity.duration(text)?.nanoseconds == nanoseconds)
    }

    @Test(arguments: [
        ("2 GiB", UInt64(2) << 30), ("512 MiB", 512 << 20), ("170 MB", 170_000_000), ("0.5 KiB", 512),
        ("3 B", 3),
        ("1.1 MB", 1_100_000), ("0 GiB", 0),
    ])
    func memoryIsExact(text: String, bytes: UInt64) {
        #expect(Quantity.memory(text)?.count == bytes)
    }

    @Test(arguments: [
        "", " ", "min", "10", "-1 s", "1 s s", "0x10 s", "inf s", "nan s", "1,5 s", "١ s", "1e999999 s",
        "1 S", "1 \u{0} s",
        "- s", ". s", "1e s", "9223372036854775808 ns", "18446744073709551614 ns",
        String(repeating: "9", count: 1_000) + " s",
    ])
    func whatIsNoDurationIsRefused(text: String) {
        #expect(Quantity.duration(text) == nil)
    }

    @Test(arguments: ["2", "2 gib", "1e30 GiB", "-1 B", "2 GiB s", "5 TiBs"])
    func whatIsNoMemoryIsRefused(text: String) {
        #expect(Quantity.memory(text) == nil)
    }

    @Test func everyDurationReadsBackFromItsText() {
        var stream = RandomStream(seed: 3, purpose: .test)
        for _ in 0..<20_000 {
            let nanoseconds = stream.next() >> (2 + stream.below(62))
            let duration = SimDuration(nanoseconds: nanoseconds)
            #expect(Quantity.duration(Quantity.text(duration)) == duration)
        }
    }
}
