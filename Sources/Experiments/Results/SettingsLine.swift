extension Experiment {
    /// The settings that most change results, in words and values, for printing under a table. The policies
    /// are not among them: they are what variants differ in.
    public var settingsInBrief: String {
        let node = resolvedNode
        var words: [String] = []
        for key in ["sandbox", "waiting", "contention", "measurement"] {
            words += (node[key].map { SettingsLine.flat($0, name: key) }) ?? []
        }
        if let layout = node["workload"]?["layout"] { words += SettingsLine.flat(layout, name: "layout") }
        return words.joined(separator: ", ")
    }
}

private enum SettingsLine {
    /// `name value` for each scalar; a nested one goes by its own name.
    static func flat(_ node: ConfigNode, name: String) -> [String] {
        if let entries = node.entries { return entries.flatMap { flat($0.value, name: $0.key) } }
        return node.scalar.map { ["\(name) \($0)"] } ?? []
    }
}
