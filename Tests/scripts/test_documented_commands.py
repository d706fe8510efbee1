"""The commands in the docs' code blocks run as they stand: /usr/bin/python3 -m unittest discover Tests/scripts

They run in a folder of their own, in which every file that they name is there: experiments are the project's, cut down
to what takes seconds, traces and snapshots are small.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from support import ROOT

BINARY = os.environ.get("PAGEFOLD_BINARY", "")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# What does not run here, and what tries it.
ELSEWHERE = {
    r"calibrate all": "each part: CalibrateCommandTests",
    r"calibrate rdma": "scripts/test-rdma",
    r"calibrate checkpoint": "scripts/restores --quick, and CalibrateCommandTests",
    r"sweep .* --slurm(?! --dry-run)": "SlurmTests",
    r"sweep collect": "SlurmTests",
    r"sweep .* --until": "SweepCommandTests: it takes as many runs as the noise asks for",
    r"sweep experiments/medes/.* --store containers\.sqlite": "COLD stands for a file of the reader's",
    r"compare results/findings/NAME": "NAME stands for one of four",
}
# Experiments, and what makes them small: runs of seconds, and few.
SMALLER = {
    "quickstart.yaml": [("functions: 2000", "functions: 60")],
    "sweep.yaml": [("applications: 500", "applications: 60"), ("replicates: 20", "replicates: 3")],
    "medes/randomisation.yaml": [("replicates: 20", "replicates: 2"), ("functions: 400", "functions: 20")],
}
# A process to look at, that says when it is ready, as in docs/snapshots.md.
PROCESS = "import time\nkept = [bytes([n]) * 5000 for n in range(200)]\nprint('ready', flush=True)\ntime.sleep(600)\n"


def blocks():
    """The lines of the code blocks of a page that call pagefold, without remarks."""
    for page in PAGES:
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
            for line in re.sub(r"\\\n\s*", "", block).splitlines():
                call = re.sub(r"\s+#.*", "", line)
                if re.match(r"(\S+\$ .*)?pagefold ", call):
                    yield page.name, call[call.index("pagefold "):].removeprefix("pagefold ").strip()


@unittest.skipUnless(BINARY, "PAGEFOLD_BINARY names no program: no command of the docs was tried")
class DocumentedCommands(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pagefold-docs-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        shutil.copytree(ROOT / "experiments", self.folder / "experiments")
        for name, changes in SMALLER.items():
            file = self.folder / "experiments" / name
            text = file.read_text(encoding="utf-8")
            for old, new in changes:
                self.assertIn(old, text, name)
                text = text.replace(old, new)
            file.write_text(text, encoding="utf-8")
        for name in ("pages", "captures/on", "results"):
            (self.folder / name).mkdir(parents=True)
        (self.folder / "resize.py").write_text(PROCESS)
        (self.folder / "calls.csv").write_text("time,function,duration\n1500000000,a,0.5\n1500000030,b,0.25\n")

    def start(self):
        """A process to take a snapshot of; its number."""
        process = subprocess.Popen(
            [sys.executable, "resize.py"], cwd=self.folder, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "ready\n")
        return str(process.pid)

    def run_command(self, call):
        return subprocess.run(
            [BINARY, *shlex.split(call)], cwd=self.folder, capture_output=True, text=True, timeout=600)

    def make(self, *calls):
        """Makes what the commands begin with."""
        for call in calls:
            run = self.run_command(call)
            self.assertEqual(run.returncode, 0, f"pagefold {call}: {run.stderr}")

    def test_every_command_in_a_code_block_runs(self):
        first, second = self.start(), self.start()
        self.make(
            "trace generate --applications 600 --days 3 --output azure2019",
            "trace generate --applications 600 --days 1 --output FOLDER",
            "trace import calls.csv --time-zero 2017-07-01 --output old.pftrace",
            "sweep experiments/gate.yaml --store results/gate.sqlite --quiet",
            "calibrate hash --quick --output costs.json",
            *(f"snapshot --pid {second} --function resize --instance 1 --output {name}" for name in (
                "pages/resize-1.pfsnap", "captures/on/resize-1.pfsnap", "target.pfsnap", "base.pfsnap")))
        seen = 0
        for page, call in blocks():
            if any(re.match(pattern, call) for pattern in ELSEWHERE):
                continue
            seen += 1
            run = self.run_command(call.replace("4711", first))
            with self.subTest(page=page, command=call):
                self.assertEqual(run.returncode, 0, f"{page}: pagefold {call}: {run.stderr[-800:]}")
        self.assertGreater(seen, 25)


if __name__ == "__main__":
    unittest.main()
