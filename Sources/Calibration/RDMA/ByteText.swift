/// Powers of two of bytes, in a few letters.
enum ByteText {
    /// `8 B`, `4 KiB`, `1 MiB`.
    static func short(_ bytes: Int) -> String {
        if bytes >= 1 << 20, bytes % (1 << 20) == 0 { return "\(bytes >> 20) MiB" }
        if bytes >= 1 << 10, bytes % (1 << 10) == 0 { return "\(bytes >> 10) KiB" }
        return "\(bytes) B"
    }
}
