"""scripts/lib/profiles.py with a stand-in for pagefold: options, going on, and cleaning up."""

import json
import os
import pathlib
import signal
import tempfile
import unittest

import support
from support import start_profiles, wait_until

import profiles
import profiles_state
import profiles_workspace
from profiles_environment import SuiteError, catalogue, digest
from profiles_modes import MODES, build_options


class OptionTests(unittest.TestCase):
    """What the command line means."""

    def test_names_are_taken_in_a_fixed_order(self):
        options = profiles.arguments(["--modes", "off,on", "--functions", "linalg,vanilla"])
        self.assertEqual(options.modes, ["on", "off"])
        self.assertEqual([function.name for function in options.functions], ["vanilla", "linalg"])
        self.assertEqual((options.instances, options.requests), (5, 4))

    def test_unknown_names_are_errors_that_list_the_known(self):
        for given in (["--modes", "onn"], ["--functions", "vanila"], ["--points", "end"], ["--modes", ","]):
            with self.assertRaisesRegex(SuiteError, "there are"):
                profiles.arguments(given)

    def test_quick_is_small_and_leaves_the_committed_profiles_alone(self):
        options = profiles.arguments(["--quick"])
        self.assertEqual((options.modes, options.instances, len(options.functions)), (["on"], 2, 2))
        self.assertNotIn("experiments", options.output.parts)

    def test_modes_apply_to_the_languages_that_have_them(self):
        plan = profiles.Plan(catalogue(), 5, 4)
        self.assertEqual(len(plan.applicable(MODES["on"])), 14)
        self.assertEqual({function.language for function in plan.applicable(MODES["zygote"])}, {"python"})

    def test_sweeps_and_records_are_asked_for_where_they_are_committed(self):
        self.assertIn("32,64,128", build_options("off", "requests"))
        self.assertNotIn("--chunk", build_options("on", "requests"))
        self.assertIn("--records", build_options("zygote", "requests"))
        self.assertEqual(build_options("position-independent", "requests"), [])

    def test_an_environment_has_a_digest_of_all_it_holds(self):
        self.assertEqual(digest({"a": "1", "b": "2"}), digest({"b": "2", "a": "1"}))
        self.assertNotEqual(digest({"a": "1"}), digest({"a": "2"}))


class StateTests(unittest.TestCase):
    """What counts as finished."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.profile = self.folder / "on-import.pfprofile"
        self.profile.write_text("profile")
        self.state().finish("on-import", self.profile, {"snapshots": 1})

    def state(self, environment="e", **settings):
        return profiles_state.State(self.folder / "state.json", environment, settings)

    def test_a_finished_profile_is_known_to_the_next_run(self):
        self.assertEqual(self.state().figures("on-import", self.profile), {"snapshots": 1})

    def test_another_environment_or_other_options_start_anew(self):
        self.assertIsNone(self.state(environment="f").figures("on-import", self.profile))
        self.assertIsNone(self.state(instances=3).figures("on-import", self.profile))

    def test_a_profile_that_was_changed_or_removed_is_not_finished(self):
        self.profile.write_text("other")
        self.assertIsNone(self.state().figures("on-import", self.profile))
        self.profile.unlink()
        self.assertIsNone(self.state().figures("on-import", self.profile))

    def test_a_damaged_state_is_as_none(self):
        (self.folder / "state.json").write_text("{")
        self.assertIsNone(self.state().figures("on-import", self.profile))


class RunTests(unittest.TestCase):
    """Whole runs on vanilla."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.temporary = self.folder / "tmp"
        self.temporary.mkdir()

    def run_profiles(self, *options, **variables):
        run = start_profiles(self.folder, *options, TMPDIR=str(self.temporary), **variables)
        said = run.communicate(timeout=120)[1]
        return run.returncode, said

    def profile(self, name):
        return json.loads((self.folder / "profiles" / f"{name}.pfprofile").read_text())

    def test_both_points_of_every_instance_are_captured_then_built_then_removed(self):
        code, said = self.run_profiles("--modes", "on,off,zygote")
        self.assertEqual(code, 0, said)
        for mode in ("on", "off", "zygote"):
            for point in ("import", "requests"):
                built = self.profile(f"{mode}-{point}")
                self.assertEqual(built["seen"], ["vanilla-0.pfsnap", "vanilla-1.pfsnap"])
                self.assertFalse(os.path.exists(built["words"][2]))
        noted = json.loads((self.folder / "profiles" / "capture.json").read_text())
        self.assertEqual(noted["modes"]["zygote"]["functions"], {"vanilla": "captured"})

    def test_a_finished_run_is_not_repeated_unless_asked_to(self):
        self.assertEqual(self.run_profiles()[0], 0)
        self.assertIn("finished before", self.run_profiles(FAKE_FAILS="vanilla")[1])
        self.assertEqual(self.run_profiles("--fresh", FAKE_FAILS="vanilla")[0], 1)

    def test_snapshots_that_are_kept_say_where_they_come_from(self):
        kept = self.folder / "kept"
        code, said = self.run_profiles("--capture-only", str(kept), "--modes", "off-fixed-seed", "--same-input")
        self.assertEqual(code, 0, said)
        words = json.loads((kept / "off-fixed-seed-requests" / "vanilla-1.pfsnap").read_text())["words"]
        for label in ("mode=off-fixed-seed", "point=requests", "language=python", "hash-seed=0", "inputs=same",
                      "requests=4"):
            self.assertIn(label, words)
        self.assertEqual(os.stat(kept / "off-fixed-seed-requests").st_mode & 0o777, 0o700)

    def test_a_snapshot_that_contradicts_the_mode_is_an_error(self):
        code, said = self.run_profiles("--modes", "off", FAKE_RANDOMISATION="on")
        self.assertEqual(code, 1)
        self.assertIn("address randomisation is not off", said)

    def test_a_failure_is_told_and_builds_nothing(self):
        code, said = self.run_profiles("--keep-going", FAKE_FAILS="vanilla")
        self.assertEqual(code, 1)
        self.assertIn("on, vanilla, instance 1: ", said)
        self.assertIn("a failure that was asked for", said)
        self.assertFalse((self.folder / "profiles" / "on-import.pfprofile").exists())

    def interrupt(self, number, hanging):
        """Stops a run with a signal while the stand-in hangs; nothing may be left."""
        run = start_profiles(self.folder, TMPDIR=str(self.temporary), FAKE_HANGS=hanging)
        self.addCleanup(run.wait)
        self.addCleanup(run.kill)
        self.addCleanup(run.stderr.close)
        self.addCleanup(run.stdout.close)
        mark = str(self.folder)
        tools = f"{support.FAKE}\0{hanging}\0"
        self.assertTrue(wait_until(lambda: any(self.is_below(pid, run.pid) for pid in support.running(tools))))
        workspaces = [path for parent in ("/dev/shm", self.temporary)
                      for path in pathlib.Path(parent).glob(profiles_workspace.PREFIX + "*")
                      if self.is_owner(path, run.pid)]
        self.assertEqual(len(workspaces), 1)
        run.send_signal(number)
        code = run.wait()
        self.assertNotEqual(code, 0)
        self.assertTrue(wait_until(lambda: not workspaces[0].exists()), "raw pages are left")
        self.assertTrue(wait_until(lambda: not support.running(mark)), "processes are left")

    @staticmethod
    def is_below(pid, ancestor):
        """Whether a process descends from another."""
        while pid > 1 and pid != ancestor:
            try:
                pid = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                return False
        return pid == ancestor

    @staticmethod
    def is_owner(workspace, pid):
        """Whether a process holds the lock of a workspace."""
        held = {os.path.realpath(f"/proc/{pid}/fd/{number}") for number in os.listdir(f"/proc/{pid}/fd")}
        return str(workspace / "owner") in held

    def test_nothing_is_left_after_an_interrupt(self):
        self.interrupt(signal.SIGINT, "snapshot")

    def test_nothing_is_left_after_a_request_to_end(self):
        self.interrupt(signal.SIGTERM, "profile")

    def test_nothing_is_left_after_kill_9(self):
        self.interrupt(signal.SIGKILL, "snapshot")


class WorkspaceTests(unittest.TestCase):
    """Where raw pages live."""

    def test_it_is_private_and_removed_after_an_error(self):
        with tempfile.TemporaryDirectory() as parent:
            with self.assertRaises(ZeroDivisionError), profiles_workspace.Workspace(0, parent) as workspace:
                self.assertEqual(os.stat(workspace.folder).st_mode & 0o777, 0o700)
                (workspace.folder_for("snapshots") / "page").write_text("secret")
                raise ZeroDivisionError
            self.assertEqual(os.listdir(parent), [])

    def test_a_folder_without_an_owner_is_removed_and_one_in_use_is_not(self):
        with tempfile.TemporaryDirectory() as parent:
            stale = pathlib.Path(parent, profiles_workspace.PREFIX + "stale")
            stale.mkdir()
            (stale / "owner").touch()
            with profiles_workspace.Workspace(0, parent) as workspace:
                self.assertFalse(stale.exists())
                profiles_workspace.remove_stale(pathlib.Path(parent))
                self.assertTrue(workspace.folder.exists())

    def test_no_room_is_an_error_with_a_remedy(self):
        with self.assertRaisesRegex(SuiteError, "set TMPDIR"):
            profiles_workspace.choose(["/dev/shm", tempfile.gettempdir()], 1 << 60)


if __name__ == "__main__":
    unittest.main()
