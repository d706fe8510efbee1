/// A piece of an HTML page. Text and attributes are escaped and elements closed by construction.
indirect enum HTMLNode: Sendable {
    /// Text as it should be read.
    case text(String)
    /// An element with attributes and content.
    case element(String, [(String, String)], [HTMLNode])
    /// The page's own style sheet: never anything from outside.
    case style(String)

    /// Elements without content and end tag.
    private static let void: Set<String> = ["meta", "img", "br", "hr"]

    /// Appends the markup.
    func write(to text: inout String) {
        switch self {
        case .text(let content): text += HTMLNode.escaped(content)
        case .style(let sheet): text += "<style>\n\(sheet)</style>\n"
        case .element(let name, let attributes, let children):
            text += "<\(name)"
            for (attribute, value) in attributes { text += " \(attribute)=\"\(HTMLNode.escaped(value))\"" }
            text += ">"
            if HTMLNode.void.contains(name) { return }
            for child in children { child.write(to: &text) }
            text += "</\(name)>"
            if HTMLNode.blocks.contains(name) { text += "\n" }
        }
    }

    private static let blocks: Set<String> = [
        "head", "title", "header", "main", "footer", "section", "h1", "h2", "h3", "p", "ul", "li", "dl", "dd",
        "table", "thead", "tbody", "tr", "figure", "div", "details", "summary", "pre",
    ]

    /// Text without what has a meaning in HTML, and without characters that HTML forbids.
    static func escaped(_ text: String) -> String {
        var result = ""
        result.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case "\0"..<" ", "\u{7F}"..<"\u{A0}": result += "\u{FFFD}"
            // Marks that turn the direction of what follows could disguise it.
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension HTMLNode: ExpressibleByStringInterpolation {
    /// Text.
    init(stringLiteral value: String) { self = .text(value) }

    /// An element with a class or without.
    static func tag(_ name: String, class style: String? = nil, _ children: HTMLNode...) -> HTMLNode {
        .element(name, style.map { [("class", $0)] } ?? [], children)
    }

    /// An element with content made elsewhere.
    static func tag(_ name: String, class style: String? = nil, all children: [HTMLNode]) -> HTMLNode {
        .element(name, style.map { [("class", $0)] } ?? [], children)
    }

    /// A part of the page that can be opened.
    static func details(_ summary: String, isOpen: Bool = false, _ children: [HTMLNode]) -> HTMLNode {
        .element("details", isOpen ? [("open", "")] : [], [.tag("summary", .text(summary))] + children)
    }

    /// A table that scrolls by itself on a narrow screen: the first row and the first `labels` cells of each
    /// other row are headers.
    static func table(_ caption: [HTMLNode], head: [HTMLNode], labels: Int, rows: [[HTMLNode]]) -> HTMLNode {
        let top = head.map { HTMLNode.element("th", [("scope", "col")], [$0]) }
        let body = rows.map { row in
            HTMLNode.tag(
                "tr",
                all: row.enumerated().map { place, cell in
                    place < labels ? .element("th", [("scope", "row")], [cell]) : .tag("td", cell)
                })
        }
        let table = HTMLNode.tag(
            "table", .tag("caption", all: caption), .tag("thead", .tag("tr", all: top)),
            .tag("tbody", all: body))
        return .element("div", [("class", "wide"), ("tabindex", "0")], [table])
    }
}
