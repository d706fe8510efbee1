"""Removes what a capture leaves behind, however the capture ends: also when it is killed with signal 9.

    python profiles_watch.py FOLDER    (standard input: a pipe that only the capture holds)

Reads `started PID TIME` and `ended PID TIME` lines (TIME: the process's start time, from /proc). When the pipe
closes it kills the process groups that were started and have not ended, removes FOLDER, and ends.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time


def start_time(pid: int) -> str | None:
    """When a process started, in ticks since the machine did; none when there is no such process."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        return None


def kill_group(pid: int, started: str) -> None:
    """Kills the group that a process leads, unless the number belongs to another process by now."""
    if start_time(pid) in (started, None):
        try:
            os.killpg(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass


def remove(folder: str) -> None:
    """Removes a folder that dying processes may still write to."""
    for _ in range(50):
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.lexists(folder):
            return
        time.sleep(0.1)


def main() -> None:
    """Watches until the pipe closes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    alive: dict[int, str] = {}
    for line in sys.stdin:
        what, pid, started = line.split()
        if what == "started":
            alive[int(pid)] = started
        else:
            alive.pop(int(pid), None)
    for pid, started in alive.items():
        kill_group(pid, started)
    remove(sys.argv[1])


if __name__ == "__main__":
    main()
