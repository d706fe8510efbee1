#!/usr/bin/env python3
"""Tests of plots/: python3 -m unittest discover Tests/plots (with the packages of plots/requirements.txt)."""

import json
import sqlite3
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLOTS = HERE.parent.parent / "plots"
sys.path[:0] = [str(HERE), str(PLOTS)]
sys.dont_write_bytecode = True

import numpy as np  # noqa: E402

import synthetic_store  # noqa: E402
from figures import findings  # noqa: E402
from figures.tradeoff import pareto  # noqa: E402
from intervals import interval, relative_difference, student  # noqa: E402
from settings import Setting, amount  # noqa: E402
from store import Store  # noqa: E402


def plot(*arguments):
    """Runs plot.py."""
    command = [sys.executable, str(PLOTS / "plot.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True)


class InFolder(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)

    def tearDown(self):
        self._folder.cleanup()

    def store(self, shape):
        return synthetic_store.write(self.folder / f"{shape}.sqlite", shape)

    def figures(self):
        return json.loads((self.folder / "out" / "figures.json").read_text())


class StoresAreDrawn(InFolder):
    def draw(self, shape, *expected, options=()):
        run = plot(self.store(shape), "--output", self.folder / "out", "--format", "svg", *options)
        self.assertEqual(run.returncode, 0, run.stderr)
        self.assertNotIn("Traceback", run.stderr)
        self.assertNotIn("Warning", run.stderr)
        entries = self.figures()["figures"]
        self.assertEqual([entry["name"] for entry in entries], list(expected))
        for entry in entries:
            for text in ("title", "caption", "alt"):
                self.assertTrue(entry[text])
            for name in entry["files"]:
                self.assertIn("<svg", (self.folder / "out" / name).read_text()[:1000])
        return entries

    ALWAYS = ("tradeoff", "differences", "latency", "cold-share-cdf", "memory-over-time")

    def test_a_store_without_a_sweep(self):
        self.draw("plain", "policies", *self.ALWAYS, "convergence")

    def test_a_swept_number(self):
        self.draw("numeric", "sweep", *self.ALWAYS, "convergence")

    def test_a_swept_word(self):
        self.draw("words", "sweep", *self.ALWAYS, "convergence")

    def test_two_swept_settings(self):
        self.draw("two", "sweep", *self.ALWAYS, "convergence")

    def test_many_values_of_two_settings(self):
        entries = self.draw(
            "square", "heat-cold_share", "heat-wasted_byte_s", options=(
                "--figures", "heat", "--metrics", "cold_share,wasted_byte_s"))
        self.assertIn("Darker is more", entries[0]["caption"])

    def test_points_of_a_hypercube(self):
        self.draw("hypercube", "scatter", "tradeoff", options=("--figures", "scatter,tradeoff,sweep"))

    def test_missing_values_and_runs(self):
        self.draw("gaps", "sweep", *self.ALWAYS, "convergence")

    def test_one_replicate_is_said_to_be_one(self):
        entries = self.draw("one", "policies", *self.ALWAYS)
        self.assertIn("no intervals", entries[0]["caption"])

    def test_one_policy(self):
        self.draw("single", "policies", "tradeoff", "latency", "cold-share-cdf", "memory-over-time")

    def test_many_policies_are_limited_with_a_note(self):
        entries = self.draw("many", "tradeoff", options=("--figures", "tradeoff"))
        self.assertIn("10 of 60 policies", " ".join(entries[0]["notes"]))

    def test_chosen_policies_keep_the_reference(self):
        self.draw("ten", "differences", options=("--figures", "differences", "--policies", "lru"))

    def test_drawing_twice_gives_the_same_bytes(self):
        store = self.store("numeric")
        for name in ("a", "b"):
            run = plot(store, "--output", self.folder / name, "--figures", "sweep", "--format", "pdf,png,svg")
            self.assertEqual(run.returncode, 0, run.stderr)
        for suffix in ("pdf", "png", "svg"):
            first, second = (self.folder / name / f"sweep.{suffix}" for name in ("a", "b"))
            self.assertEqual(first.read_bytes(), second.read_bytes())

    def test_the_store_is_not_changed(self):
        store = self.store("one")
        before = store.read_bytes()
        plot(store, "--output", self.folder / "out", "--figures", "policies", "--format", "svg")
        self.assertEqual(store.read_bytes(), before)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()), ["one.sqlite", "out"])


class BadInputIsSaidInOneLine(InFolder):
    def check(self, path, words, status=3, options=()):
        run = plot(path, "--output", self.folder / "out", *options)
        self.assertEqual(run.returncode, status, run.stderr)
        self.assertEqual(len(run.stderr.strip().splitlines()), 1, run.stderr)
        self.assertIn(words, run.stderr)
        self.assertFalse((self.folder / "out" / "figures.json").exists())

    def test_no_file(self):
        self.check(self.folder / "none.sqlite", "No such file")

    def test_another_file(self):
        path = self.folder / "a.txt"
        path.write_text("hello")
        self.check(path, "neither a result store nor")

    def test_another_database(self):
        path = self.folder / "other.sqlite"
        with sqlite3.connect(path) as database:
            database.execute("CREATE TABLE a (b)")
        database.close()
        self.check(path, "no result store")

    def test_a_newer_version(self):
        path = self.store("one")
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 2")
        database.close()
        self.check(path, "version 2")

    def test_a_truncated_store(self):
        whole = self.store("numeric").read_bytes()
        for part in (0.05, 0.3, 0.6, 0.95):
            path = self.folder / "cut.sqlite"
            path.write_bytes(whole[: int(len(whole) * part)])
            self.check(path, "cannot be read")

    def test_no_runs(self):
        self.check(self.store("empty"), "no finished runs")

    def test_damaged_contents(self):
        path = self.store("one")
        database = sqlite3.connect(path)
        database.execute("UPDATE point SET settings = 'nonsense'")
        database.commit()
        database.close()
        self.check(path, "damaged")

    def test_wrong_use(self):
        store = self.store("one")
        self.check(store, "unknown figure 'pie'", 2, ("--figures", "pie"))
        self.check(store, "unknown metric 'speed'", 2, ("--metrics", "speed"))
        self.check(store, "unknown format 'bmp'", 2, ("--format", "bmp"))

    def test_an_empty_directory(self):
        (self.folder / "results").mkdir()
        self.check(self.folder / "results", "manifest.json")


class ResultsDirectoriesAreDrawn(InFolder):
    def test_the_figures_of_simulate(self):
        results = self.folder / "results"
        results.mkdir()
        (results / "manifest.json").write_text('{"variants": [{"variant": "a"}, {"variant": "b"}]}')
        (results / "applications.csv").write_text("variant,application,cold_share\na,x,0.5\na,y,\nb,x,0.1\n")
        purposes = ("running", "loading", "idle", "base", "patches", "metadata", "transient")
        names = ",".join(["time_s", *(f"{purpose}_bytes" for purpose in purposes)])
        rows = "".join(f"{v},{60 * n},{2**30},0,{n * 2**30},0,0,0,0\n" for v in "ab" for n in range(5))
        (results / "timeline.csv").write_text(f"variant,{names}\n{rows}")
        (results / "results.csv").write_text(
            "variant,wasted_byte_s,cold_share,cold_share_app_p75\na,1e13,0.5,0.7\nb,2e13,0.1,\n")
        run = plot(results)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        found = sorted(path.name for path in (results / "figures").glob("*.p*"))
        names = ("cold-against-waste", "cold-share-cdf", "memory-over-time")
        self.assertEqual(found, [f"{name}.{suffix}" for name in names for suffix in ("pdf", "png")])


class Numbers(InFolder):
    def test_quantiles_of_student(self):
        # From tables; the last is far into the expansion.
        for degrees, quantile in ((1, 12.7062), (9, 2.262157), (30, 2.042272), (31, 2.039513), (100, 1.983972)):
            self.assertAlmostEqual(student(degrees), quantile, places=4)
        self.assertTrue(np.isnan(student(0)))

    def test_intervals_leave_gaps_out(self):
        mean, half = interval([1.0, np.nan, 2.0, 3.0])
        self.assertEqual(mean, 2)
        self.assertAlmostEqual(half, 4.302653 / np.sqrt(3), places=6)
        self.assertTrue(np.isnan(interval([1.0, np.nan])[1]))

    def test_relative_differences_are_paired(self):
        reference = np.array([1.0, 1.1, 1.3, np.nan])
        estimate, low, high = relative_difference(np.array([0.8, 0.88, 1.04, 9.0]), reference)
        for value in (estimate, low, high):
            self.assertAlmostEqual(value, -20)
        self.assertTrue(np.isnan(relative_difference(reference, 0 * reference)[0]))
        # A denominator that may be zero leaves the ratio open.
        self.assertTrue(np.isnan(relative_difference(np.ones(3), np.array([1.0, 2.0, 4.0]))[1]))

    def test_tables_of_findings_say_which_intervals_are_unbounded(self):
        self.assertEqual(findings._cell(-12.5, -20, -4, relative=True), "-12.5 [-20.0, -4.0]")
        self.assertEqual(findings._cell(-12.5, np.nan, np.nan, relative=True), "-12.5, unbounded")
        self.assertEqual(findings._cell(3, 2, 4, relative=False), "3 ± 1")
        self.assertEqual(findings._cell(3, np.nan, np.nan, relative=False), "3, unbounded")
        self.assertEqual(findings._cell(np.nan, np.nan, np.nan, relative=True), "-")

    def test_pareto_front(self):
        x, y = np.array([1, 2, 3, 2, np.nan]), np.array([5, 3, 4, 2.5, 0])
        self.assertEqual(pareto(x, y), [0, 3])

    def test_amounts_are_read_with_their_units(self):
        self.assertEqual(amount("16 GiB")[0], 16 * 2**30)
        self.assertEqual(amount("10min")[0], 600)
        self.assertEqual(amount("0.5")[0], 0.5)
        self.assertIsNone(amount("forever"))
        self.assertIsNone(amount("{policy: fixed}"))

    def test_values_of_settings_are_sorted_by_size(self):
        setting = Setting("a.keep-alive", "keep-alive", ["1 h", "90 s", "10 min", "90 s"])
        self.assertEqual(setting.values, ["90 s", "10 min", "1 h"])
        self.assertTrue(setting.numeric and setting.log)
        mixed = Setting("a.keep-alive", "keep-alive", ["forever", "1 h", "90 s"])
        self.assertEqual(mixed.values, ["90 s", "1 h", "forever"])
        self.assertFalse(mixed.numeric)

    def test_values_lie_where_cells_say(self):
        store = Store(self.store("gaps"))
        cube = store.values("cold_share")
        self.assertEqual(cube.shape, (5, 3, 10))
        self.assertTrue(np.isnan(cube[2, 1]).all())
        self.assertTrue(np.isnan(store.values("startup_p99_s")[:, 2]).all())
        place = store._database.execute(
            "SELECT point, policy, replicate, cold_share FROM cell JOIN run ON cell.run = run.id").fetchall()
        self.assertTrue(all(cube[row[:3]] == row[3] for row in place))


if __name__ == "__main__":
    unittest.main()
