"""Captures the function suite in every mode and builds profiles from the snapshots; see scripts/profiles."""

from __future__ import annotations

import argparse
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time

import profiles_report
import profiles_state
from profiles_capture import Capture, Plan
from profiles_environment import ROOT, SOURCES, Environment, SuiteError, catalogue, digest, randomisation_is_on
from profiles_instances import run_tool
from profiles_modes import MODES, POINTS, Mode, build_options, is_checked, tables
from profiles_workspace import Workspace

# What a snapshot needs at most on average; the largest function's is twice that.
SNAPSHOT_BYTES = 96 << 20


def arguments(given: list[str]) -> argparse.Namespace:
    """The options, checked."""
    parser = argparse.ArgumentParser(prog="scripts/profiles", description=__doc__, allow_abbrev=False)
    listed = ", ".join(MODES)
    parser.add_argument("--modes", help=f"joined by commas: {listed} (default: all)")
    parser.add_argument("--functions", help="joined by commas (default: all of experiments/functions)")
    parser.add_argument("--points", help=f"joined by commas: {', '.join(POINTS)} (default: both)")
    parser.add_argument("--instances", type=positive, help="of each function (default: 5)")
    parser.add_argument("--requests", type=positive, default=4, help="answered before the second point (default: 4)")
    parser.add_argument("--same-input", action="store_true", help="give every instance the same requests")
    parser.add_argument("--alive", type=positive, default=2, help="instances at a time (default: 2)")
    parser.add_argument("--idle", type=seconds, default=0.5, help="seconds of rest before a snapshot (default: 0.5)")
    parser.add_argument("--output", type=pathlib.Path, help="folder for profiles (default: experiments/profiles)")
    parser.add_argument("--capture-only", type=pathlib.Path, metavar="DIR", help="keep snapshots in DIR; no profiles")
    parser.add_argument("--keep-going", action="store_true", help="go on with other instances after a failure")
    parser.add_argument("--fresh", action="store_true", help="make profiles again that are finished")
    parser.add_argument("--quick", action="store_true", help="two small functions, two instances, one mode, no PyPI")
    parser.add_argument("--selftest", action="store_true", help="check the functions' answers; capture nothing")
    parser.add_argument("--pagefold", default="pagefold", help=argparse.SUPPRESS)
    parser.add_argument("--check-options", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--environment", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args(given)
    quick = options.quick
    options.modes = names(options.modes or ("on" if quick else listed), MODES, "mode")
    options.points = names(options.points or ",".join(POINTS), POINTS, "point")
    small = "vanilla,noderender" if quick else ""
    options.functions = catalogue([name.strip() for name in (options.functions or small).split(",") if name.strip()])
    options.instances = options.instances or (2 if quick else 5)
    folder = ROOT / ".build-profiles"
    options.state = pathlib.Path(os.environ.get("PAGEFOLD_PROFILES_STATE", folder / "state.json"))
    options.environment = options.environment or folder / ("quick" if quick else "environment")
    default = folder / "quick-profiles" if quick else ROOT / "experiments" / "profiles"
    options.output = options.output or default
    return options


def positive(text: str) -> int:
    """A whole number of at least one."""
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def seconds(text: str) -> float:
    """A time that is not negative."""
    number = float(text)
    if not 0 <= number < 3600:
        raise ValueError
    return number


def names(text: str, known, what: str) -> list[str]:
    """The names in `text`, in the order of `known`."""
    given = {name.strip() for name in text.split(",") if name.strip()}
    unknown = given - set(known)
    if unknown or not given:
        raise SuiteError(f"no {what} '{min(unknown, default='')}'; there are {', '.join(known)}")
    return [name for name in known if name in given]


class Progress:
    """Says how far a run is: a line that renews itself on a terminal, else a line a round."""

    def __init__(self, total: int, functions: int) -> None:
        self._total, self._functions, self._count, self._began = total, max(1, functions), 0, time.monotonic()

    def skip(self, count: int) -> None:
        """Takes instances out that need not be captured."""
        self._total -= count

    def step(self, text: str) -> None:
        """One more instance is captured."""
        self._count += 1
        elapsed = time.monotonic() - self._began
        left = elapsed / self._count * (self._total - self._count)
        line = f"{self._count} of {self._total} instances, {clock(elapsed)} elapsed, {clock(left)} left: {text}"
        if sys.stderr.isatty():
            print(f"\r\033[K{line}", end="" if self._count < self._total else "\n", file=sys.stderr, flush=True)
        elif self._count % self._functions == 0 or self._count == self._total:
            print(line, file=sys.stderr, flush=True)

    def say(self, text: str) -> None:
        """A line of its own."""
        print(("\r\033[K" if sys.stderr.isatty() else "") + text, file=sys.stderr, flush=True)


def clock(seconds: float) -> str:
    """Minutes and seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


class Run:
    """One call of the script."""

    def __init__(self, options: argparse.Namespace, environment: Environment) -> None:
        self.options, self.environment = options, environment
        self.manifest = environment.manifest()
        self.digest = digest(self.manifest)
        self.plan = Plan(
            options.functions, options.instances, options.requests, options.same_input, idle=options.idle,
            alive=options.alive, keep_going=options.keep_going,
        )
        self.state = profiles_state.State(options.state, self.digest, self.plan.settings())
        self.modes = [MODES[name] for name in options.modes if self.plan.applicable(MODES[name])]
        instances = sum(len(self.plan.applicable(mode)) for mode in self.modes) * options.instances
        self.progress = Progress(instances, len(options.functions))
        self.failures: list[str] = []

    def profile(self, mode: Mode, point: str) -> pathlib.Path:
        """Where a profile goes."""
        suffix = "-same-input" if self.options.same_input else ""
        return self.options.output / f"{mode.name}-{point}{suffix}.pfprofile"

    def unfinished(self, mode: Mode) -> list[str]:
        """The points whose profiles are still to be made."""
        if self.options.capture_only or self.options.fresh:
            return self.options.points
        return [
            point for point in self.options.points
            if self.state.figures(f"{mode.name}-{point}", self.profile(mode, point)) is None
        ]

    def all(self) -> None:
        """Captures every mode and builds its profiles."""
        largest = max((len(self.plan.applicable(mode)) for mode in self.modes), default=0)
        wanted = 0 if self.options.capture_only else largest * self.plan.instances * SNAPSHOT_BYTES
        with Workspace(wanted * len(self.options.points)) as workspace:
            labels = dict(self.manifest, environment=self.digest)
            capture = Capture(workspace, self.environment, self.options.pagefold, labels)
            for mode in self.modes:
                points = self.unfinished(mode)
                if not points:
                    self.progress.skip(len(self.plan.applicable(mode)) * self.plan.instances)
                    self.progress.say(f"{mode.name}: finished before")
                    continue
                if not self.one(mode, points, capture, workspace) and not self.options.keep_going:
                    break
            total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
            used = (total - capture.least_memory) / 2**30
            self.progress.say(f"most memory in use on the machine at a snapshot: {used:.1f} GiB")
        if not self.options.capture_only:
            self.describe()

    def one(self, mode: Mode, points: list[str], capture: Capture, workspace: Workspace) -> bool:
        """Captures one mode; builds its profiles unless something failed."""
        parent = self.options.capture_only or workspace.folder / "snapshots"
        folders = {point: parent / f"{mode.name}-{point}" for point in points}
        for folder in folders.values():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        began = time.monotonic()
        failed = capture.capture(
            mode, self.plan, folders, lambda name, number: self.progress.step(f"{mode.name}, {name} {number}")
        )
        for failure in failed:
            self.progress.say(f"error: {failure}")
        self.failures += failed
        seconds = time.monotonic() - began
        for point, folder in folders.items():
            if not failed and not self.options.capture_only:
                pages = {
                    function.name: capture.private_pages[mode.name, point, function.name]
                    for function in self.plan.applicable(mode)
                }
                self.build(mode, point, folder, workspace, pages, seconds)
            if not self.options.capture_only:
                shutil.rmtree(folder, ignore_errors=True)
        return not failed

    def build(
        self, mode: Mode, point: str, folder: pathlib.Path, workspace: Workspace, pages: dict[str, list[int]],
        seconds: float,
    ) -> None:
        """Makes a profile of the snapshots in `folder`."""
        output = self.profile(mode, point)
        output.parent.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        command = [self.options.pagefold, "profile", "build", str(folder), "--output", str(output), "--quiet"]
        # One key for all profiles of a run, thrown away with the workspace.
        command += ["--key", str(workspace.folder / "capture.key"), *build_options(mode.name, point)]
        run_tool(workspace, command)
        if not output.exists():
            raise SuiteError("pagefold profile build wrote nothing")
        output.chmod(0o644)  # holds no content, unlike all else that is written here
        self.tabulate(mode, point, folder, workspace)
        took = time.monotonic() - began
        figures = {
            "snapshots": sum(map(len, pages.values())),
            "private-megabytes": {name: round(sum(of) / len(of) * 4096 / 1e6, 1) for name, of in pages.items()},
            "capture-seconds": round(seconds, 1),
            "build-seconds": round(took, 1),
            "profile-bytes": output.stat().st_size,
        }
        self.state.finish(f"{mode.name}-{point}", output, figures)
        self.progress.say(f"{output.name}: {figures['profile-bytes']} bytes, built in {took:.0f} s")

    def tabulate(self, mode: Mode, point: str, folder: pathlib.Path, workspace: Workspace) -> None:
        """Makes the tables of the snapshots in `folder` that need the pages, and checks the profile against them."""
        profile = self.profile(mode, point)
        commands = {
            ending: [self.options.pagefold, "profile", *words, str(folder)]
            for ending, words in tables(mode.name, point).items()
        }
        if is_checked(mode.name, point):
            # A check that fails has found something out, and the table says what.
            commands["check.json"] = [
                self.options.pagefold, "profile", "check", str(profile), str(folder), "--json", "--tolerance", "100",
                "--key", str(workspace.folder / "capture.key"),
            ]
        parent = profile.parent / "tables"
        parent.mkdir(exist_ok=True)
        parent.chmod(0o755)
        for ending, command in commands.items():
            table = parent / f"{profile.stem}-{ending}"
            # On one line: they are many and for machines.
            table.write_text(json.dumps(json.loads(run_tool(workspace, command)), separators=(",", ":")) + "\n")
            table.chmod(0o644)

    def describe(self) -> None:
        """Writes what was captured, how, and what is not applicable, beside the profiles."""
        modes = {}
        for mode in MODES.values():
            applicable = self.plan.applicable(mode)
            entry = {
                "functions": {
                    function.name: "captured" if function in applicable else "not applicable"
                    for function in self.plan.functions
                },
                "profiles": {
                    point: figures for point in POINTS
                    if (figures := self.state.figures(f"{mode.name}-{point}", self.profile(mode, point)))
                },
            }
            if entry["profiles"]:
                modes[mode.name] = entry
        suffix = "-same-input" if self.options.same_input else ""
        content = {"environment": self.digest, "manifest": self.manifest, "modes": modes, **self.plan.settings()}
        profiles_state.write(self.options.output / f"capture{suffix}.json", content)
        if (self.options.output / "README.md").exists():
            profiles_report.write(self.options.pagefold, self.options.output)


def stop(number: int, _: object) -> None:
    """Ends as after an error, so that everything is cleaned up."""
    raise SystemExit(128 + number)


def main(given: list[str]) -> int:
    """Runs the script; 0 when all was done."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    os.umask(0o077)
    options = arguments(given)
    if options.check_options:
        return 0
    environment = Environment(options.environment)
    modes = [MODES[name] for name in options.modes]
    if any(mode.randomised for mode in modes) and not randomisation_is_on():
        raise SuiteError("address randomisation is off here: the modes with it cannot be captured")
    print(f"preparing the environment of {len(options.functions)} functions", file=sys.stderr, flush=True)
    environment.prepare(options.functions, modes, with_libraries=not options.quick)
    if options.selftest:
        tested = [function.name for function in options.functions]
        program = [str(environment.libraries / "bin" / "python"), str(SOURCES / "selftest")]
        return subprocess.run([*program, "--environment", str(environment.folder), *tested]).returncode
    run = Run(options, environment)
    run.all()
    if run.failures:
        print(f"error: {len(run.failures)} instances failed", file=sys.stderr)
    return 1 if run.failures else 0


if __name__ == "__main__":
    try:
        code = main(sys.argv[1:])
    except SuiteError as error:
        print(f"error: {error}", file=sys.stderr)
        code = 1
    sys.exit(code)
