import Testing

@testable import Statistics

/// The distributions against SciPy and against evaluations in 50 digits.
@Suite struct DistributionReferenceTests {
    let table: ReferenceTable

    init() throws { table = try ReferenceTable.load() }

    /// The largest error over rows of arguments and value, and where it is.
    private func worst(_ rows: [[Double]], _ function: ([Double]) -> Double) -> (error: Double, at: [Double])
    {
        rows.reduce((0, [])) { worst, row in
            let error = relativeError(function(row), row[row.count - 1])
            return error <= worst.0 ? worst : (error, row)
        }
    }

    @Test func studentsTIsThatOfSciPy() {
        let cdf = worst(table.t.cdf) { StudentT.cdf($0[0], degrees: $0[1]) }
        let quantile = worst(table.t.quantile) { StudentT.quantile($0[0], degrees: $0[1]) }
        print("t against SciPy: cdf \(cdf), quantile \(quantile)")
        #expect(table.t.cdf.count > 500 && table.t.quantile.count > 400)
        #expect(cdf.error < 1e-10, "\(cdf)")
        #expect(quantile.error < 1e-10, "\(quantile)")
    }

    @Test func studentsTailsAreThoseOfAnEvaluationInFiftyDigits() {
        let cdf = worst(table.t.exact) { StudentT.cdf($0[0], degrees: $0[1]) }
        print("t against 50 digits: \(cdf)")
        #expect(table.t.exact.count > 150)
        #expect(cdf.error < 1e-11, "\(cdf)")
        let quantile = worst(table.t.exactQuantile) { StudentT.quantile($0[0], degrees: $0[1]) }
        print("t quantile against 50 digits: \(quantile)")
        #expect(table.t.exactQuantile.count > 200)
        #expect(quantile.error < 1e-12, "\(quantile)")
        let plain = worst(table.t.exact.filter { $0[2] > 1e-15 }) { StudentT.cdf($0[0], degrees: $0[1]) }
        print("t against 50 digits, above 1e-15: \(plain)")
        #expect(plain.error < 1e-13, "\(plain)")
    }

    @Test func theNormalDistributionIsThatOfSciPyAndOfFiftyDigits() {
        let cdf = worst(table.normal.cdf) { StandardNormal.cdf($0[0]) }
        let quantile = worst(table.normal.quantile) { StandardNormal.quantile($0[0]) }
        print("normal: cdf \(cdf), quantile \(quantile)")
        #expect(cdf.error < 1e-13, "\(cdf)")
        #expect(quantile.error < 1e-13, "\(quantile)")
    }
}
