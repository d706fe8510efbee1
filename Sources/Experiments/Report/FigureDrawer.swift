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
        let surroundings = FigureDrawer.surroundings(ProcessInfo.processInfo.environment)
        guard
            let program = python.utf8.contains(UInt8(ascii: "/"))
                ? python : ProgramRun.find(python, in: surroundings["PATH"] ?? "")
        else { throw InputError("there is no \(python)", remedy: "set PAGEFOLD_PYTHON to a Python 3") }
        let run: ProgramRun
        do {
            run = try ProgramRun(program, FigureDrawer.isolation + arguments, environment: surroundings)
        } catch {
            throw InputError("\(python) cannot be started", remedy: "set PAGEFOLD_PYTHON to a Python 3")
        }
        if run.status == 0 { return }
        let last = ProgramRun.lines(of: run.errors).last ?? "it ended with status \(run.status)"
        throw InputError("the figures could not be drawn: \(last)", remedy: "")
    }

    /// Options that make Python deaf to variables such as PYTHONPATH and to packages in the user's home, and have it
    /// read and write UTF-8 in every locale.
    private static let isolation = ["-E", "-s", "-X", "utf8"]

    /// The environment of the program that draws: that of this process, without what would change what it draws or
    /// with. A shell within a notebook, for one, names a backend that only the notebook has.
    static func surroundings(_ environment: [String: String]) -> [String: String] {
        var kept = environment.filter { !$0.key.hasPrefix("PYTHON") && $0.key != "MATPLOTLIBRC" }
        kept["MPLBACKEND"] = "Agg"
        kept["LC_ALL"] = "C.UTF-8"
        return kept
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
