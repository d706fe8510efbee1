import PageContent

/// How many pages of the mean sandbox each page of one recorded sandbox stands for.
///
/// Records are of one pair of instances, class rows the mean over several, and pairs differ by up to some points of
/// saving. So recorded pages are weighted until, against each base function, patches of each level are as frequent as
/// in the class rows (raking, or iterative proportional fitting: Deming and Stephan 1940). What is left between the two
/// fidelities is then how base pages are chosen, not which sandbox was looked at.
enum PageWeights {
    private static let rounds = 10

    /// The level of a recorded patch. Records do not tell a futile patch from none.
    static func level(of step: UInt8) -> PatchLevel {
        step >= SharedChunkRecords.unmeasured
            ? .none : PatchLevel(size: Int(step) * SharedChunkRecords.resolution)
    }

    /// The weight of each page that is not zero, whose weight is 1, of a target whose patches against `functions` base
    /// functions are `patches`; 0 for pages of zeros.
    static func weights(_ patches: [UInt8], functions: Int, as classes: PageClasses) -> [Double] {
        let pages = patches.count / functions
        var weights = (0..<pages).map {
            patches[$0 * functions] == SharedChunkRecords.zeroPage ? 0.0 : 1.0
        }
        for _ in 0..<rounds {
            for base in 0..<functions where classes.isMeasured(with: base) {
                var recorded = [Double](repeating: 0, count: PatchLevel.allCases.count)
                for page in 0..<pages where weights[page] > 0 {
                    recorded[Int(level(of: patches[page * functions + base]).rawValue)] += weights[page]
                }
                let wanted = classes.levelCounts(against: base)
                let factors = zip(wanted, recorded).map { $1 > 0 ? $0 / $1 : 0 }
                for page in 0..<pages where weights[page] > 0 {
                    weights[page] *= factors[Int(level(of: patches[page * functions + base]).rawValue)]
                }
            }
        }
        return weights
    }
}
