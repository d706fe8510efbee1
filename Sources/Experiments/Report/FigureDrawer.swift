import Files
import Foundation
import Workload

/// Draws the standard figures of a store with `plots/plot.py`, in a process of its own.
public struct FigureDrawer: Sendable {
    /// The program that draws.
    public var script: String
    /// The Python that runs it.
    public var python: String

    /// A drawer with this program and this Python.
    public init(script: String, python: String) {
        self.script = script
        self.python = python
    }

    /// Finds the program in `PAGEFOLD_PLOTS` (the folder `plots`), else upwards from the executable, and Python
    /// in `PAGEFOLD_PYTHON`, else in `.venv` beside `plots`, else as `python3`.
    /// - Throws: `InputError` when the program is not found.
    public init(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        executable: String = FigureDrawer.executable
    ) throws {
        script = try FigureDrawer.script(environment["PAGEFOLD_PLOTS"], executable)
        let home = URL(fileURLWithPath: script).deletingLastPathComponent().deletingLastPathComponent()
        let own = home.appendingPathComponent(".venv/bin/python").path
        let isThere = FileManager.default.isExecutableFile(atPath: own)
        python =
            environment["PAGEFOLD_PYTHON"].flatMap { $0.isEmpty ? nil : $0 } ?? (isThere ? own : "python3")
    }

    /// The path of the running program.
    public static var executable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }

    private static func script(_ folder: String?, _ executable: String) throws -> String {
        let files = FileManager.default
        if let folder, !folder.isEmpty {
            let path = URL(fileURLWithPath: folder).appendingPathComponent("plot.py").path
            if files.fileExists(atPath: path) { return path }
            throw InputError(
                file: path, "there is no such file", remedy: "PAGEFOLD_PLOTS names the folder plots")
        }
        var place = URL(fileURLWithPath: executable).standardizedFileURL
        while place.path != "/" {
            place.deleteLastPathComponent()
            let path = place.appendingPathComponent("plots/plot.py").path
            if files.fileExists(atPath: path) { return path }
        }
        throw InputError("plots/plot.py was not found", remedy: "set PAGEFOLD_PLOTS to the folder plots")
    }

    /// The standard figures of the store at `path`, drawn as SVG.
    /// - Throws: `InputError` when they could not be drawn.
    public func figures(of path: String, options: [String] = []) throws -> [ReportFigure] {
        let temporary = try TemporaryDirectory()
        let folder = URL(fileURLWithPath: temporary.path).appendingPathComponent("figures")
        try run(["-B", script, path, "--output", folder.path, "--format", "svg"] + options)
        do {
            let manifest = try JSONDecoder().decode(
                Manifest.self, from: Data(contentsOf: folder.appendingPathComponent("figures.json")))
            return try manifest.figures.map { try $0.figure(in: folder) }
        } catch {
            throw InputError(
                file: script, "it drew no figures that can be read", remedy: "does its version fit?")
        }
    }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        let messages = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [python] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        process.standardError = messages
        do { try process.run() } catch {
            throw InputError("\(python) cannot be started", remedy: "set PAGEFOLD_PYTHON to a Python 3")
        }
        let said = messages.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus == 0 { return }
        let lines = String(decoding: said, as: UTF8.self).split(separator: "\n")
        let last = lines.last.map(String.init) ?? "it ended with status \(process.terminationStatus)"
        throw InputError("the figures could not be drawn: \(last)", remedy: "")
    }

    /// What `figures.json` holds.
    private struct Manifest: Decodable {
        var figures: [Entry]

        struct Entry: Decodable {
            var title: String
            var caption: String
            var alt: String
            var notes: [String]
            var files: [String]

            func figure(in folder: URL) throws -> ReportFigure {
                let file = files.first { $0.hasSuffix(".svg") && !$0.contains("/") } ?? "missing.svg"
                let bytes = try Data(contentsOf: folder.appendingPathComponent(file))
                return ReportFigure(
                    title: title, caption: caption, alternative: alt, notes: notes, svg: [UInt8](bytes))
            }
        }
    }
}
