import Glibc

/// The names in a directory. A name is bytes; only UTF-8 can be carried in a text without naming another file, so names
/// that are none are kept apart.
package struct DirectoryNames {
    /// The names that are UTF-8, without `.` and `..`, in no order.
    package private(set) var names: [String] = []
    /// The bytes of the others.
    package private(set) var others: [[UInt8]] = []

    /// Reads all that is left in an open directory.
    package init(reading directory: OpaquePointer) {
        while let entry = readdir(directory) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if let name = String(validating: bytes, as: UTF8.self) {
                if name != "." && name != ".." { names.append(name) }
            } else {
                others.append(bytes)
            }
        }
    }

    /// A name that is no UTF-8 cannot be passed on: it would name another file, or none.
    package static func unreadable(_ bytes: [UInt8], in directory: String) -> InputError {
        InputError(
            file: directory, "the name of '\(String.printable(bytes: bytes))' is no UTF-8 text",
            remedy: "rename it, or link to it under another name")
    }
}
