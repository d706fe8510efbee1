/// How one kind of value stands in an experiment file: one description for reading and for writing, so that
/// what is printed reads back.
struct Kind<Value> {
    /// What is wanted, for messages: `a duration such as 10 min`.
    let expected: String
    /// The value that a node describes. `base` is the value that it overrides: what the node leaves out stays
    /// as it is there. Faults are noted, and `base` stands in for the value.
    let read: (_ node: ConfigNode, _ base: Value, _ faults: Faults) -> Value
    /// The node that describes a value.
    let write: (Value) -> ConfigNode

    /// A kind of value.
    init(
        _ expected: String, read: @escaping (_ node: ConfigNode, _ base: Value, _ faults: Faults) -> Value,
        write: @escaping (Value) -> ConfigNode
    ) {
        self.expected = expected
        self.read = read
        self.write = write
    }

    /// A kind of value that is one scalar; `parse` throws a remedy or a whole fault.
    init(
        scalar expected: String, parse: @escaping (String) throws(UnitFamily.Fault) -> Value?,
        write: @escaping (Value) -> String
    ) {
        self.init(expected) { node, base, faults in
            guard let text = node.scalar else {
                faults.expected(expected, node)
                return base
            }
            do throws(UnitFamily.Fault) {
                if let value = try parse(text) { return value }
                faults.expected(expected, node)
            } catch {
                faults.add(node, error.problem, remedy: error.remedy)
            }
            return base
        } write: {
            .text(write($0))
        }
    }

    /// The same values, of another type.
    func mapped<Other>(_ wrap: @escaping (Value) -> Other, _ unwrap: @escaping (Other) -> Value) -> Kind<
        Other
    > {
        Kind<Other>(expected) {
            wrap(read($0, unwrap($1), $2))
        } write: {
            write(unwrap($0))
        }
    }

    /// The same kind, of which only values that satisfy `holds` are possible.
    func limited(to limits: String, _ holds: @escaping (Value) -> Bool) -> Kind {
        Kind("\(expected), \(limits)") { node, base, faults in
            let before = faults.errors.count
            let value = read(node, base, faults)
            if faults.errors.count == before, !holds(value) {
                faults.add(node, "\(node.description) is not possible", remedy: "it must be \(limits)")
                return base
            }
            return value
        } write: {
            write($0)
        }
    }

    /// The same kind, where the value may be left out.
    func optional(blank: Value) -> Kind<Value?> {
        Kind<Value?>(expected) { node, base, faults in
            read(node, base ?? blank, faults)
        } write: {
            $0.map(write) ?? ConfigNode(.null)
        }
    }

    /// A list of such values; each begins as `blank`. A list replaces the one it overrides.
    func list(blank: Value) -> Kind<[Value]> {
        Kind<[Value]>("a list of \(expected)") { node, base, faults in
            guard case .list(let nodes) = node.content else {
                faults.expected("a list", node, remedy: "write [ ... ], or lines that begin with '- '")
                return base
            }
            return nodes.map { read($0, blank, faults) }
        } write: {
            .list($0.map(write))
        }
    }
}
