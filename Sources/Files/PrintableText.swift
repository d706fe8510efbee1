extension Unicode.Scalar {
    /// Whether a terminal obeys this character instead of showing it, or it disguises what stands beside it: control
    /// characters, marks that turn the direction of text, and what is not a character at all.
    package var isObeyed: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0: true
        case 0x202A...0x202E, 0x2066...0x2069, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}

extension String {
    /// The text as it may go to a terminal: line ends and tabs stay, whatever else a terminal would obey is spelled out,
    /// such as `\u{1B}` for the escape character. Names come from files that others wrote.
    package var printable: String { spelled { $0.isObeyed && $0 != "\n" && $0 != "\t" } }

    /// The same on one line: line ends and tabs are spelled out too.
    package var printableLine: String { spelled(\.isObeyed) }

    private func spelled(_ isForbidden: (Unicode.Scalar) -> Bool) -> String {
        // Nearly all texts have nothing of it, and a look at the bytes tells: only these begin what is forbidden.
        let suspects = utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 || $0 == 0xE2 || $0 == 0xEF }
        guard suspects, unicodeScalars.contains(where: isForbidden) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if isForbidden(scalar) {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Bytes from outside, such as a file's name, as a text that can be shown: what is not UTF-8 is spelled out, as
    /// `\xFF`.
    package static func printable(bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text.printableLine }
        var text = ""
        for byte in bytes {
            if (0x20..<0x7F).contains(byte) {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
