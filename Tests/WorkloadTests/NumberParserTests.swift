import EventKernel
import Files
import Testing
import Workload

@Suite struct NumberParserTests {
    private func whole(_ text: String) -> UInt64? {
        Array(text.utf8).withUnsafeBytes { NumberParser.whole($0) }
    }
    private func decimal(_ text: String) -> Double? {
        Array(text.utf8).withUnsafeBytes { NumberParser.decimal($0) }
    }

    @Test(
        arguments: [
            ("0", 0), ("3", 3), ("3.0", 3), ("3.000", 3), (" 42\t", 42), ("+7", 7), ("007", 7),
            ("1e3", 1_000),
            ("2.5e1", 25), ("-0", 0), ("1200e-2", 12), ("999999999999999999", 999_999_999_999_999_999),
            ("9223372036854775807", 9_223_372_036_854_775_807), ("0e9999", 0),
        ] as [(String, UInt64)])
    func wholeNumbersAreReadInAllTheirForms(text: String, value: UInt64) { #expect(whole(text) == value) }

    @Test(arguments: [
        "", " ", "-1", "3.5", "nan", "inf", "0x10", "1_000", "1,5", "1 2", "--1", "+", ".", "e5", "1e", "1e+",
        "9223372036854775808", "99999999999999999999999", "1e19", "1e99999", "3.0.0", "1e5.0", "٣", "1e-1",
    ])
    func whatIsNoWholeNumberIsRefused(text: String) { #expect(whole(text) == nil) }

    @Test(arguments: [
        "", " ", "nan", "NaN", "inf", "-inf", "Infinity", "0x1p3", "1e400", "-1e400", "1..2", "1e", "abc",
        "1a",
        "1e99999", "-", ".e1", "1,0",
    ])
    func whatIsNoFiniteNumberIsRefused(text: String) { #expect(decimal(text) == nil) }

    @Test func decimalsOfUpTo15DigitsAreExact() {
        var stream = RandomStream(seed: 1, purpose: .test)
        for _ in 0..<20_000 {
            let digits = stream.below(1_000_000_000_000_000)
            let point = Int(stream.below(16))
            let text = "\(stream.below(2) == 0 ? "-" : "")\(digits)e-\(point)"
            #expect(decimal(text) == Double(text))
        }
    }

    @Test func anyDoubleComesBackWithinAFewUnitsInTheLastPlace() {
        var stream = RandomStream(seed: 2, purpose: .test)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: stream.next())
            guard value.isNormal, value.magnitude > 1e-290 else { continue }
            guard let read = decimal("\(value)") else {
                #expect(value.magnitude > 1.79e308, "\(value) was not read")
                continue
            }
            #expect((read - value).magnitude <= 32 * value.ulp, "\(value) was read as \(read)")
        }
    }

    @Test func randomTextIsReadAsSwiftReadsItOrRefused() {
        var stream = RandomStream(seed: 3, purpose: .test)
        let alphabet = Array("0123456789.e-+ ")
        for _ in 0..<50_000 {
            let text = String(
                (0..<Int(stream.below(9))).map { _ in
                    alphabet[Int(stream.below(UInt64(alphabet.count)))]
                })
            guard let read = decimal(text) else { continue }
            let plain = text.filter { $0 != " " }
            // Swift's own reader wants a digit before and after the point.
            let expected = Double(plain) ?? Double("0" + plain) ?? read
            #expect((read - expected).magnitude <= 4 * expected.ulp, "`\(text)` was read as \(read)")
        }
    }
}

@Suite struct SuggestionTests {
    @Test func theDistanceCountsEditsAndSwaps() {
        #expect(Suggestion.editDistance(Array("kitten"), Array("sitting")) == 3)
        #expect(Suggestion.editDistance(Array("abcd"), Array("acbd")) == 1)
        #expect(Suggestion.editDistance(Array(""), Array("abc")) == 3)
        #expect(Suggestion.editDistance(Array("same"), Array("same")) == 0)
    }

    @Test func theDistanceIsSymmetricAndBounded() {
        var stream = RandomStream(seed: 1, purpose: .test)
        for _ in 0..<500 {
            let a = (0..<Int(stream.below(8))).map { _ in stream.below(3) }
            let b = (0..<Int(stream.below(8))).map { _ in stream.below(3) }
            let distance = Suggestion.editDistance(a, b)
            #expect(distance == Suggestion.editDistance(b, a))
            #expect(distance <= max(a.count, b.count))
            #expect(distance >= abs(a.count - b.count))
            #expect((distance == 0) == (a == b))
        }
    }

    @Test func onlyNearNamesAreSuggested() {
        let names = ["keepAlive", "threshold", "seed"]
        #expect(Suggestion.nearest(to: "keepalive", among: names) == "keepAlive")
        #expect(Suggestion.nearest(to: "treshold", among: names) == "threshold")
        #expect(Suggestion.nearest(to: "sede", among: names) == "seed")
        #expect(Suggestion.nearest(to: "horizon", among: names) == nil)
        #expect(Suggestion.nearest(to: "", among: names) == nil)
        #expect(Suggestion.phrase(for: "sed", among: names) == "did you mean `seed`?")
        #expect(Suggestion.phrase(for: "xyz", among: names, otherwise: "no") == "no")
    }
}
