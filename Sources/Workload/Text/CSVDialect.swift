import Files

/// How a file that is meant as CSV is written: programs and countries differ in what separates columns and
/// rows.
struct CSVDialect: Hashable, Sendable {
    /// What separates columns: a comma, or a semicolon or tab where the header has no comma.
    var separator: UInt8 = 0x2C
    /// Whether rows end in a carriage return alone.
    var endsInReturn = false

    /// The byte that ends a row.
    var lineEnd: UInt8 { endsInReturn ? 0x0D : 0x0A }

    /// A file of columns separated by commas, in rows that end in line feeds.
    static let standard = CSVDialect()

    /// Looks at the bytes of a header row one by one; quoted ones say nothing.
    struct Finder {
        private enum Place { case fieldStart, inside, quoted, afterQuote }
        private var place = Place.fieldStart
        private var commas = 0
        private var semicolons = 0
        private var tabs = 0
        private var dialect = CSVDialect.standard
        private var isReturnPending = false

        /// Takes the next byte, nil at the end of the file; gives the dialect once it is clear.
        mutating func take(_ byte: UInt8?) -> CSVDialect? {
            if isReturnPending {
                dialect.endsInReturn = byte != 0x0A && byte != nil
                return settled
            }
            guard let byte else { return settled }
            if place == .quoted {
                if byte == 0x22 { place = .afterQuote }
                return nil
            }
            // A quote opens at the start of a field; doubled, it goes on.
            if byte == 0x22, place != .inside {
                place = .quoted
                return nil
            }
            place = [0x2C, 0x3B, 0x09].contains(byte) ? .fieldStart : .inside
            switch byte {
            case 0x2C: commas += 1
            case 0x3B: semicolons += 1
            case 0x09: tabs += 1
            case 0x0D: isReturnPending = true
            case 0x0A: return settled
            default: break
            }
            return nil
        }

        private var settled: CSVDialect {
            var result = dialect
            if commas == 0, semicolons > 0 || tabs > 0 { result.separator = semicolons >= tabs ? 0x3B : 0x09 }
            return result
        }
    }
}
