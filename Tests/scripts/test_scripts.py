"""Scripts that cannot build or install say so, fail, and run nothing older.

/usr/bin/python3 -m unittest discover Tests/scripts
"""

import re
import shutil
import subprocess
import unittest

from support import OLDER, ROOT, Checkout

SCRIPTS = sorted(f"scripts/{path.name}" for path in (ROOT / "scripts").iterdir() if path.is_file())
TEXTS = {script: (ROOT / script).read_text(encoding="utf-8") for script in SCRIPTS}
# What a script must be told.
ARGUMENTS = {"scripts/restores": ["--output", "results"]}
# These build nothing: one runs what it is given in a virtual machine, one starts Slurm, one draws what is there.
WITHOUT_COMPILER = ["scripts/figures", "scripts/rdma-vm", "scripts/slurm-one-node"]
BUILDING = [script for script in SCRIPTS if script not in WITHOUT_COMPILER] + [".ci/run"]
DRAWING = [script for script in SCRIPTS if "need_python" in TEXTS[script]]


class FailingCompiler(unittest.TestCase):
    def check_fails(self, checkout, script, run):
        self.assertNotEqual(run.returncode, 0, script)
        self.assertIn("error:", run.stderr, script)
        self.assertNotIn("PASSED", run.stdout, script)
        ran = [call for call in checkout.calls if call.startswith(("older", "new"))]
        self.assertEqual(ran, [], script)

    def test_every_script_fails_says_so_and_runs_no_older_program(self):
        for script in BUILDING:
            for how in ("fails", "killed"):
                with self.subTest(script, how=how), Checkout() as checkout:
                    run = checkout.run(script, *ARGUMENTS.get(script, []), FAKE_SWIFT=how)
                    self.check_fails(checkout, script, run)
                    self.assertTrue(any(call.startswith("swift ") for call in checkout.calls), script)

    def test_a_build_that_leaves_no_program_is_a_failure(self):
        with Checkout() as checkout:
            (checkout.root / ".build/release/pagefold").unlink()
            run = checkout.run("scripts/gate", FAKE_SWIFT="idles")
            self.check_fails(checkout, "scripts/gate", run)
            self.assertIn("the build left no program", run.stderr)

    def test_what_builds_is_run(self):
        with Checkout() as checkout:
            run = checkout.run("scripts/gate")
            self.assertEqual(run.returncode, 0, run.stderr)
            ran = [call for call in checkout.calls if call.startswith(("older", "new"))]
            expected = [["new", "pagefold", word] for word in ("sweep", "check") * 2]
            self.assertEqual([call.split()[:3] for call in ran], expected)

    def test_a_compiler_that_is_missing_or_too_old_is_named(self):
        with Checkout() as checkout:
            for version, said in (("6.1.2", "Swift 6.1 found"), ("nine", "does not say which version")):
                swift = checkout.above / "bin" / "swift"
                swift.write_text(f'#!/bin/sh\necho "Swift version {version}"\n', encoding="utf-8")
                run = checkout.run("scripts/gate")
                self.check_fails(checkout, "scripts/gate", run)
                self.assertIn(said, run.stderr)

    def test_a_program_that_is_named_and_not_there_is_said(self):
        for script in (script for script in SCRIPTS if "need_pagefold" in TEXTS[script]):
            with self.subTest(script), Checkout() as checkout:
                run = checkout.run(script, *ARGUMENTS.get(script, []), PAGEFOLD_BINARY="nowhere/pagefold")
                self.check_fails(checkout, script, run)
                self.assertIn("PAGEFOLD_BINARY names no program: nowhere/pagefold", run.stderr)

    def test_packages_that_cannot_be_installed_are_said(self):
        with Checkout() as checkout:
            (checkout.above / "bin" / "dpkg-query").write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
            run = checkout.run("scripts/gate")
            self.check_fails(checkout, "scripts/gate", run)
            self.assertIn("libsqlite3-dev", run.stderr)
            self.assertIn("could not be installed", run.stderr)

    def test_the_example_workflow_runs_nothing_older_either(self):
        text = (ROOT / "docs/examples/pagefold-gate.yml").read_text(encoding="utf-8")
        step = re.search(r"- name: Build\n +run: (.+)", text).group(1)
        with Checkout() as checkout:
            # GitHub runs steps of a container so, and ends a job with the first that fails.
            (checkout.root / "step").write_text(f"#!/bin/sh -e\ncd checkout\n{step}\n", encoding="utf-8")
            (checkout.root / "step").chmod(0o755)
            run = checkout.run("step", FAKE_SWIFT="fails")
            self.assertNotEqual(run.returncode, 0)


class FailingPip(unittest.TestCase):
    def drawn(self, checkout):
        return [call for call in checkout.calls if call.startswith("python ") and "plots" in call]

    def test_every_script_that_draws_fails_again_and_again(self):
        self.assertIn("scripts/quickstart", DRAWING)
        for script in DRAWING:
            with self.subTest(script), Checkout() as checkout:
                for _ in range(2):
                    run = checkout.run(script, *ARGUMENTS.get(script, []), FAKE_PIP="fails")
                    self.assertNotEqual(run.returncode, 0, script)
                    self.assertIn("error: what plots/requirements.txt lists could not be installed", run.stderr)
                    self.assertEqual(self.drawn(checkout), [])
                    self.assertFalse((checkout.root / ".venv/requirements").exists())

    def test_once_pip_works_the_environment_is_made_once(self):
        with Checkout() as checkout:
            checkout.run("scripts/figures", "results", FAKE_PIP="fails")
            for said in ("preparing a Python environment for the plots in .venv\n", ""):
                run = checkout.run("scripts/figures", "results")
                self.assertEqual((run.returncode, run.stderr), (0, said))
                self.assertEqual(self.drawn(checkout), [f"python -E -s -X utf8 {checkout.root}/plots/plot.py results"])

    def test_an_environment_that_was_stamped_although_pip_failed_is_made_anew(self):
        with Checkout() as checkout:
            (checkout.root / ".venv/bin").mkdir(parents=True)
            shutil.copy(checkout.above / "bin/python3", checkout.root / ".venv/bin/python")
            shutil.copy(checkout.root / "plots/requirements.txt", checkout.root / ".venv/requirements")
            run = checkout.run("scripts/figures", "results")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("preparing a Python environment", run.stderr)


class MovedCheckout(unittest.TestCase):
    def test_compiled_modules_of_another_place_are_made_anew(self):
        scripts = [script for script in BUILDING if script not in ("scripts/lint", ".ci/run")]
        for script in scripts:
            with self.subTest(script), Checkout() as checkout:
                stale = [checkout.keep_module(folder, "/elsewhere") for folder in (".build", ".build-test")]
                run = checkout.run(script, *ARGUMENTS.get(script, []), FAKE_SWIFT="fails")
                self.assertNotIn("precompiled for another place", run.stderr)
                self.assertIn("cannot convert value", run.stdout + run.stderr)
                if "build" in run.stderr and "fuzz" not in script:
                    self.assertIn("this checkout was moved", run.stderr)
                    self.assertEqual(sum(module.exists() for module in stale), 1)

    def test_compiled_modules_of_this_place_stay(self):
        with Checkout() as checkout:
            module = checkout.keep_module(".build", checkout.root)
            run = checkout.run("scripts/gate")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertNotIn("moved", run.stderr)
            self.assertTrue(module.exists())

    def test_an_environment_whose_interpreter_is_gone_is_made_anew(self):
        with Checkout() as checkout:
            checkout.run("scripts/figures", "results")
            (checkout.root / ".venv/bin/python").unlink()
            (checkout.root / ".venv/bin/python").symlink_to("/elsewhere/python3")
            run = checkout.run("scripts/figures", "results")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertIn("preparing a Python environment", run.stderr)

    def test_a_checkout_that_was_moved_builds_and_draws(self):
        with Checkout() as checkout:
            checkout.keep_module(".build", checkout.root)
            self.assertEqual(checkout.run("scripts/quickstart").returncode, 0)
            moved = checkout.root.with_name("a new place")
            checkout.root = checkout.root.rename(moved)
            run = checkout.run("scripts/quickstart")
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertTrue(any(call.startswith("new pagefold simulate") for call in checkout.calls))

    def test_a_program_that_is_named_is_the_one_that_runs_to_the_end(self):
        with Checkout() as checkout:
            run = checkout.run("scripts/quickstart", PAGEFOLD_BINARY=str(checkout.root / OLDER[0]))
            self.assertEqual(run.returncode, 0, run.stderr)
            self.assertTrue(any(call.startswith(f"older {OLDER[0]} simulate") for call in checkout.calls))
            self.assertIn(f"{OLDER[0]} sweep experiments/quickstart.yaml --replicates 10", run.stderr)


class Texts(unittest.TestCase):
    """What bash forgives, and must not be written therefore."""

    def test_nothing_that_may_fail_is_asked_for_where_its_status_is_lost(self):
        texts = dict(TEXTS, **{
            f"scripts/lib/{path.name}": path.read_text(encoding="utf-8") for path in (ROOT / "scripts/lib").glob("*.sh")})
        lost = re.compile(r"\$\((need|build)_|\b(local|export|declare|readonly) \w+=[\"']?\$\(|<\((need|build|vm)_\w+ ")
        for script, text in texts.items():
            for number, line in enumerate(text.splitlines(), start=1):
                self.assertIsNone(lost.search(line), f"{script}:{number}: {line}")

    def test_each_of_them_stops_at_the_first_failure(self):
        for script, text in TEXTS.items():
            self.assertRegex(text, r'(?m)^(source "\$\(dirname "\$0"\)/lib/setup\.sh"|set -euo pipefail)$', script)

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed: apt-get install shellcheck")
    def test_shellcheck_has_no_complaint(self):
        files = [*SCRIPTS, ".ci/run", *(f"scripts/lib/{path.name}" for path in (ROOT / "scripts/lib").glob("*.sh"))]
        run = subprocess.run(
            ["shellcheck", "-S", "warning", "-x", "-P", "SCRIPTDIR", *files], cwd=ROOT, capture_output=True, text=True)
        self.assertEqual(run.returncode, 0, run.stdout)


if __name__ == "__main__":
    unittest.main()
