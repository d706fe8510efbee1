/// A setting of the whole machine that has a value of ours for as long as this lives, and its own again afterwards.
final class KernelSetting {
    private let path: String
    /// What it was before.
    let before: String
    private let isChanged: Bool

    /// Sets the file of /proc or /sys at `path` to `text`.
    /// - Throws: `PartUnavailable` with `refusal` when it is not there or does not take the value.
    init(_ path: String, _ text: String, refusal: String) throws(PartUnavailable) {
        guard let before = SystemFile.text(path) else { throw PartUnavailable(refusal) }
        self.path = path
        self.before = before
        isChanged = before != text
        if isChanged, !SystemFile.write(text, to: path) { throw PartUnavailable(refusal) }
    }

    deinit {
        if isChanged { _ = SystemFile.write(before, to: path) }
    }
}
