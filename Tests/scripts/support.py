"""A checkout of its own for each test, with an older build, and stand-ins for what its scripts build and install with."""

import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRIPLE = "x86_64-unknown-linux-gnu"
# Where a script would find what was built before.
OLDER = [
    ".build/release/pagefold", ".build/release/pagefold-bench", ".build/release/verbs-peer",
    ".build-test/release/pagefold", ".build-test/release/verbs-peer",
    ".build-test/release/pagefoldPackageTests.xctest", ".build-fuzz/.build/release/ReaderFuzzer",
]

# Builds programs that note that they ran, unless it is told to fail. Like the real one it refuses compiled modules of
# another place, and takes a folder for products from `--scratch-path`.
SWIFT = """
[ "$1" = --version ] && { echo "Swift version 6.3.1 (swift-6.3.1-RELEASE)"; exit; }
echo "swift $*" >>"$LOG"
[ "$1" = build ] || [ "$FAKE_SWIFT" = works ] || { echo "error: swift fails as it was told" >&2; exit 1; }
[ "$1" = build ] || exit 0
scratch=.build
while [ $# -gt 0 ]; do [ "$1" != --scratch-path ] || scratch=$2; shift; done
for cache in "$scratch"/*/*/ModuleCache; do
    [ -d "$cache" ] || continue
    grep -rqF "$(realpath "$cache")/" "$cache" || { echo "error: precompiled for another place" >&2; exit 1; }
done
case $FAKE_SWIFT in
    fails) echo "error: cannot convert value of type 'String' to specified type 'Int'"; exit 1 ;;
    killed) kill -KILL $$ ;;
    idles) exit 0 ;;
esac
for program in pagefold pagefold-bench verbs-peer pagefoldPackageTests.xctest ReaderFuzzer; do
    mkdir -p "$scratch/release"
    printf '#!/bin/sh\\necho "new %s $*" >>"$LOG"\\n' $program >"$scratch/release/$program"
    chmod +x "$scratch/release/$program"
done
"""
# Makes environments whose pip can fail, and that say that they work when it did not.
PYTHON = """
case " $* " in
    *" -m venv "*)
        mkdir -p .venv/bin
        cp "$0" .venv/bin/python ;;
    *" -m pip "*)
        [ "$FAKE_PIP" = works ] || { echo "ERROR: No matching distribution found" >&2; exit 1; }
        touch .venv/installed ;;
    *" - plots/requirements.txt "*) test -e .venv/installed ;;
    *" import ensurepip, venv "*) ;;
    *) echo "python $*" >>"$LOG" ;;
esac
"""
NAMES = {
    "swift": SWIFT, "python3": PYTHON, "dpkg-query": "echo install ok installed", "uname": "echo x86_64",
    "id": "echo 0", "apt-get": 'echo "apt-get $*" >>"$LOG"; exit 1', "sudo": "exit 1",
}


def program(path, text):
    """Writes a program of the shell."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/usr/bin/env bash\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


class Checkout:
    """A copy of what scripts need of the project, with an older build in it."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="pagefold-scripts-")
        self.above = pathlib.Path(self._folder.name).resolve()
        self.root = self.above / "checkout"
        for name in ("scripts", ".ci", "plots", "experiments/functions", "docs/examples"):
            shutil.copytree(ROOT / name, self.root / name, ignore=shutil.ignore_patterns("__pycache__"))
        for experiment in ("gate.yaml", "gate-medes.yaml", "quickstart.yaml"):
            shutil.copy(ROOT / "experiments" / experiment, self.root / "experiments")
        shutil.copytree(ROOT / "experiments" / "medes", self.root / "experiments" / "medes")
        for older in OLDER:
            program(self.root / older, f'echo "older {older} $*" >>"$LOG"')
        for name, text in NAMES.items():
            program(self.above / "bin" / name, text)
        # Virtual machines and peers are there already.
        for name in ("rdma-vm", "rdma-vm-backports", "peers"):
            (self.above / "cache" / name).mkdir(parents=True)
            (self.above / "cache" / name / "complete").touch()
        self.log = self.above / "log"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._folder.cleanup()

    def run(self, script, *arguments, **variables):
        """Runs a script; what it printed, and how it ended. What stand-ins were asked for is in `calls`."""
        self.log.write_text("", encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PAGEFOLD_", "PYTHON"))}
        surroundings = dict(
            kept, PATH=f"{self.above / 'bin'}:{os.environ['PATH']}", LOG=str(self.log), HOME=str(self.above),
            TMPDIR=str(self.above), PAGEFOLD_CACHE=str(self.above / "cache"),
            **{"FAKE_SWIFT": "works", "FAKE_PIP": "works", **variables})
        command = [str(self.root / script), *arguments]
        return subprocess.run(
            command, cwd=self.above, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True)

    @property
    def calls(self):
        """What was called of the stand-ins, and which built programs ran, a line each."""
        return self.log.read_text(encoding="utf-8").splitlines()

    def keep_module(self, scratch, place):
        """Leaves a compiled module in a build folder that was made for a checkout at `place`."""
        cache = f"{scratch}/{TRIPLE}/release/ModuleCache"
        module = self.root / cache / "AB12" / "SwiftShims-1.pcm"
        module.parent.mkdir(parents=True)
        module.write_bytes(b"CPCH\0\xff" + f"{place}/{cache}/AB12/_Builtin.pcm".encode() + b"\0")
        return module
