import Files

/// Text for an `AtomicFile`, gathered in memory and written 64 KiB at a time.
struct AtomicTextFile: ~Copyable {
    private var file: AtomicFile
    private var buffer: [UInt8] = []

    /// Begins a file that is to become `path`.
    /// - Throws: `InputError` when it cannot be created.
    init(_ path: String) throws(InputError) {
        file = try AtomicFile(path: path)
        buffer.reserveCapacity(1 << 17)
    }

    /// Adds text, which waits in memory until the next flush.
    mutating func append(_ text: String) { buffer.append(contentsOf: text.utf8) }

    /// Writes what waits once it is 64 KiB.
    mutating func flushIfLarge() throws(InputError) {
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Writes what waits and puts the file in its place.
    consuming func finish() throws(InputError) {
        try flush()
        try file.commit()
    }

    private mutating func flush() throws(InputError) {
        // Writing may throw only from outside the closure: typed errors do not pass through `withUnsafeBytes`
        // of arrays.
        var failure: InputError?
        buffer.withUnsafeBytes { bytes in
            do throws(InputError) { try file.write(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        buffer.removeAll(keepingCapacity: true)
    }
}
