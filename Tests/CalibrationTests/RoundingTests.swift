import Testing

@testable import Calibration

@Suite struct RoundingTests {
    @Test(arguments: [
        (15_996_999_888.0, 5, 15_997_000_000.0), (160.9349, 5, 160.93), (0.1234567, 3, 0.123),
        (63.58, 3, 63.6), (99_999.7, 5, 100_000), (1, 5, 1), (0, 5, 0),
    ])
    func numbersKeepSoManyDigitsAndNoMore(value: Double, count: Int, expected: Double) {
        #expect(Rounding.digits(value, count) == expected)
    }
}
