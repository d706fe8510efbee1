/// A sweep on one page of HTML that needs nothing else: what was asked, what was compared, what came out, and
/// how to run it again.
///
/// The page loads nothing from anywhere, and everything that comes from the store is escaped. It is a function
/// of its input: no date, no machine.
public struct Report: Sendable {
    let input: ReportInput

    /// A report of these results.
    public init(_ input: ReportInput) { self.input = input }

    var results: SweepResults { input.comparison.results }

    /// The page.
    public var html: String {
        var text = "<!DOCTYPE html>\n"
        page.write(to: &text)
        return text
    }

    private var page: HTMLNode {
        .element(
            "html", [("lang", "en")],
            [
                .tag(
                    "head", .element("meta", [("charset", "utf-8")], []),
                    .element(
                        "meta", [("name", "viewport"), ("content", "width=device-width, initial-scale=1")], []
                    ),
                    .element("meta", [("name", "color-scheme"), ("content", "light dark")], []),
                    .tag("title", "\(results.experiment) · Pagefold"), .style(reportStyleSheet)),
                .tag("body", heading, contents, .tag("main", all: sections.map(\.node)), foot),
            ])
    }

    private var heading: HTMLNode {
        var parts: [HTMLNode] = [.tag("h1", .text(results.experiment))]
        if !results.question.isEmpty { parts.append(.tag("p", class: "question", .text(results.question))) }
        parts.append(.tag("p", class: "quiet", .text(scale)))
        return .tag("header", all: parts)
    }

    /// The size of the sweep in a line.
    private var scale: String {
        [
            Report.count(results.policies.count, "policy", "policies"),
            results.points.count > 1 ? Report.count(results.points.count, "point", "points") : "",
            Report.count(results.replicates, "replicate", "replicates"), "Pagefold \(input.version)",
        ].filter { !$0.isEmpty }.joined(separator: " · ")
    }

    private var contents: HTMLNode {
        let links = sections.map { section in
            HTMLNode.tag("li", .element("a", [("href", "#\(section.id)")], [.text(section.title)]))
        }
        return .element("nav", [("aria-label", "Contents")], [.tag("ul", all: links)])
    }

    private struct Section {
        var id: String
        var title: String
        var content: [HTMLNode]
        var node: HTMLNode {
            .element("section", [("id", id)], [.tag("h2", .text(title))] + content)
        }
    }

    private var sections: [Section] {
        [
            Section(id: "findings", title: "Key findings", content: findings),
            Section(id: "setup", title: "What was compared", content: setup),
            Section(id: "tables", title: "Results", content: tables),
            Section(id: "figures", title: "Figures", content: figures),
            Section(id: "reproduce", title: "How to reproduce", content: reproduction),
        ]
    }

    private var figures: [HTMLNode] {
        if input.figures.isEmpty {
            let reason = input.figureProblem.map { ": \($0)" } ?? "."
            return [.tag("p", class: "warning", "This report has no figures\(reason)")]
        }
        return input.figures.map { figure in
            let source = "data:image/svg+xml;base64,\(Base64.text(figure.svg))"
            let picture = HTMLNode.element("img", [("src", source), ("alt", figure.alternative)], [])
            let notes = figure.notes.map { HTMLNode.text(" \($0)") }
            return .tag(
                "figure", .element("div", [("class", "wide picture"), ("tabindex", "0")], [picture]),
                .tag(
                    "figcaption",
                    all: [.tag("strong", "\(figure.title). "), .text(figure.caption)] + notes))
        }
    }

    private var foot: HTMLNode {
        .tag("footer", class: "quiet", "Written by Pagefold \(pagefoldVersion).")
    }

    /// `1 policy`, `3 policies`.
    static func count(_ number: Int, _ one: String, _ many: String) -> String {
        "\(Decimal.grouped(UInt64(max(0, number)))) \(number == 1 ? one : many)"
    }
}
