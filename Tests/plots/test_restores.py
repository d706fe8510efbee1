#!/usr/bin/env python3
"""Tests of plots/restores.py: python3 -m unittest discover Tests/plots (with the packages of plots/requirements.txt)."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SCRIPT = Path(__file__).resolve().parent.parent.parent / "plots" / "restores.py"
HEADER = "function,way,stage,rounds,median_ns,least_ns,most_ns\n"
sys.dont_write_bytecode = True


def times():
    """What `pagefold calibrate checkpoint --output` writes of two functions."""
    lines = []
    for place, function in enumerate(("vanilla", "linalg"), start=1):
        lines += [f"{function},cold start,{stage},7,{place * 20_000_000},1,90000000\n" for stage in ("start", "answer")]
        lines += [
            f"{function},dedup copied,{stage},7,{place * 1_000_000},1,90000000\n"
            for stage in ("read", "patch", "give", "resume", "answer")]
    return HEADER + "".join(lines)


class RestoresAreDrawn(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)

    def tearDown(self):
        self._folder.cleanup()

    def run_script(self, text, *arguments):
        path = self.folder / "restores.starts.csv"
        path.write_text(text, "utf-8")
        command = [sys.executable, str(SCRIPT), str(path), *arguments, "--output", str(self.folder / "out")]
        return subprocess.run(command, capture_output=True, text=True)

    def test_every_way_is_a_bar_of_its_stages(self):
        run = self.run_script(times(), "--format", "svg")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("Warning", run.stderr)
        (entry,) = json.loads((self.folder / "out" / "figures.json").read_text())["figures"]
        self.assertEqual(entry["name"], "restores")
        self.assertIn("2 ways to start 2 functions", entry["alt"])
        self.assertIn("7 rounds", entry["caption"])
        self.assertIn("<svg", (self.folder / "out" / entry["files"][0]).read_text()[:1000])

    def test_other_files_and_damaged_ones_are_told_of_in_a_line(self):
        for text in (
            "a,b\n1,2\n", HEADER, HEADER + "f,w,start,7,x,1,1\n", HEADER + "f,w,start,7\n",
            HEADER + "f,w,start,7,inf,1,1\n", HEADER + "f,w,start,7,-5,1,1\n", HEADER + "f,w,stop,7,5,1,1\n",
        ):
            run = self.run_script(text)
            self.assertEqual(run.returncode, 3, f"{text}: {run.stderr}")
            self.assertEqual(len(run.stderr.strip().splitlines()), 1, run.stderr)
            self.assertTrue(run.stderr.startswith("restores.py: error: "))


if __name__ == "__main__":
    unittest.main()
