import Machine

/// A setting of the whole machine that has a value of ours for as long as this lives, and its own again afterwards; also
/// when this process is killed: see `MachineUndo`.
final class KernelSetting {
    private let path: String
    /// What it was before.
    let before: String
    private var pledge: MachineUndo.Pledge?

    /// Sets the file of /proc or /sys at `path` to `text`.
    /// - Throws: `PartUnavailable` with `refusal` when it is not there or does not take the value.
    init(_ path: String, _ text: String, refusal: String) throws(PartUnavailable) {
        guard let before = SystemFile.text(path) else { throw PartUnavailable(refusal) }
        self.path = path
        self.before = before
        if before == text { return }
        pledge = MachineUndo.pledge(.write(before, to: path))
        if SystemFile.write(text, to: path) { return }
        pledge.take()?.settle()
        throw PartUnavailable(refusal)
    }

    deinit {
        guard let pledge = pledge.take() else { return }
        _ = SystemFile.write(before, to: path)
        pledge.settle()
    }
}
