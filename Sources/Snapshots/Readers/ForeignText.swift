/// Text from a file of foreign origin, made fit to be shown: a terminal obeys some characters.
enum ForeignText {
    /// At most `limit` characters of `text`, those that do not print replaced.
    static func printable(_ text: some Sequence<UInt8>, limit: Int, space: Bool = false) -> String {
        let lowest: UInt8 = space ? 31 : 32
        let characters = text.prefix(limit).map { $0 > lowest && $0 < 127 ? $0 : UInt8(ascii: "?") }
        return String(decoding: characters, as: UTF8.self)
    }
}

extension SnapshotLabel {
    /// The label `name` with a text from a foreign file: at most 64 characters, those that do not print
    /// replaced.
    static func foreign(_ name: String, _ text: some Sequence<UInt8>) -> SnapshotLabel {
        SnapshotLabel(name: name, value: ForeignText.printable(text, limit: 64))
    }
}
