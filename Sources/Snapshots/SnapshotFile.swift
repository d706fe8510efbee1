import Files
import PageContent

/// The file that holds a snapshot: `.pfsnap`, private to its owner.
public enum SnapshotFile {
    /// Opens the snapshot at `path`; its pages stay in the file, which is mapped into memory.
    /// - Throws: `InputError` when the file cannot be read or is damaged.
    public static func open(_ path: String) throws(InputError) -> Snapshot {
        throw InputError(file: path, "cannot be read yet")
    }

    /// Writes `snapshot` to `path` with rights for its owner alone (0600): as a whole or not at all.
    /// - Throws: `InputError` when it cannot be written.
    public static func write(_ snapshot: Snapshot, to path: String) throws(InputError) {
        throw InputError(file: path, "cannot be written yet")
    }
}
