import Foundation
import Testing

/// The programs of `Tests/Reference`, run by the machine's Python.
enum ReferenceProgram {
    /// Python; nil, and said so once, where there is none.
    static let python: URL? = {
        let found = ["/usr/bin/python3", "/usr/local/bin/python3", "/opt/homebrew/bin/python3"]
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        if found == nil { print("skipped: the reference models need python3") }
        return found.map { URL(fileURLWithPath: $0) }
    }()

    private static let directory = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Reference")

    /// Runs the program of this name on a file with `text`.
    /// - Returns: the JSON that it prints.
    static func run<Outcome: Decodable>(
        _ name: String, on text: String, arguments: [String] = [], as type: Outcome.Type
    ) throws -> Outcome {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(
            "reference-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try text.write(to: file, atomically: false, encoding: .utf8)
        let process = Process()
        process.executableURL = python
        process.arguments = [directory.appendingPathComponent(name).path, file.path] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(name) failed")
        return try JSONDecoder().decode(type, from: data)
    }
}
