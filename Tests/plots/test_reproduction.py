#!/usr/bin/env python3
"""Tests of plots/reproduction.py: python3 -m unittest discover Tests/plots."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

REPRODUCTION = Path(__file__).resolve().parent.parent.parent / "plots" / "reproduction.py"
sys.dont_write_bytecode = True

HEAD = "quantity,series,place,column,paper,mean,low,high,draws\n"


class FiguresOfThePaperAreDrawn(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        rows = "".join(
            f"cold starts,{series},{place},{column},{paper},{paper * 0.9 if column == 'paper-inputs' else ''},"
            f"{paper * 0.8 if column == 'paper-inputs' else ''},{paper if column == 'paper-inputs' else ''},30\n"
            for series, paper in (("fixed", 1684), ("medes", 1310)) for place in ("40G", "20G")
            for column in ("paper-inputs", "measured"))
        (self.folder / "figure-10a.csv").write_text(HEAD + rows)

    def tearDown(self):
        self._folder.cleanup()

    def run_reproduction(self, *arguments):
        command = [
            sys.executable, str(REPRODUCTION), str(self.folder), "--output", str(self.folder / "out"),
            "--format", "svg", *arguments]
        return subprocess.run(command, capture_output=True, text=True)

    def svg(self):
        return (self.folder / "out" / "medes-figure-10a.svg").read_text()

    def test_each_figure_that_was_run_is_drawn(self):
        (self.folder / "figure-13.csv").write_text(HEAD + "cold starts,rep3,Catalyzer,measured,2778.0,,,,0\n")
        run = self.run_reproduction()
        self.assertEqual(run.returncode, 0, run.stderr)
        manifest = json.loads((self.folder / "out" / "figures.json").read_text())
        self.assertEqual([figure["name"] for figure in manifest["figures"]], ["medes-figure-10a"])
        self.assertEqual([figure["name"] for figure in manifest["skipped"]], ["figure-13"])
        self.assertTrue((self.folder / "out" / "medes-figure-10a.svg").read_text().startswith("<?xml"))

    def test_one_draw_has_no_interval(self):
        (self.folder / "figure-10a.csv").write_text(
            HEAD + "cold starts,fixed,40G,paper-inputs,1684,1500,,,1\n")
        run = self.run_reproduction()
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertTrue("Arrows: one draw" in self.svg())

    def test_intervals_with_ends_have_no_arrows(self):
        self.assertEqual(self.run_reproduction().returncode, 0)
        self.assertFalse("Arrows" in self.svg())

    def test_what_is_no_figure_is_refused(self):
        (self.folder / "figure-12.csv").write_text("a,b\n1,2\n")
        run = self.run_reproduction()
        self.assertEqual(run.returncode, 3)
        self.assertIn("figure-12.csv", run.stderr)
        (self.folder / "figure-12.csv").write_text(HEAD + "cold starts,fixed,40G,measured,many,,,,1\n")
        self.assertEqual(self.run_reproduction().returncode, 3)

    def test_wrong_use_is_told_apart(self):
        self.assertEqual(self.run_reproduction("--figures", "figure-99").returncode, 2)
        self.assertEqual(self.run_reproduction("--format", "gif").returncode, 2)


if __name__ == "__main__":
    unittest.main()
