import Files
import PageContent

extension Snapshot {
    /// Why the snapshot is of no use to anybody: it holds no page, or, where `zeros` is not content either, none
    /// but pages of zeros; nil when it holds some.
    /// - Parameter file: what errors name as its source.
    public func emptiness(file: String, zerosCount: Bool = true) -> InputError? {
        if pages.count > 0 {
            let holdsContent =
                zerosCount || (0..<pages.count).contains { !Page.isZero(pages.memory.page($0)) }
            if holdsContent { return nil }
            return InputError(
                file: file,
                "holds \(pages.count) pages of zeros and no others, so that there is nothing to compare",
                remedy: "capture a process or a machine that has done some work")
        }
        var besides: [String] = []
        if pages.zeroMappings > 0 { besides.append("\(pages.zeroMappings) pages of zeros") }
        if !pages.filePages.isEmpty { besides.append("\(pages.filePages.count) clean pages of files") }
        let rest = besides.isEmpty ? "" : "; besides it holds \(besides.joined(separator: " and "))"
        let hint = remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))"
        return InputError(
            file: file, "holds no page that a checkpoint would store\(rest)\(hint)",
            remedy: remarks.isEmpty
                ? "capture a process or a machine that holds memory of its own"
                : "capture it anew, in a way that keeps its pages")
    }

    /// Holds snapshots against each other: each function's must compare with all others.
    /// - Parameters:
    ///   - snapshots: snapshots with what errors name them.
    ///   - places: whether places of pages and of clean pages of files are compared, not only contents.
    /// - Returns: what is to be kept in mind, in sentences.
    /// - Throws: `InputError` for the first that does not compare with the first of all.
    public static func compare(
        _ snapshots: [(file: String, snapshot: Snapshot)], places: Bool
    ) throws(InputError) -> [String] {
        guard let first = snapshots.first else { return [] }
        var warnings: [String] = []
        for (file, snapshot) in snapshots.dropFirst() {
            switch snapshot.provenance.difference(to: first.snapshot.provenance, places: places) {
            case .forbids(let problem, let remedy):
                throw InputError(
                    file: file, "does not compare with \(first.file): it \(problem)", remedy: remedy)
            case .warns(let sentence):
                let warning = "\(file) and \(first.file) are of different origins, \(sentence)"
                if warnings.isEmpty { warnings.append(warning) }
            case nil: continue
            }
        }
        return warnings
    }
}
