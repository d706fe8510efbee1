import Files

extension Experiment {
    /// An error that a run or a workload met, with the place in the experiment file that it is about.
    ///
    /// Such errors begin with the path of a setting where one is to blame, as in `workload.poisson.rate gives …`. The
    /// place is that of the setting, or of the nearest mapping around it that the file has: a default has none.
    /// - Parameter variant: whose run it was; nil for the workload.
    func placed(_ error: InputError, in variant: Variant? = nil) -> InputError {
        guard error.file.isEmpty else { return error }
        var placed = error
        if let variant, namesVariants { placed.problem = "variant '\(variant.name)': \(error.problem)" }
        switch origin(of: Self.path(beginning: error.problem), in: variant) {
        case .line(let line)?:
            placed.file = file
            placed.line = line
        case .option(let option)?: placed.problem = "\(option): \(placed.problem)"
        case nil, .some(.none):
            placed.file = file
            if case .line(let line)? = variant?.origin { placed.line = line }
        }
        return placed
    }

    /// The names of the path that `problem` begins with: `cluster.nodes[0].count is 0` has four. None where it begins
    /// with a word.
    private static func path(beginning problem: String) -> [String] {
        let word = problem.prefix { $0.isLetter || $0.isNumber || "-_.[]".contains($0) }
        guard word.contains(".") else { return [] }
        return word.split { ".[]".contains($0) }.map(String.init)
    }

    /// Where a variant says something of the setting at `path`, or else the part of the file that all share.
    private func origin(of path: [String], in variant: Variant?) -> ConfigNode.Origin? {
        var roots = [tree]
        if let variant, let own = tree["policies"]?[variant.name] { roots.insert(own, at: 0) }
        for root in roots {
            var node = root
            var depth = 0
            while depth < path.count, let next = node.child(path[depth]) {
                node = next
                depth += 1
            }
            if depth > 0 { return node.origin }
        }
        return nil
    }
}

extension ConfigNode {
    /// The value that `name` names in a mapping, or numbers in a list.
    fileprivate func child(_ name: String) -> ConfigNode? {
        if case .list(let values) = content, let index = Int(name), values.indices.contains(index) {
            return values[index]
        }
        return self[name]
    }
}
