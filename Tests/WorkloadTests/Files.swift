import Files
import Foundation
import Testing
import Workload

/// A directory that goes with the test.
final class TemporaryDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pagefold-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    @discardableResult
    func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        let file = "\(path)/\(name)"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }

    /// Writes a text file and gives its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

    func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
    }

    var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }
}

/// The directory of shared traces, where there is one.
enum SharedData {
    static let traces: String? = {
        let named = ProcessInfo.processInfo.environment["PAGEFOLD_SHARED"]
        let root = named ?? FileManager.default.currentDirectoryPath + "/../shared"
        let path = root + "/data"
        if FileManager.default.fileExists(atPath: path) { return path }
        print("skipped: tests on shared traces, as there is no \(path) (set PAGEFOLD_SHARED)")
        return nil
    }()
}

/// The error that `body` throws, as text; fails the test when it throws none.
func inputError(
    _ body: () throws -> some Any, sourceLocation: SourceLocation = #_sourceLocation
) -> String {
    do {
        _ = try body()
        Issue.record("no error was thrown", sourceLocation: sourceLocation)
        return ""
    } catch let error as InputError {
        return error.description
    } catch {
        Issue.record("\(error) is not an InputError", sourceLocation: sourceLocation)
        return ""
    }
}
