import CProcess

/// The first process of a container. Signals that it has no handler for do not reach it, and it inherits all orphans.
public enum FirstProcess {
    /// Goes on in a child when this is the first process: that one does what such a process must do, and no more. To be
    /// called before any thread is started.
    public static func leave() { _ = cprocess_leave_first_place() }
}
