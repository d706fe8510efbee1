import Foundation
import Testing

@testable import Experiments

@Suite struct ReportTests {
    private static let picture = ReportFigure(
        title: "Memory", caption: "Read it so.", alternative: "A \"curve\"", notes: ["2 of 3 points."],
        svg: Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8))

    private static func pages() throws -> [String] {
        [
            try reportInput(),
            try reportInput(figures: [picture]),
            try reportInput(memories: ["8 GiB", "16 GiB", "32 GiB"], figures: [picture]),
            try reportInput(replicates: 1),
            try reportInput(policies: ["default"]),
            try reportInput(question: "", memories: (1...80).map { "\($0) GiB" }),
        ].map { Report($0).html }
    }

    @Test func everyElementOfAPageIsClosed() throws {
        for page in try Self.pages() {
            let read = StrictHTML(page)
            #expect(read.problem == nil)
            #expect(read.elements.count > 50)
        }
    }

    @Test func theStrictReaderSeesWhatIsNotClosed() {
        #expect(StrictHTML("<p><b>a</p></b>").problem != nil)
        #expect(StrictHTML("<p>").problem != nil)
        #expect(StrictHTML("<p title=\"a\">b</p>").problem == nil)
    }

    @Test func aPageLoadsNothingFromAnywhere() throws {
        for page in try Self.pages() {
            for element in StrictHTML(page).elements {
                #expect(!["script", "link", "iframe", "object", "base", "form"].contains(element.name))
                for (name, value) in element.attributes {
                    #expect(!value.contains("//") || value.hasPrefix("data:"), "\(name)=\(value.prefix(60))")
                    #expect(!name.hasPrefix("on"))
                    if name == "src" { #expect(value.hasPrefix("data:image/svg+xml;base64,")) }
                    if name == "href" { #expect(value.hasPrefix("#")) }
                }
            }
            #expect(!reportStyleSheet.contains("url(") && !reportStyleSheet.contains("@import"))
        }
    }

    @Test func linksOfAPageLeadToItsParts() throws {
        let elements = StrictHTML(try Self.pages()[0]).elements
        let ids = elements.flatMap(\.attributes).filter { $0.0 == "id" }.map { "#\($0.1)" }
        let links = elements.flatMap(\.attributes).filter { $0.0 == "href" }.map(\.1)
        #expect(Set(ids).count == ids.count)
        #expect(!links.isEmpty && Set(links).isSubset(of: ids))
    }

    @Test func hostileTextStaysText() throws {
        let evil = "</title><script>alert('1')</script><img src=x onerror=\"a()\">&\u{0}\u{202E}"
        var input = try reportInput(
            name: evil, question: evil, policies: [evil, "\(evil)2"], memories: [evil, "16 GiB"],
            definition: "policies: \(evil)\n</pre>\(evil)",
            figures: [
                ReportFigure(
                    title: evil, caption: evil, alternative: evil, notes: [evil], svg: Array(evil.utf8))
            ])
        input.version = evil
        input.workloads = [
            ReportWorkload(
                title: evil, applications: 1, functions: 1, horizonSeconds: .nan, inputs: [(evil, evil)],
                warnings: [evil])
        ]
        let page = Report(input).html
        let read = StrictHTML(page)
        #expect(read.problem == nil)
        #expect(!page.contains("<script") && !page.contains("<img src=x"))
        #expect(!page.unicodeScalars.contains("\0") && !page.unicodeScalars.contains("\u{202E}"))
        #expect(read.elements.count { $0.name == "img" } == 1)
        #expect(page.contains("&lt;script&gt;"))
        #expect(page.contains("pagefold sweep title--script-alert--1----script--img-src-x-onerror"))
    }

    @Test func aPageWithoutFiguresSaysSo() throws {
        var input = try reportInput()
        input.figureProblem = "python3 cannot be started"
        #expect(Report(input).html.contains("This report has no figures: python3 cannot be started"))
        #expect(!Report(try reportInput(figures: [Self.picture])).html.contains("has no figures"))
    }

    @Test func findingsNameTheBestWithItsIntervalAndWhatMayBeChance() throws {
        let page = Report(try reportInput()).html
        #expect(page.contains("<strong>greedy</strong> is best, at 4.4"))
        #expect(page.contains("less than fixed (interval of the difference: \u{2212}"))
        #expect(page.contains("Not significant, so perhaps chance, are these differences to fixed"))
        let alone = Report(try reportInput(replicates: 1)).html
        #expect(alone.contains("One replicate only: every difference below may be chance."))
        #expect(!alone.contains("Not significant, so"))
        let swept = Report(try reportInput(memories: ["8 GiB", "16 GiB"])).html
        #expect(swept.contains("<strong>greedy</strong> has the best mean at 2 of 2 points, clearly at all"))
    }

    @Test func headersOfTablesSayWhatTheyHead() throws {
        for page in try Self.pages() {
            let headers = StrictHTML(page).elements.filter { $0.name == "th" }
            #expect(!headers.isEmpty)
            for header in headers {
                #expect(["col", "row"].contains(header.attributes.first { $0.0 == "scope" }?.1))
            }
        }
        let page = try Self.pages()[1]
        #expect(page.contains("<html lang=\"en\">") && page.contains("alt=\"A &quot;curve&quot;\""))
    }

    @Test func settingsInWhichPoliciesDifferAreListed() {
        let text = """
            measurement: {warm-up: 6 h}
            idle: {policy: fixed, keep-alive: 20 min}
            reclaim: lru
            policies:
              fixed: {idle: {policy: fixed, keep-alive: 10 min}, placement: random}
              plain: {placement: random}
              greedy: {idle: forever, placement: random, reclaim: greedy-dual}
            """
        let settings = DefinitionSettings(text)
        #expect(settings.value(at: "measurement.warm-up") == "6 h")
        #expect(
            settings.differences(between: ["fixed", "plain", "greedy"]) == [
                .init(path: "idle.policy", values: ["fixed", "fixed", "forever"]),
                .init(path: "idle.keep-alive", values: ["10 min", "20 min", nil]),
                .init(path: "reclaim", values: ["lru", "lru", "greedy-dual"]),
            ])
        #expect(DefinitionSettings("[: broken").differences(between: ["a", "b"]).isEmpty)
    }

    @Test func base64IsThatOfRFC4648() {
        let known = ["": "", "f": "Zg==", "fo": "Zm8=", "foo": "Zm9v", "foobar": "Zm9vYmFy"]
        for (plain, coded) in known { #expect(Base64.text(Array(plain.utf8)) == coded) }
        let bytes = (0...255).map { UInt8($0) }
        #expect(Base64.text(bytes) == Data(bytes).base64EncodedString())
    }
}
