#!/usr/bin/env python3
"""Figures do not depend on the environment that they are drawn in: python3 -m unittest discover Tests/plots"""

import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLOTS = HERE.parent.parent / "plots"
sys.path[:0] = [str(HERE), str(PLOTS)]
sys.dont_write_bytecode = True

import synthetic_store  # noqa: E402

# What notebooks, clusters, and other people's start-up files leave behind.
ODD = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline", "MPLCONFIGDIR": "/proc/nowhere", "DISPLAY": ":99",
    "LC_ALL": "xx_XX.KOI8-R", "LANG": "C", "SOURCE_DATE_EPOCH": "yesterday", "PYTHONIOENCODING": "ascii",
}


class Surroundings(unittest.TestCase):
    def run_script(self, script, *arguments, folder, **odd):
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MPL", "MATPLOTLIB"))}
        command = [sys.executable, str(PLOTS / script), *map(str, arguments)]
        return subprocess.run(command, cwd=folder, env=dict(kept, **odd), capture_output=True, text=True)

    def test_the_figures_of_an_odd_environment_have_the_same_bytes(self):
        with tempfile.TemporaryDirectory() as folder:
            store = synthetic_store.write(Path(folder) / "±.sqlite", "plain")
            odd = Path(folder) / "odd"
            odd.mkdir()
            (odd / "matplotlibrc").write_text("font.size: 30\ntext.usetex: True\nsavefig.dpi: 20\nbackend: TkAgg\n", "utf-8")
            options = ["--figures", "policies", "--format", "pdf,png,svg"]
            plain = self.run_script("plot.py", store, "--output", Path(folder) / "a±", *options, folder=folder)
            self.assertEqual(plain.returncode, 0, plain.stderr)
            other = self.run_script(
                "plot.py", store, "--output", Path(folder) / "b±", *options, folder=odd, MATPLOTLIBRC=str(odd), **ODD)
            self.assertEqual(other.returncode, 0, other.stderr)
            self.assertNotIn("Traceback", other.stderr)
            for suffix in ("pdf", "png", "svg"):
                first, second = (Path(folder) / name / f"policies.{suffix}" for name in ("a±", "b±"))
                self.assertEqual(first.read_bytes(), second.read_bytes(), suffix)

    def test_every_script_starts_in_an_odd_environment(self):
        scripts = [path.name for path in sorted(PLOTS.glob("*.py")) if "argparse" in path.read_text("utf-8")
                   or "plot.command_line" in path.read_text("utf-8")]
        self.assertGreaterEqual(len(scripts), 6)
        for script in scripts:
            with self.subTest(script), tempfile.TemporaryDirectory() as folder:
                run = self.run_script(script, "--help", folder=folder, **ODD)
                self.assertEqual(run.returncode, 0, run.stderr)


if __name__ == "__main__":
    unittest.main()
