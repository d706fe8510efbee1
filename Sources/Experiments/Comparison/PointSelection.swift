import Files
import Workload

extension SweepResults {
    /// The numbers of the points that one of `selectors` names, in the order of the sweep; without any
    /// selector, of all points.
    ///
    /// A selector is a point's number, as in the store, or settings with commas between, `memory=16 GiB`:
    /// then it names all points with these settings. Of a path the end is enough.
    /// - Throws: `InputError` for a selector that names no point.
    public func points(selectedBy selectors: [String]) throws -> [Int] {
        if selectors.isEmpty { return Array(points.indices) }
        var chosen: Set<Int> = []
        for selector in selectors { chosen.formUnion(try points(selectedBy: selector)) }
        return points.indices.filter(chosen.contains)
    }

    private func points(selectedBy selector: String) throws -> [Int] {
        if let number = Int(selector) {
            if points.indices.contains(number) { return [number] }
            throw InputError(
                "there is no point \(number)", remedy: "the points are 0 to \(points.count - 1)")
        }
        let conditions = try selector.split(separator: ",").map { try condition($0) }
        let found = points.indices.filter { point in
            conditions.allSatisfy { points[point].settings[$0.setting].value == $0.value }
        }
        if conditions.isEmpty || found.isEmpty {
            throw InputError(
                "there is no point '\(selector)'",
                remedy: "give the number of a point, or settings such as \(example)")
        }
        return found
    }

    private var example: String {
        points.first?.settings.map { "\($0.path)=\($0.value)" }.joined(separator: ",") ?? ""
    }

    /// Which setting a selector means, and the value that it wants.
    private func condition(_ text: Substring) throws -> (setting: Int, value: String) {
        guard let equals = text.firstIndex(of: "=") else {
            throw InputError(
                "'\(text)' names no point",
                remedy: "give the number of a point, or settings such as \(example)")
        }
        let name = String(text[..<equals].trimmed)
        let value = String(text[text.index(after: equals)...].trimmed)
        let paths = (points.first?.settings ?? []).map(\.path)
        guard
            let setting = paths.firstIndex(of: name) ?? paths.firstIndex(where: { $0.hasSuffix(".\(name)") })
        else {
            throw InputError(
                "no setting '\(name)' is swept",
                remedy: Suggestion.remedy(for: name, among: settingNames + paths))
        }
        var seen: Set<String> = []
        let values = points.map { $0.settings[setting].value }.filter { seen.insert($0).inserted }
        guard values.contains(value) else {
            throw InputError(
                "no point has \(paths[setting]) = '\(value)'",
                remedy: Suggestion.remedy(for: value, among: values))
        }
        return (setting, value)
    }

    /// Short names of the swept settings, where they stay different; else whole paths.
    var settingNames: [String] {
        let paths = (points.first?.settings ?? []).map(\.path)
        let short = paths.map { path in
            path.split(separator: ".").last { $0.contains { !$0.isNumber } }.map(String.init) ?? path
        }
        return Set(short).count == short.count ? short : paths
    }
}
