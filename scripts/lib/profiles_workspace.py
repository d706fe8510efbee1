"""A private folder for raw pages and the processes they come from: neither outlives the capture."""

from __future__ import annotations

import fcntl
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading

from profiles_environment import SYSTEM_PYTHON, SuiteError, available_memory
from profiles_watch import start_time

PREFIX = "pagefold-profiles-"
RESERVE = 4 << 30


class Workspace:
    """Use as a context. On any exit a watcher kills what is alive and removes the folder (profiles_watch.py)."""

    def __init__(self, bytes_wanted: int, memory_folder: str = "/dev/shm") -> None:
        parents = [memory_folder, tempfile.gettempdir()]
        for parent in parents:
            remove_stale(pathlib.Path(parent))
        made = pathlib.Path(tempfile.mkdtemp(prefix="." + PREFIX, dir=choose(parents, bytes_wanted)))
        self._lock = os.open(made / "owner", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        # Takes its name when it is locked: another run would remove it as stale before.
        self.folder = made.rename(made.with_name(made.name[1:]))
        self._pipe_lock = threading.Lock()
        watcher = pathlib.Path(__file__).with_name("profiles_watch.py")
        self._watcher = subprocess.Popen(
            [SYSTEM_PYTHON, "-I", str(watcher), str(self.folder)], stdin=subprocess.PIPE, start_new_session=True
        )

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, *_: object) -> None:
        with self._pipe_lock:
            self._watcher.stdin.close()
        self._watcher.wait()
        shutil.rmtree(self.folder, ignore_errors=True)
        os.close(self._lock)

    def folder_for(self, name: str) -> pathlib.Path:
        """A folder of this name, for the owner alone."""
        folder = self.folder / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def started(self, pid: int) -> str:
        """Tells the watcher of a process that leads a group; returns what `ended` wants to know."""
        when = start_time(pid) or "0"
        self._tell(f"started {pid} {when}\n")
        return when

    def ended(self, pid: int, when: str) -> None:
        """Tells the watcher that the process was waited for."""
        self._tell(f"ended {pid} {when}\n")

    def _tell(self, line: str) -> None:
        with self._pipe_lock:
            if self._watcher.stdin.closed:
                return  # the capture is ending, and the watcher knows what is alive
            try:
                self._watcher.stdin.write(line.encode())
                self._watcher.stdin.flush()
            except BrokenPipeError:
                raise SuiteError("the process that cleans up was ended from outside") from None


def choose(parents: list[str], bytes_wanted: int) -> str:
    """The first folder with room; in memory only when enough memory is left for the rest."""
    for number, parent in enumerate(parents):
        if not os.path.isdir(parent) or shutil.disk_usage(parent).free < bytes_wanted:
            continue
        if number > 0 or available_memory() >= bytes_wanted + RESERVE:
            return parent
    raise SuiteError(f"no room for {bytes_wanted >> 20} MiB of snapshots; set TMPDIR, or ask for fewer instances")


def remove_stale(parent: pathlib.Path) -> None:
    """Removes folders whose owner is gone without a trace, as after a power cut."""
    for folder in parent.glob(PREFIX + "*"):
        try:
            handle = os.open(folder / "owner", os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            continue
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
        except BlockingIOError:
            pass
        finally:
            os.close(handle)
