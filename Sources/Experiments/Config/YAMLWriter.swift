/// Writes configuration nodes as YAML that reads back as the same nodes.
enum YAMLWriter {
    /// The lines of `node`, the last one ended.
    static func text(_ node: ConfigNode) -> String {
        var text = ""
        write(node, indent: 0, into: &text)
        return text
    }

    private static func write(_ node: ConfigNode, indent: Int, into text: inout String) {
        let margin = String(repeating: " ", count: indent)
        switch node.content {
        case .mapping(let entries) where !entries.isEmpty:
            for entry in entries {
                text += margin + scalar(entry.key) + ":"
                writeValue(entry.value, indent: indent, into: &text)
            }
        case .list(let values) where !values.isEmpty:
            for value in values {
                text += margin + "-"
                writeValue(value, indent: indent, into: &text)
            }
        default: text += margin + inline(node) + "\n"
        }
    }

    private static func writeValue(_ node: ConfigNode, indent: Int, into text: inout String) {
        let short = inline(node)
        if isFlat(node) && short.utf8.count + indent <= 80 || short == "{}" || short == "[]" {
            text += " " + short + "\n"
        } else {
            text += "\n"
            write(node, indent: indent + 2, into: &text)
        }
    }

    /// Whether a node goes on one line: a scalar, or a small thing made of scalars.
    private static func isFlat(_ node: ConfigNode) -> Bool {
        switch node.content {
        case .null, .scalar: return true
        case .list(let values): return values.allSatisfy { $0.scalar != nil }
        case .mapping(let entries):
            return entries.count <= 3 && entries.allSatisfy { isFlat($0.value) }
        }
    }

    /// The node on one line.
    static func inline(_ node: ConfigNode) -> String {
        switch node.content {
        case .null: return "null"
        case .scalar(let text, _): return scalar(text)
        case .list(let values): return "[" + values.map(inline).joined(separator: ", ") + "]"
        case .mapping(let entries):
            return "{" + entries.map { scalar($0.key) + ": " + inline($0.value) }.joined(separator: ", ")
                + "}"
        }
    }

    /// The text, in quotes where YAML needs them.
    private static func scalar(_ text: String) -> String {
        let inner: (UInt8) -> Bool = { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "/"),
                UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: " "):
                return true
            default: return byte >= 0x80
            }
        }
        let bytes = Array(text.utf8)
        let safeStart = bytes.first.map { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: " ") } ?? false
        let safe = safeStart && bytes.last != UInt8(ascii: " ") && bytes.allSatisfy(inner)
        if safe && !["null", "~"].contains(text)
            && text.unicodeScalars.allSatisfy({ $0.isASCII || isPrintable($0) })
        {
            return text
        }
        return quoted(text)
    }

    /// Whether YAML and a terminal both take the character as it is.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0xA0 && !scalar.isObeyed && scalar.value != 0xFEFF
            && !(0x2028...0x2029).contains(scalar.value)
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            default:
                if scalar.value >= 0x20 && scalar.value < 0x7F || isPrintable(scalar) {
                    result.unicodeScalars.append(scalar)
                } else {
                    let digits = String(scalar.value, radix: 16)
                    result += "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
                }
            }
        }
        return result + "\""
    }
}
