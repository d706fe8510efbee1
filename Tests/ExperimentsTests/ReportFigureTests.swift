import Foundation
import Testing

@testable import Experiments

/// How figures come into a report, with programs that stand in for `plots/plot.py`.
@Suite struct ReportFigureTests {
    private func drawer(_ directory: String, _ script: String) throws -> FigureDrawer {
        let path = "\(directory)/plot.py"
        try script.write(toFile: path, atomically: true, encoding: .utf8)
        return FigureDrawer(script: path, python: "python3")
    }

    @Test func figuresAreReadFromTheManifest() throws {
        let script = """
            import json, os, sys
            folder = sys.argv[sys.argv.index("--output") + 1]
            assert sys.argv[sys.argv.index("--format") + 1] == "svg"
            os.mkdir(folder)
            open(folder + "/a.svg", "w").write("<svg/>")
            entry = {"title": "T", "caption": "C", "alt": "A", "notes": ["N"], "files": ["a.svg"]}
            json.dump({"figures": [entry], "skipped": []}, open(folder + "/figures.json", "w"))
            """
        try withTemporaryDirectory { directory in
            let figures = try drawer(directory, script).figures(of: "some.sqlite")
            #expect(figures.count == 1)
            #expect(figures[0].title == "T" && figures[0].notes == ["N"])
            #expect(String(decoding: figures[0].svg, as: UTF8.self) == "<svg/>")
        }
    }

    @Test(arguments: [
        ("import sys; sys.exit('plot.py: error: broken')", "plot.py: error: broken"),
        ("pass", "it drew no figures"),
    ])
    func aDrawerThatFailsSaysWhy(_ script: String, _ reason: String) throws {
        try withTemporaryDirectory { directory in
            let drawer = try drawer(directory, script)
            #expect { try drawer.figures(of: "some.sqlite") } throws: { "\($0)".contains(reason) }
        }
    }

    /// More than a pipe holds, on both streams, and an environment of a notebook.
    @Test func whatTheEnvironmentSaysOfPythonAndMatplotlibIsNotHandedOn() throws {
        let odd = [
            "MPLBACKEND": "module://matplotlib_inline.backend_inline", "MATPLOTLIBRC": "/x",
            "PYTHONPATH": "/y",
            "PYTHONHOME": "/z", "PYTHONSTARTUP": "/s", "LC_ALL": "xx_XX", "HOME": "/home/a", "PATH": "/bin",
        ]
        #expect(
            FigureDrawer.surroundings(odd) == [
                "MPLBACKEND": "Agg", "LC_ALL": "C.UTF-8", "HOME": "/home/a", "PATH": "/bin",
            ])
        let script = """
            import json, os, sys
            assert sys.flags.ignore_environment and sys.flags.no_user_site and sys.flags.utf8_mode
            assert os.environ["MPLBACKEND"] == "Agg" and os.environ["LC_ALL"] == "C.UTF-8"
            sys.stderr.write("x" * 300000)
            sys.stdout.write("y" * 300000)
            sys.stdout.flush()
            sys.stderr.write("z" * 300000)
            folder = sys.argv[sys.argv.index("--output") + 1]
            os.mkdir(folder)
            json.dump({"figures": [], "skipped": []}, open(folder + "/figures.json", "w"))
            """
        try withTemporaryDirectory { directory in
            let figures = try drawer(directory, script).figures(of: "some.sqlite")
            #expect(figures.isEmpty)
        }
    }

    @Test func aPythonThatIsMissingIsNamed() throws {
        try withTemporaryDirectory { directory in
            var drawer = try drawer(directory, "pass")
            drawer.python = "no-such-python"
            #expect { try drawer.figures(of: "some.sqlite") } throws: { "\($0)".contains("no-such-python") }
        }
    }

    @Test func theProgramIsFoundUpwardsFromTheExecutableOrWhereTheEnvironmentSays() throws {
        try withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(
                atPath: "\(directory)/plots", withIntermediateDirectories: true)
            _ = try drawer("\(directory)/plots", "pass")
            let found = try FigureDrawer(environment: [:], executable: "\(directory)/.build/release/pagefold")
            #expect(found.script.hasSuffix("/plots/plot.py"))
            #expect(found.python == "python3")
            let told = try FigureDrawer(
                environment: ["PAGEFOLD_PLOTS": "\(directory)/plots", "PAGEFOLD_PYTHON": "/opt/python"],
                executable: "/none")
            #expect(told.script == "\(directory)/plots/plot.py")
            #expect(told.python == "/opt/python")
            #expect {
                try FigureDrawer(environment: ["PAGEFOLD_PLOTS": directory + "/x"], executable: "/none")
            } throws: { "\($0)".contains("PAGEFOLD_PLOTS") }
            #expect { try FigureDrawer(environment: [:], executable: "/none/pagefold") } throws: {
                "\($0)".contains("plots/plot.py was not found")
            }
        }
    }
}
