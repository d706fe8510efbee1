"""What the tests of scripts/profiles share."""

import os
import pathlib
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts" / "lib"
FUNCTIONS = ROOT / "experiments" / "functions"
PYTHON = "/usr/bin/python3"
FAKE = pathlib.Path(__file__).with_name("fake_pagefold.py")
sys.path.insert(0, str(SCRIPTS))


def start_profiles(folder, *options, **variables):
    """Starts scripts/lib/profiles.py on vanilla with the stand-in; whatever it makes is below `folder`."""
    command = [
        PYTHON, str(SCRIPTS / "profiles.py"), "--quick", "--functions", "vanilla", "--pagefold", str(FAKE),
        "--environment", f"{folder}/environment", "--output", f"{folder}/profiles", "--idle", "0", *options,
    ]
    surroundings = dict(os.environ, PAGEFOLD_PROFILES_STATE=f"{folder}/state.json", **variables)
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=surroundings, stdout=pipe, stderr=pipe, text=True)


def wait_until(condition, patience=600.0):
    """Whether a condition comes true. Patience only keeps a broken program from hanging the tests."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def running(part):
    """Processes, other than this one, whose command line holds `part`."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if part.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
            except OSError:
                pass
    return found
