import Files

/// Text as a word of the shell.
enum ShellWord {
    /// The word, in quotes where it needs some. It is looked at scalar by scalar, as the shell reads it: a quote
    /// with a combining mark behind it is one character to Swift, and still a quote to the shell.
    static func quoted(_ text: String) -> String {
        if !text.isEmpty && text.utf8.allSatisfy(isPlain) { return text }
        var word = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" { word += "'\\'" }
            word.unicodeScalars.append(scalar)
        }
        return word + "'"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "/._-+=:,@".utf8.contains(byte)
        }
    }

    /// Whether a text holds what ends a line or moves a terminal's cursor: control characters, and the separators
    /// of lines and paragraphs.
    static func hasControlCharacters(_ text: String) -> Bool {
        text.unicodeScalars.contains { scalar in
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator: true
            default: false
            }
        }
    }
}
