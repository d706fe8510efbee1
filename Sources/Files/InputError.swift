import Glibc

/// Something a user gave cannot be used: where it stands, what is wrong, and what to do about it.
public struct InputError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, as the user named it; empty when it did not come from a file.
    public var file: String
    /// The line, from 1; nil when it concerns the whole file.
    public var line: Int?
    /// What is wrong.
    public var problem: String
    /// What to do about it; empty when that is plain.
    public var remedy: String

    /// Something a user gave cannot be used.
    public init(file: String = "", line: Int? = nil, _ problem: String, remedy: String = "") {
        self.file = file
        self.line = line
        self.problem = problem
        self.remedy = remedy
    }

    /// `FILE:LINE: PROBLEM (REMEDY)`.
    public var description: String {
        var place = file
        if let line { place += ":\(line)" }
        let head = place.isEmpty ? problem : "\(place): \(problem)"
        return remedy.isEmpty ? head : "\(head) (\(remedy))"
    }
}

extension InputError {
    /// A system call failed on `file`; the reason is taken from `errno`.
    package static func system(_ problem: String, file: String) -> InputError {
        let reason = strerror(errno).map { String(cString: $0) } ?? "unknown error"
        return InputError(file: file, "\(problem): \(reason)")
    }
}
