extension Check {
    /// The check as JUnit XML, which GitLab, Jenkins and actions for GitHub read: a suite for each point, in it a
    /// case for each policy and metric, and one for each thing that the results lack.
    public var junit: String {
        let failures = items.count { $0.verdict.isFailure } + missing.count
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        text += "<testsuites name=\"pagefold check\" tests=\"\(items.count + missing.count)\""
        text += " failures=\"\(failures)\" errors=\"0\">\n"
        for point in baseline.points { text += suite(of: point.settings) }
        if !missing.isEmpty {
            text += Check.open(
                "\(baseline.experiment): missing", tests: missing.count, failures: missing.count)
            for line in missing {
                text += "    <testcase classname=\"\(XML.escaped(baseline.experiment)).missing\""
                text += " name=\"\(XML.escaped(line))\">\n"
                text +=
                    "      <failure message=\"missing in the store\" type=\"missing\"/>\n    </testcase>\n"
            }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private func suite(of point: SweepPoint) -> String {
        let items = items.filter { $0.point == point }
        let name = "\(baseline.experiment)\(point.settings.isEmpty ? "" : ": \(point.label)")"
        var text = Check.open(name, tests: items.count, failures: items.count { $0.verdict.isFailure })
        for item in items { text += testCase(item, suite: name) }
        return text + "  </testsuite>\n"
    }

    private static func open(_ name: String, tests: Int, failures: Int) -> String {
        "  <testsuite name=\"\(XML.escaped(name))\" tests=\"\(tests)\" failures=\"\(failures)\""
            + " errors=\"0\" skipped=\"0\">\n"
    }

    private func testCase(_ item: Item, suite: String) -> String {
        // Jenkins takes what stands before the last dot for a package, so dots of numbers become commas.
        let place = "\(suite).\(item.policy)".map { $0 == "." ? "," : String($0) }.joined()
        var text = "    <testcase classname=\"\(XML.escaped(place))\" name=\"\(XML.escaped(item.metric))\""
        let message = XML.escaped(item.message)
        if item.verdict.isFailure {
            text += ">\n      <failure message=\"\(message)\" type=\"\(item.verdict.rawValue)\">"
            text += "\(XML.escaped("\(suite), \(item.policy), \(item.metric)")): \(message)</failure>\n"
            text += "    </testcase>\n"
        } else if item.verdict == .identical || item.verdict == .noValue {
            text += "/>\n"
        } else {
            text += ">\n      <system-out>\(message)</system-out>\n    </testcase>\n"
        }
        return text
    }
}

/// Texts in XML 1.0.
enum XML {
    /// The text for content and for attributes between double quotes. Characters that XML cannot have become
    /// U+FFFD.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n": result += "&#10;"
            case "\t": result += "&#9;"
            case "\r": result += "&#13;"
            default:
                let isPossible = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                result.unicodeScalars.append(isPossible ? scalar : "\u{FFFD}")
            }
        }
        return result
    }
}
