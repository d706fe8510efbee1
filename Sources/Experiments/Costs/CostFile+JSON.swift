import HardwareCosts

extension CostSet {
    /// The set as a costs file in JSON; read again, it is the same set.
    public var jsonText: String { CostSet.json(Kind<CostSet>.costSet.write(self)).text }

    /// The model of the cost of `primitive` as files spell it, on one line; nil when there is none.
    public func modelText(of primitive: CostPrimitive) -> String? {
        costs[primitive].map { YAMLWriter.inline(Kind<_>.costModel(of: primitive).write($0.model)) }
    }

    private static func json(_ node: ConfigNode) -> JSONValue {
        switch node.content {
        case .null: .null
        case .scalar(let text, quoted: false) where text == "true" || text == "false": .bool(text == "true")
        case .scalar(let text, quoted: false):
            if let whole = UInt64(text), String(whole) == text {
                .whole(whole)
            } else if let number = Double(text), number.isFinite, text.first != "." {
                .number(number)
            } else {
                .string(text)
            }
        case .scalar(let text, quoted: true): .string(text)
        case .list(let values): .array(values.map(json))
        case .mapping(let entries): .object(entries.map { ($0.key, json($0.value)) })
        }
    }
}
