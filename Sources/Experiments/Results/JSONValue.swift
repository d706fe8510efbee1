import Files

/// A JSON document whose text is a function of its content: members stay in order, numbers are the shortest
/// that read back as the same.
public enum JSONValue: Sendable {
    /// Nothing.
    case null
    /// True or false.
    case bool(Bool)
    /// A whole number.
    case whole(UInt64)
    /// A number; what is not finite is written as null.
    case number(Double)
    /// A text.
    case string(String)
    /// Values in order.
    case array([JSONValue])
    /// Values by name, in order.
    case object([(String, JSONValue)])

    /// The document, indented, the last line ended.
    public var text: String {
        var text = ""
        write(indent: 0, into: &text)
        return text + "\n"
    }

    /// The document on one line, which is not ended.
    public var compactText: String {
        var text = ""
        writeCompact(into: &text)
        return text
    }

    private func writeCompact(into text: inout String) {
        switch self {
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.writeCompact(into: &text)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                JSONValue.quote(member.0, into: &text)
                text += ":"
                member.1.writeCompact(into: &text)
            }
            text += "}"
        default: write(indent: 0, into: &text)
        }
    }

    /// The value as a number; nil for what is none.
    var double: Double? {
        switch self {
        case .whole(let value): Double(value)
        case .number(let value): value.isFinite ? value : nil
        default: nil
        }
    }

    private func write(indent: Int, into text: inout String) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .whole(let value): text += "\(value)"
        case .number(let value): text += value.isFinite ? "\(value)" : "null"
        case .string(let value): JSONValue.quote(value, into: &text)
        case .array(let values):
            JSONValue.write(values, open: "[", close: "]", indent: indent, into: &text) { value, text in
                value.write(indent: indent + 2, into: &text)
            }
        case .object(let members):
            JSONValue.write(members, open: "{", close: "}", indent: indent, into: &text) { member, text in
                JSONValue.quote(member.0, into: &text)
                text += ": "
                member.1.write(indent: indent + 2, into: &text)
            }
        }
    }

    private static func write<Item>(
        _ items: [Item], open: String, close: String, indent: Int, into text: inout String,
        item: (Item, inout String) -> Void
    ) {
        text += open
        for (index, value) in items.enumerated() {
            text += (index == 0 ? "\n" : ",\n") + String(repeating: " ", count: indent + 2)
            item(value, &text)
        }
        if !items.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
        text += close
    }

    private static func quote(_ value: String, into text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if scalar.isObeyed {
                    let digits = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}

extension JSONValue {
    /// A value of an experiment file: numbers and flags as such, the rest as text.
    package init(_ node: ConfigNode) {
        switch node.content {
        case .null: self = .null
        case .scalar(let text, let quoted): self = JSONValue.scalar(text, quoted: quoted)
        case .list(let values): self = .array(values.map(JSONValue.init))
        case .mapping(let entries): self = .object(entries.map { ($0.key, JSONValue($0.value)) })
        }
    }

    private static func scalar(_ text: String, quoted: Bool) -> JSONValue {
        if quoted { return .string(text) }
        if text == "true" || text == "false" { return .bool(text == "true") }
        var rest = text[...]
        guard let number = ExactDecimal(prefixOf: &rest), rest.isEmpty else { return .string(text) }
        return number.whole(times: 1).map { .whole($0) } ?? .number(number.double)
    }
}
