"""The kernel's KSM: its counts, its settings, and a guardian that puts the settings back whatever happens."""

import os
import pathlib
import shutil
import signal

FOLDER = pathlib.Path("/sys/kernel/mm/ksm")
# What a measurement changes, in the order in which it is put back; `run` comes last.
CHANGED = ("pages_to_scan", "sleep_millisecs", "use_zero_pages", "smart_scan", "advisor_mode")
COUNTS = (
    "full_scans", "pages_shared", "pages_sharing", "pages_unshared", "pages_volatile", "ksm_zero_pages",
    "stable_node_chains", "stable_node_dups",
)


class Unavailable(Exception):
    """Why KSM cannot be measured here."""


def read(name):
    """A file of KSM; of several words the chosen one."""
    text = (FOLDER / name).read_text().strip()
    return text[text.index("[") + 1:text.index("]")] if "[" in text else text


def write(name, value):
    """Sets a file of KSM."""
    (FOLDER / name).write_text(f"{value}\n")


def read_settings():
    """All that a measurement changes, and what it must know."""
    if not FOLDER.is_dir():
        raise Unavailable("the kernel has no KSM (CONFIG_KSM)")
    if not os.access(FOLDER / "run", os.W_OK):
        raise Unavailable("only root may start KSM")
    if not (FOLDER / "ksm_zero_pages").exists():
        raise Unavailable("the kernel does not count merged pages of zeros (Linux 6.6)")
    names = [name for name in (*CHANGED, "run", "max_page_sharing") if (FOLDER / name).exists()]
    return {name: read(name) for name in names}


def read_counts():
    """KSM's counts."""
    return {name: int(read(name)) for name in COUNTS if (FOLDER / name).exists()}


class Guardian:
    """A process that waits until this one is done with KSM or dead, however it died, and then puts every setting back
    and removes a folder."""

    def __init__(self, settings, folder):
        self._settings, self._folder = settings, folder

    def __enter__(self):
        waiting, self._alive = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            self._guard(waiting)
        os.close(waiting)
        return self

    def merge(self, pages_to_scan):
        """Lets KSM begin."""
        write("advisor_mode", "none") if "advisor_mode" in self._settings else None
        wanted = {"pages_to_scan": pages_to_scan, "sleep_millisecs": 10, "use_zero_pages": 1, "smart_scan": 0}
        for name, value in wanted.items():
            if name in self._settings:
                write(name, value)
        write("run", 1)

    def __exit__(self, *_):
        os.close(self._alive)
        os.waitpid(self._pid, 0)

    def _guard(self, waiting):
        status = 1
        try:
            os.setsid()
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            os.close(self._alive)
            while os.read(waiting, 1):
                pass
            self._restore()
            status = 0
        finally:
            os._exit(status)

    def _restore(self):
        try:
            # Unmerges what was merged; without that, pages stay merged when `run` is 0.
            write("run", 2)
        finally:
            for name in (*CHANGED, "run"):
                if name in self._settings:
                    try:
                        write(name, self._settings[name])
                    except OSError:
                        pass
            shutil.rmtree(self._folder, ignore_errors=True)
