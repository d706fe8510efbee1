/// Headings, prose and tables, for terminals and for Markdown.
struct Page {
    private enum Block {
        case heading(String)
        case prose(String)
        case table(TextTable)
        case space
    }

    private var blocks: [Block] = []

    /// Adds a heading.
    mutating func add(heading: String) { blocks.append(.heading(heading)) }
    /// Adds a line of prose; an empty one adds nothing.
    mutating func add(_ prose: String) { if !prose.isEmpty { blocks.append(.prose(prose)) } }
    /// Adds a table.
    mutating func add(_ table: TextTable) { blocks.append(.table(table)) }

    /// Adds room before what follows.
    mutating func addSpace() { blocks.append(.space) }

    /// Aligned text whose tables are at most `width` columns of characters wide; prose is broken there too.
    func text(width: Int) -> String {
        var text = ""
        for (index, block) in blocks.enumerated() {
            switch block {
            case .heading(let heading):
                if index > 0 { text += "\n" }
                text += Page.wrapped(heading, width: width)
            case .prose(let prose): text += Page.wrapped(prose, width: width)
            case .table(let table): text += table.text(width: width)
            case .space: text += "\n"
            }
        }
        return text
    }

    /// Markdown, with headings of this level.
    func markdown(level: Int = 3) -> String {
        var parts: [String] = []
        for block in blocks {
            switch block {
            case .heading(let heading):
                parts.append("\(String(repeating: "#", count: level)) \(Markdown.escaped(heading))\n")
            case .prose(let prose): parts.append(Markdown.escaped(prose) + "\n")
            case .table(let table): parts.append(table.markdown)
            case .space: break
            }
        }
        return parts.joined(separator: "\n")
    }

    /// The text in lines of at most `width` characters, as far as its words allow.
    static func wrapped(_ text: String, width: Int) -> String {
        var result = ""
        var column = 0
        for word in text.split(separator: " ") {
            if column > 0 && column + 1 + word.count > width {
                result += "\n"
                column = 0
            } else if column > 0 {
                result += " "
                column += 1
            }
            result += word
            column += word.count
        }
        return result + "\n"
    }
}
