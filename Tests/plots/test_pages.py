#!/usr/bin/env python3
"""Tests of plots/pages.py: python3 -m unittest discover Tests/plots (with the packages of plots/requirements.txt)."""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

PAGES = Path(__file__).resolve().parent.parent.parent / "plots" / "pages.py"
sys.dont_write_bytecode = True


def redundancy(level):
    """What `pagefold profile redundancy --json` prints, with shares that fall with the chunk size."""
    rows = [
        {"function": function, "pages": pages, "measure": measure, "chunk_bytes": size, "mean": level * 64 / size,
         "sd": 0.01, "count": 3}
        for function in ("a", "mean") for pages in ("private", "all")
        for measure in ("aligned", "sliding", "medes") for size in (64, 256, 1024)]
    published = [{"randomisation": name, "64": 0.9, "1024": 0.7} for name in ("off", "on")]
    # Longer samples than pages are not measured.
    rows.append(dict(rows[-1], chunk_bytes=4096, mean=None, sd=None, count=0))
    return {"functions": ["a"], "rows": rows, "published": published}


def methods(level):
    """What `pagefold profile methods --json` prints."""
    names = ["zero", "zstd", "spread", "spread+zstd", "another"]
    rows = [
        {"method": name, "function": function, "saving_private": level * place / 5, "saving_private_sd": 0.02,
         "saving_all": 0.5, "saving_all_sd": None}
        for place, name in enumerate(names) for function in ("a", "mean")]
    return {"functions": ["a"], "rounds": 3, "methods": [{"name": name} for name in names], "rows": rows}


class PagesAreDrawn(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)

    def tearDown(self):
        self._folder.cleanup()

    def write(self, name, document):
        path = self.folder / name
        path.write_text(document if isinstance(document, str) else json.dumps(document))
        return path

    def run_pages(self, *arguments):
        command = [sys.executable, str(PAGES), *map(str, arguments), "--output", str(self.folder / "out")]
        return subprocess.run(command, capture_output=True, text=True)

    def test_both_figures_are_drawn_for_each_way_to_start(self):
        files = [self.write(name, document) for name, document in (
            ("r-on", redundancy(0.4)), ("r-off", redundancy(0.8)), ("m-on", methods(0.4)), ("m-off", methods(0.8)))]
        run = self.run_pages(
            "--redundancy", f"on={files[0]}", f"off={files[1]}", "--methods", f"on={files[2]}", f"off={files[3]}",
            "--format", "svg")
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("Warning", run.stderr)
        entries = json.loads((self.folder / "out" / "figures.json").read_text())["figures"]
        self.assertEqual([entry["name"] for entry in entries], ["page-redundancy", "page-methods"])
        for entry in entries:
            self.assertTrue(entry["title"] and entry["caption"] and entry["alt"])
            self.assertIn("<svg", (self.folder / "out" / entry["files"][0]).read_text()[:1000])

    def test_wrong_use_and_other_files_are_told_of_in_a_line(self):
        other = self.write("other", {"rows": [1]})
        text = self.write("text", "no JSON")
        for status, *arguments in (
            (2,), (2, "--methods", "on"), (3, "--methods", f"on={other}"), (3, "--redundancy", f"on={text}"),
            (3, "--redundancy", "on=/nowhere/file"),
        ):
            run = self.run_pages(*arguments)
            self.assertEqual(run.returncode, status, run.stderr)
            self.assertEqual(len(run.stderr.strip().splitlines()), 1)
            self.assertTrue(run.stderr.startswith("pages.py: error: "))


if __name__ == "__main__":
    unittest.main()
