import Files
import Glibc

/// Small files of /proc and /sys. What is not there is nil, never an error.
package enum SystemFile {
    /// The bytes of a file, up to `limit`; nil with `errno` set when it cannot be read. Such files give no size.
    package static func bytes(_ path: String, limit: Int = 64 << 20) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count < limit {
            let count = read(descriptor, &block, min(block.count, limit - bytes.count))
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                return nil
            }
            bytes += block[..<count]
        }
        return bytes
    }

    /// The text of a file without white space at its ends; nil when it cannot be read or is empty.
    package static func text(_ path: String) -> String? {
        guard var bytes = bytes(path, limit: 1 << 22) else { return nil }
        let isSpace: (UInt8) -> Bool = { $0 == 10 || $0 == 32 || $0 == 9 || $0 == 0 }
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        let text = String(decoding: bytes.drop(while: isSpace), as: UTF8.self)
        return text.isEmpty ? nil : text
    }

    /// The number that a file holds.
    package static func number(_ path: String) -> UInt64? { text(path).flatMap { UInt64($0) } }

    /// Writes a setting; whether the kernel took it.
    @discardableResult
    package static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    }

    /// Writes a setting of something that may be in use for a moment still: a device that the system has a look at, or
    /// whose descriptor a process that was just started holds until it becomes another program. Tries for two seconds.
    @discardableResult
    package static func writeOnceFree(_ text: String, to path: String) -> Bool {
        for _ in 0..<200 {
            if write(text, to: path) { return true }
            guard errno == EBUSY else { return false }
            usleep(10_000)
        }
        return false
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

    /// The number behind `key` in a file of lines such as `KEY N` or `KEY: N kB`; kB become bytes.
    package static func number(of key: String, in path: String) -> UInt64? {
        for line in lines(path) {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[0] == key || words[0] == "\(key):", let number = UInt64(words[1])
            else { continue }
            guard words.count > 2, words[2] == "kB" else { return number }
            let (bytes, overflow) = number.multipliedReportingOverflow(by: 1024)
            return overflow ? .max : bytes
        }
        return nil
    }

    /// The names in a directory, sorted; none when it cannot be read.
    package static func names(in path: String) -> [String] {
        (Directory.names(in: path) ?? []).sorted()
    }

    /// The numbers of a list such as `0-3,8`; what is no such list has none.
    package static func numbers(inList text: some StringProtocol) -> [Int] {
        let parts = text.split { $0 == "," || $0 == " " || $0 == "\t" }
        return parts.flatMap { part -> [Int] in
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 0,
                first <= last, last - first < 1 << 16
            else { return [] }
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
