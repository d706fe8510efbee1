/// Looks pages up in a registry, as one thread of a controller does, and keeps the scratch memory that it takes.
package struct RegistryReader {
    private var chooser: BaseChooser

    /// Looks up in `registry`.
    package init(_ registry: Registry) {
        chooser = BaseChooser(registry: registry, choice: .mostShared, preferredBase: nil)
    }

    /// Finds the best base page of each page of `range`, and calls `body` with the page, the number of its base and
    /// the base page; pages without one are left out.
    package mutating func lookUp(
        _ range: Range<Int>, of table: FingerprintTable,
        _ body: (_ page: Int, _ base: Int, _ other: Int) -> Void
    ) {
        let list = CandidateList(for: range, of: table, chooser: &chooser, limit: 1)
        for index in 0..<range.count {
            if let best = list.candidates(of: index).first {
                body(range.lowerBound + index, best.base, best.page)
            }
        }
    }

    /// How many pages of `range` have a base page.
    package mutating func count(_ range: Range<Int>, of table: FingerprintTable) -> Int {
        CandidateList(for: range, of: table, chooser: &chooser, limit: 1).count
    }
}
