"""Captures all instances of one mode: each function's first, then each one's second, and so on."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import json
import pathlib
import threading
import time
from collections.abc import Callable

from profiles_environment import Environment, Function, SuiteError, available_memory
from profiles_instances import Instance, Zygote, fresh, run_tool
from profiles_modes import Mode
from profiles_workspace import Workspace


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is captured of every mode."""

    functions: list[Function]
    instances: int
    requests: int
    same_input: bool = False
    idle: float = 0.5
    alive: int = 2
    keep_going: bool = False

    def applicable(self, mode: Mode) -> list[Function]:
        """The functions that the mode can be had for."""
        return [function for function in self.functions if function.language in mode.languages]

    def settings(self) -> dict:
        """What a finished profile depends on."""
        names = [function.name for function in self.functions]
        numbers = {"instances": self.instances, "requests": self.requests, "idle": self.idle}
        return {"functions": names, "same-input": self.same_input, **numbers}


class Capture:
    """Takes snapshots with `pagefold snapshot`."""

    def __init__(self, workspace: Workspace, environment: Environment, pagefold: str, labels: dict[str, str]) -> None:
        self._workspace, self._environment, self._pagefold, self._labels = workspace, environment, pagefold, labels
        self._stop = threading.Event()
        self.least_memory = available_memory()
        # Pages of each instance, by mode, point and function.
        self.private_pages: dict[tuple[str, str, str], list[int]] = {}

    def capture(
        self, mode: Mode, plan: Plan, folders: dict[str, pathlib.Path], done: Callable[[str, int], None]
    ) -> list[str]:
        """Captures `mode` at the points in `folders`, one folder a point; returns what failed.

        `done` is told of each instance. An instance is captured at every point: a snapshot lets it go on. After a
        failure no more instances are started unless the plan says to keep going.
        """
        failures: list[str] = []
        functions = plan.applicable(mode)
        zygotes = self._zygotes(mode, functions)
        pool = concurrent.futures.ThreadPoolExecutor(plan.alive)
        try:
            jobs = {}
            for number in range(plan.instances):
                for function in functions:
                    start = self._starter(mode, function, zygotes)
                    jobs[pool.submit(self._instance, start, mode, plan, function, number, folders)] = function, number
            for job in concurrent.futures.as_completed(jobs):
                function, number = jobs[job]
                try:
                    job.result()
                except (SuiteError, OSError, ValueError) as error:
                    failures.append(f"{mode.name}, {function.name}, instance {number}: {error}")
                    if not plan.keep_going:
                        break
                done(function.name, number)
        except BaseException:
            self._stop.set()  # what is alive is killed when the workspace is left
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown(cancel_futures=True)
        for zygote in zygotes.values():
            zygote.close()
        return failures

    def _zygotes(self, mode: Mode, functions: list[Function]) -> dict[str, Zygote]:
        """One for each function where the mode forks, all with their imports done."""
        if not mode.forked:
            return {}
        zygotes = {
            function.name: Zygote(self._workspace, self._environment, function, mode) for function in functions
        }
        for zygote in zygotes.values():
            zygote.wait_until_imported()
        return zygotes

    def _starter(self, mode: Mode, function: Function, zygotes: dict[str, Zygote]) -> Callable[[], Instance]:
        """What starts an instance of the function in this mode."""
        if mode.forked:
            return zygotes[function.name].fork
        return lambda: fresh(self._workspace, self._environment, function, mode)

    def _instance(
        self, start: Callable[[], Instance], mode: Mode, plan: Plan, function: Function, number: int,
        folders: dict[str, pathlib.Path],
    ) -> None:
        """Starts one instance, has it answer its requests, and captures it at each point."""
        if self._stop.is_set():
            return
        instance = start()
        try:
            instance.wait_until_imported()
            if "import" in folders:
                time.sleep(plan.idle)
                self._snapshot(instance, mode, plan, function, number, "import", folders)
            if "requests" in folders:
                seed = 0 if plan.same_input else number
                for request in range(plan.requests):
                    instance.answer(seed, request)
                time.sleep(plan.idle)
                self._snapshot(instance, mode, plan, function, number, "requests", folders)
        finally:
            instance.close()

    def _snapshot(
        self, instance: Instance, mode: Mode, plan: Plan, function: Function, number: int, point: str,
        folders: dict[str, pathlib.Path],
    ) -> None:
        """Writes FOLDER/FUNCTION-NUMBER.pfsnap."""
        labels = dict(self._labels, **mode.labels(function.language), point=point)
        labels["requests"] = str(plan.requests if point == "requests" else 0)
        labels["inputs"] = "same" if plan.same_input else "different"
        output = folders[point] / f"{function.name}-{number}.pfsnap"
        command = [self._pagefold, "snapshot", "--json", "--pid", str(instance.pid), "--output", str(output)]
        command += ["--function", function.name, "--instance", str(number)]
        for name, value in sorted(labels.items()):
            command += ["--label", f"{name}={value}"]
        found = json.loads(run_tool(self._workspace, command))
        randomisation = "on" if mode.randomised else "off"
        if found["labels"]["randomisation"] != randomisation:
            raise SuiteError(f"address randomisation is not {randomisation}, as pagefold snapshot found out")
        self.private_pages.setdefault((mode.name, point, function.name), []).append(found["pages"])
        self.least_memory = min(self.least_memory, available_memory())
