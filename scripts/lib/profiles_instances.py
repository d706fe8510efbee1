"""Instances of functions: fresh processes, or children of a zygote; both speak the launchers' protocol."""

from __future__ import annotations

import json
import os
import pathlib
import select
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable

from profiles_environment import Environment, Function, SuiteError
from profiles_modes import Mode
from profiles_workspace import Workspace

PATIENCE = 120.0


class Lines:
    """Lines from a pipe, each waited for with patience but not for ever."""

    def __init__(self, handle: int, last_words: Callable[[], str]) -> None:
        self.handle = handle
        self.last_words = last_words
        self.rest = b""

    def next(self, patience: float = PATIENCE) -> str:
        """The next line; silence for too long and an end are errors."""
        deadline = time.monotonic() + patience
        while b"\n" not in self.rest:
            if not select.select([self.handle], [], [], max(0.0, deadline - time.monotonic()))[0]:
                raise SuiteError(f"no answer for {patience:.0f} s")
            read = os.read(self.handle, 1 << 16)
            if not read:
                raise SuiteError(f"ended without an answer: {self.last_words()}")
            self.rest += read
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode()


class Process:
    """A process of its own session that dies with this one."""

    def __init__(self, workspace: Workspace, command: list[str], variables: dict[str, str], randomised: bool) -> None:
        prefix = ["setpriv", "--pdeathsig", "KILL", *([] if randomised else ["setarch", "-R"])]
        self._workspace = workspace
        self._errors = tempfile.TemporaryFile(dir=workspace.folder_for("tmp"))
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            prefix + command, env=variables, stdin=pipe, stdout=pipe, stderr=self._errors, bufsize=0,
            cwd="/", start_new_session=True,
        )
        self.pid = self.process.pid
        self._when = workspace.started(self.pid)
        self.lines = Lines(self.process.stdout.fileno(), self.last_words)

    def last_words(self) -> str:
        """The last line it wrote to its standard error; children of a zygote write to the same."""
        self._errors.seek(0)
        return (self._errors.read().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]

    def close(self) -> None:
        """Ends the process and all that it started."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self._errors.close()
        self._workspace.ended(self.pid, self._when)


def run_tool(workspace: Workspace, command: list[str]) -> str:
    """What a tool prints. It dies with this process; that it fails is an error with the last line it said."""
    pipe = subprocess.PIPE
    tool = subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", *command], stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True,
        start_new_session=True,
    )
    when = workspace.started(tool.pid)
    try:
        printed, said = tool.communicate()
    except BaseException:
        os.killpg(tool.pid, signal.SIGKILL)
        tool.wait()
        raise
    finally:
        workspace.ended(tool.pid, when)
    if tool.returncode != 0:
        last = (said.strip() or f"it ended with {tool.returncode}").splitlines()[-1]
        raise SuiteError(f"{' '.join(command[:3])} failed: {last}")
    return printed


class Instance:
    """One instance: `pid`, requests and answers."""

    def __init__(self, pid: int, requests: int, lines: Lines, close: Callable[[], None]) -> None:
        self.pid, self._requests, self._lines, self.close = pid, requests, lines, close

    def wait_until_imported(self) -> None:
        """Returns when the function can answer."""
        line = self._lines.next()
        if line != "ready import":
            raise SuiteError("did not say 'ready import'")

    def answer(self, seed: int, request: int) -> dict:
        """The function's answer to one request."""
        os.write(self._requests, json.dumps({"seed": seed, "request": request}).encode() + b"\n")
        answer = json.loads(self._lines.next())
        if answer.get("request") != request or "answer" not in answer:
            raise SuiteError(f"request {request} failed: {answer.get('error', 'another request was answered')}")
        return answer["answer"]


class Zygote:
    """A process with a function's imports done, which forks a child for each instance."""

    def __init__(self, workspace: Workspace, environment: Environment, function: Function, mode: Mode) -> None:
        self._workspace, self._name, self._forking, self._count = workspace, function.name, threading.Lock(), 0
        variables = environment.variables(function, mode, str(workspace.folder_for("tmp")))
        self._process = Process(workspace, environment.command(function, mode), variables, mode.randomised)

    def wait_until_imported(self) -> None:
        """Returns when it can fork."""
        if self._process.lines.next() != "ready zygote":
            raise SuiteError("did not say 'ready zygote'")

    def fork(self) -> Instance:
        """A new child."""
        with self._forking:
            self._count += 1
            base = self._workspace.folder_for("pipes") / f"{self._name}-{self._count}"
            paths = [base.with_suffix(".requests"), base.with_suffix(".answers")]
            for path in paths:
                os.mkfifo(path, 0o600)
            # Opened so that nobody waits: the child sees the end of its requests when this process is gone, and
            # this process the end of the answers when the child is.
            flags = [os.O_RDWR, os.O_RDONLY | os.O_NONBLOCK]
            ends = [os.open(path, flag | os.O_CLOEXEC) for path, flag in zip(paths, flags)]
            os.write(self._process.process.stdin.fileno(), f"fork {paths[0]} {paths[1]}\n".encode())
            pid = int(self._process.lines.next().removeprefix("child "))
        lines = Lines(ends[1], self._process.last_words)
        return Instance(pid, ends[0], lines, lambda: self._end(pid, ends, paths))

    def _end(self, pid: int, ends: list[int], paths: list[pathlib.Path]) -> None:
        """Ends a child: its zygote is its parent, so its number is its own until the zygote reaps it."""
        if parent(pid) == self._process.pid:
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while parent(pid) == self._process.pid and time.monotonic() < deadline:
            time.sleep(0.002)
        for end in ends:
            os.close(end)
        for path in paths:
            path.unlink(missing_ok=True)

    def close(self) -> None:
        """Ends the zygote and its children."""
        self._process.close()


def parent(pid: int) -> int | None:
    """A process's parent; none when there is no such process."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError, ValueError):
        return None


def fresh(workspace: Workspace, environment: Environment, function: Function, mode: Mode) -> Instance:
    """A new process."""
    variables = environment.variables(function, mode, str(workspace.folder_for("tmp")))
    process = Process(workspace, environment.command(function, mode), variables, mode.randomised)
    return Instance(process.pid, process.process.stdin.fileno(), process.lines, process.close)
