/// Text of files that people write.
package enum PlainText {
    /// The text in `bytes`, which came from `path`, without a byte order mark.
    /// - Throws: `InputError` that names what it is instead of UTF-8 text, or the first line that is none.
    package static func decode(_ bytes: [UInt8], path: String) throws(InputError) -> String {
        let kind = bytes.withUnsafeBytes { bytes in
            ContentKind(head: UnsafeRawBufferPointer(rebasing: bytes.prefix(512)))
        }
        if let kind { throw kind.refusal(of: path) }
        let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        guard let text = String(validating: bytes[start...], as: UTF8.self) else {
            throw InputError(
                file: path, line: lineOfDamage(bytes), "the text is not UTF-8",
                remedy: "save it as UTF-8, or convert it: iconv -f ISO-8859-1 -t UTF-8 FILE > NEWFILE")
        }
        return text
    }

    /// `text` without a byte order mark at its start.
    package static func withoutMark(_ text: String) -> Substring {
        // By scalars: a mark joins the character after it to one.
        text.unicodeScalars.first == "\u{FEFF}" ? Substring(text.unicodeScalars.dropFirst()) : text[...]
    }

    /// The line of the first byte that is not UTF-8, from 1.
    private static func lineOfDamage(_ bytes: [UInt8]) -> Int {
        var line = 1
        for row in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            if String(validating: row, as: UTF8.self) == nil { return line }
            line += 1
        }
        return line
    }
}
