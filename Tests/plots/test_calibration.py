#!/usr/bin/env python3
"""Tests of plots/calibration.py: python3 -m unittest discover Tests/plots (with the packages of plots/requirements.txt)."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent.parent / "plots" / "calibration.py"
HEADER = "part,plot,line,across,up,x,y,low,high\n"
sys.dont_write_bytecode = True


def series(factor=1):
    """What `pagefold calibrate copy memory --output` writes, and a plot with a zero across."""
    lines = [
        f"copy,copy,process_vm_readv,bytes,ns,{size}.0,{factor * (1500 + size * 0.2)},{factor * 1500},"
        f"{factor * (1600 + size * 0.3)}\n" for size in (64, 4096, 65536, 16777216)]
    lines += [
        f"memory,memory latency,\"{name}, pages\",bytes,ns,{size}.0,{level},{level * 0.9},{level * 1.1}\n"
        for name, level in (("small", 120), ("huge", 80)) for size in (16384, 1048576)]
    lines += [f"rdma,read rate,one,depth,reads/s,{depth},{depth + 1},{depth},{depth + 2}\n" for depth in (0, 1, 2)]
    return HEADER + "".join(lines)


class CalibrationsAreDrawn(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)

    def tearDown(self):
        self._folder.cleanup()

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path

    def run_script(self, *arguments):
        command = [sys.executable, str(SCRIPT), *map(str, arguments), "--output", str(self.folder / "out")]
        return subprocess.run(command, capture_output=True, text=True)

    def test_each_plot_is_a_figure_whatever_its_axes(self):
        run = self.run_script(self.write("costs.series.csv", series()), "--format", "svg")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("Warning", run.stderr)
        entries = json.loads((self.folder / "out" / "figures.json").read_text())["figures"]
        self.assertEqual(
            [entry["name"] for entry in entries],
            ["calibration-copy-copy", "calibration-memory-memory-latency", "calibration-rdma-read-rate"])
        for entry in entries:
            self.assertTrue(entry["title"] and entry["caption"] and entry["alt"])
            self.assertIn("<svg", (self.folder / "out" / entry["files"][0]).read_text()[:1000])
        self.assertIn("2 lines", entries[1]["alt"])

    def test_several_machines_share_a_figure(self):
        here, there = self.write("a.csv", series()), self.write("b.csv", series(2))
        run = self.run_script(f"here={here}", f"there={there}", "--format", "png")
        self.assertEqual(run.returncode, 0, run.stderr)
        entries = json.loads((self.folder / "out" / "figures.json").read_text())["figures"]
        self.assertEqual(len(entries), 3)
        self.assertIn("4 lines", entries[1]["alt"])

    def test_wrong_use_and_other_files_are_told_of_in_a_line(self):
        good = self.write("good.csv", series())
        other = self.write("other.csv", "a,b\n1,2\n")
        empty = self.write("empty.csv", HEADER)
        words = self.write("words.csv", HEADER + "p,q,r,s,t,1,x,1,1\n")
        short = self.write("short.csv", HEADER + "p,q,r,s,t,1\n")
        endless = self.write("endless.csv", HEADER + "p,q,r,s,t,1,inf,1,inf\n")
        outside = self.write("outside.csv", HEADER + "p,q,r,s,t,1,5,1,2\n")
        for status, *arguments in (
            (2, good, good), (2, f"={good}"), (2, good, "--format", "gif"), (3, other), (3, empty), (3, words),
            (3, short), (3, endless), (3, outside), (3, self.folder / "nowhere.csv"),
        ):
            run = self.run_script(*arguments)
            self.assertEqual(run.returncode, status, f"{arguments}: {run.stderr}")
            self.assertEqual(len(run.stderr.strip().splitlines()), 1, run.stderr)
            self.assertTrue(run.stderr.startswith("calibration.py: error: "))


if __name__ == "__main__":
    unittest.main()
