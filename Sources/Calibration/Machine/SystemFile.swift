import Glibc

/// Small files of /proc and /sys. What is not there is nil, never an error.
package enum SystemFile {
    /// The text of a file without white space at its ends; nil when it cannot be read or is empty.
    package static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count < 1 << 22 {
            let count = read(descriptor, &block, block.count)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            bytes += block[..<count]
        }
        let isSpace: (UInt8) -> Bool = { $0 == 10 || $0 == 32 || $0 == 9 || $0 == 0 }
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        let text = String(decoding: bytes.drop(while: isSpace), as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    /// The lines of a file; none when it cannot be read.
    package static func lines(_ path: String) -> [Substring] {
        text(path)?.split(separator: "\n") ?? []
    }

    /// What stands behind the colon of the first line that begins with `key`.
    package static func value(of key: String, in path: String) -> String? {
        for line in lines(path) where line.hasPrefix(key) {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let rest = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            return rest.isEmpty ? nil : String(rest)
        }
        return nil
    }

    /// The names in a directory, sorted; none when it cannot be read.
    package static func names(in path: String) -> [String] {
        guard let directory = opendir(path) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// The numbers of a list such as `0-3,8`; none for what is no list.
    package static func numbers(inList text: String) -> [Int] {
        text.split(separator: ",").flatMap { part -> [Int] in
            let ends = part.split(separator: "-").compactMap { Int($0) }
            guard let first = ends.first, let last = ends.last, first <= last, last - first < 1 << 16 else {
                return []
            }
            return Array(first...last)
        }
    }

    /// The list of rising numbers, as the kernel writes it: `0-3,8`.
    package static func list(of numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }
}
