import Testing

@testable import Calibration

/// Cells of series are one cell to readers that know bytes only.
@Suite struct SeriesTableTests {
    @Test(arguments: [
        ("plain", "plain"), ("a,b", "\"a,b\""), ("a,\u{301}b", "\"a,\u{301}b\""),
        ("\"\u{301}", "\"\"\"\u{301}\""),
        ("a\r\nb", "\"a\r\nb\""), ("", ""),
    ])
    func aCellIsInQuotesWhereItNeedsSome(text: String, cell: String) {
        #expect(Array(SeriesTable.cell(text).utf8) == Array(cell.utf8))
    }
}
