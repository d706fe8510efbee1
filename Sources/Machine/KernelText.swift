import Glibc

/// Short text files that the kernel writes, below /proc and /sys. What cannot be read is nil.
enum KernelText {
    /// The text of a file without white space at its ends.
    static func read(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 14)
        while bytes.count < 1 << 22 {
            let count = Glibc.read(descriptor, &block, block.count)
            if count < 0 && errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { break }
            bytes += block[..<count]
        }
        let isSpace: (UInt8) -> Bool = { $0 == 10 || $0 == 32 || $0 == 9 || $0 == 0 }
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        return String(decoding: bytes.drop(while: isSpace), as: UTF8.self)
    }

    /// The number that a file holds.
    static func number(_ path: String) -> UInt64? { read(path).flatMap { UInt64($0) } }

    /// The number behind `key` in a file of lines such as `KEY N` or `KEY: N kB`; kB become bytes.
    static func number(of key: String, in path: String) -> UInt64? {
        for line in read(path)?.split(separator: "\n") ?? [] {
            let words = line.split { $0 == " " || $0 == "\t" }
            guard words.count >= 2, words[0] == key || words[0] == "\(key):", let number = UInt64(words[1])
            else { continue }
            guard words.count > 2, words[2] == "kB" else { return number }
            let (bytes, overflow) = number.multipliedReportingOverflow(by: 1024)
            return overflow ? .max : bytes
        }
        return nil
    }

    /// The numbers of a list such as `0-3,8`, rising; what is no such list has none.
    static func numbers(inList text: Substring) -> [Int] {
        let parts = text.split { $0 == "," || $0 == " " || $0 == "\t" }
        return parts.flatMap { part -> [Int] in
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first >= 0,
                first <= last, last - first < 1 << 16
            else { return [] }
            return Array(first...last)
        }
    }
}
