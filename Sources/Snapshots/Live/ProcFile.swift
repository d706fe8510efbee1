import Files
import Glibc
import Machine

/// Files of `/proc`, which have no size and may be long.
package enum ProcFile {
    /// The content as text without the line's end, damaged characters replaced.
    package static func text(_ path: String, limit: Int = 1 << 16) -> String? {
        guard var content = SystemFile.bytes(path, limit: limit) else { return nil }
        while let last = content.last, last == UInt8(ascii: "\n") || last == 0 { content.removeLast() }
        return String(decoding: content, as: UTF8.self)
    }

    /// The whole numbers that name entries of a directory, ascending; nil with `errno` set when it cannot be
    /// listed.
    static func numbers(in directory: String) -> [Int32]? {
        Directory.names(in: directory)?.compactMap { Int32($0) }.sorted()
    }

    /// The state letter and the parent of a process or thread, from its `stat` file.
    package static func state(_ path: String) -> (state: Character, parent: Int32, flags: UInt64)? {
        guard let line = text("\(path)/stat"), let close = line.lastIndex(of: ")") else { return nil }
        // The name before may hold spaces and brackets; after its last bracket come plain fields.
        let fields = line[line.index(after: close)...].split(separator: " ")
        guard fields.count > 6, let state = fields[0].first, let parent = Int32(fields[1]),
            let flags = UInt64(fields[6])
        else { return nil }
        return (state, parent, flags)
    }
}
