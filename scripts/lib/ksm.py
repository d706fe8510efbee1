#!/usr/bin/env python3
"""Compares what the kernel's KSM merges among instances of functions with what their snapshots predict."""

import argparse
import ctypes
import json
import os
import pathlib
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from ksm_settings import Guardian, Unavailable, read_counts, read_settings

HERE = pathlib.Path(__file__).resolve().parent
SUITE_PYTHON = HERE.parent.parent / ".build-profiles" / "environment" / "libraries" / "bin" / "python"
LAUNCHER = HERE.parent.parent / "experiments" / "functions" / "python" / "launcher.py"
# What `prctl` calls them in <linux/prctl.h>.
PR_SET_PDEATHSIG, PR_SET_MEMORY_MERGE, PR_GET_MEMORY_MERGE = 1, 67, 68
PROGRAMS = {
    "plain": "import json, logging, argparse",
    "server": "import asyncio, http.server, email.parser, ssl",
    "data": "import sqlite3, decimal, csv, xml.dom.minidom; rows = [str(n) * 8 for n in range(60_000)]",
}
PATIENCE = 120
NOT_OFFERED = 3


def prctl(option, value=0):
    """The system call; errors are exceptions."""
    result = ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


class Instance:
    """A process whose whole address space KSM may merge. It dies with this one."""

    def __init__(self, name, number, command, arguments):
        def prepare():
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            prctl(PR_SET_MEMORY_MERGE, 1)

        self.name, self.number = name, number
        variables = dict(os.environ)
        if arguments.no_randomisation:
            command = ["setarch", "-R", *command]
            variables["PYTHONHASHSEED"] = "0"
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=variables, preexec_fn=prepare)
        self.pid = self.process.pid

    def wait_for_line(self):
        """Its next line; a process that ends first is an error."""
        line = self.process.stdout.readline()
        if not line:
            raise Unavailable(f"{self.name} ended before it was ready")
        return line

    def answer(self, seed, request):
        """Sends one request of the suite's launcher and waits for the answer."""
        self.process.stdin.write(json.dumps({"seed": seed, "request": request}).encode() + b"\n")
        self.process.stdin.flush()
        self.wait_for_line()

    def status(self):
        """What the kernel says of its merging, and its huge pages in bytes."""
        words = pathlib.Path(f"/proc/{self.pid}/ksm_stat").read_text().replace(":", " ").splitlines()
        found = {line.split()[0]: line.split()[-1] for line in words if line.strip()}
        for line in pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("AnonHugePages:"):
                found["huge"] = int(line.split()[1]) * 1024
        return found

    def unmergeable(self):
        """How many private pages lie in regions that KSM leaves alone, such as the stack."""
        pages = anonymous = 0
        for line in pathlib.Path(f"/proc/{self.pid}/smaps").read_text().splitlines():
            words = line.split()
            if words[0] == "Anonymous:":
                anonymous = int(words[1]) // 4
            elif words[0] == "VmFlags:" and "mg" not in words:
                pages += anonymous
        return pages


def commands(arguments):
    """How each function is started."""
    if arguments.suite:
        python = arguments.python or (str(SUITE_PYTHON) if SUITE_PYTHON.exists() else sys.executable)
        return {name: [python, str(LAUNCHER), name] for name in arguments.suite.split(",")}
    if arguments.command:
        return {name: shlex.split(text) for name, _, text in (item.partition("=") for item in arguments.command)}
    wait = "; print('ready', flush=True); import sys; sys.stdin.read()"
    return {name: [arguments.python or sys.executable, "-c", text + wait] for name, text in PROGRAMS.items()}


def start(arguments):
    """All instances, ready and idle. They are started in turns, as a platform would."""
    instances = [
        Instance(name, number, command, arguments)
        for number in range(arguments.instances) for name, command in commands(arguments).items()
    ]
    for instance in instances:
        instance.wait_for_line()
    if arguments.suite:
        for instance in instances:
            for request in range(arguments.requests):
                instance.answer(instance.number, request)
    time.sleep(1)
    return instances


def capture(instances, folder, arguments):
    """A snapshot of each instance."""
    for instance in instances:
        path = folder / f"{instance.name}-{instance.number}.pfsnap"
        subprocess.run(
            [arguments.pagefold, "snapshot", "--pid", str(instance.pid), "--function", instance.name, "--instance",
             str(instance.number), "--output", str(path)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def predict(folder, arguments, most_users):
    """What equal pages of the snapshots come to."""
    run = subprocess.run(
        [arguments.pagefold, "profile", "exact", str(folder), "--json", "--max-page-sharing", str(most_users)],
        check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(run.stdout)


def scan(patience):
    """Waits until a full scan changes nothing any more, after two at least; returns the counts and how many scans
    it took, or why it gave up."""
    begin, first, before, quiet = time.monotonic(), read_counts()["full_scans"], None, 0
    scans = first
    while time.monotonic() - begin < patience:
        time.sleep(0.25)
        counts = read_counts()
        if counts["full_scans"] == scans:
            continue
        scans = counts["full_scans"]
        now = [counts[name] for name in ("pages_shared", "pages_sharing", "ksm_zero_pages")]
        quiet = quiet + 1 if before and all(abs(a - b) <= 2 for a, b in zip(now, before)) else 0
        before = now
        print(f"\rscan {scans - first}: {now[0]} shared, {now[1]} sharing, {now[2]} zero", end="", file=sys.stderr)
        if scans - first >= 3 and quiet >= 2:
            print(file=sys.stderr)
            return counts, scans - first, True
    print(file=sys.stderr)
    return read_counts(), scans - first, False


def measure(arguments, folder):
    """Everything, and the report of it."""
    settings = read_settings()
    if int(settings["run"]) != 0:
        raise Unavailable("KSM is at work already; its counts would be of other processes too")
    with Guardian(settings, folder) as guardian:
        instances = start(arguments)
        unmergeable = sum(instance.unmergeable() for instance in instances)
        huge = sum(instance.status().get("huge", 0) for instance in instances)
        capture(instances, folder, arguments)
        before = predict(folder, arguments, settings["max_page_sharing"])
        guardian.merge(pages_to_scan=arguments.pages_to_scan)
        counts, scans, is_settled = scan(arguments.patience)
        statuses = [instance.status() for instance in instances]
        again = folder / "again"
        again.mkdir(mode=0o700)
        capture(instances, again, arguments)
        after = predict(again, arguments, settings["max_page_sharing"])
        for instance in instances:
            instance.process.kill()
    return {
        "kernel": os.uname().release, "instances": len(instances), "scans": scans, "settled": is_settled,
        "huge_bytes_before": huge, "unmergeable_pages": unmergeable, "counts": counts, "predicted": before["totals"][0],
        "predicted_after": after["totals"][0], "snapshots": before["snapshots"],
        "processes": [
            {"function": instance.name, "instance": instance.number,
             "ksm_merging_pages": int(status["ksm_merging_pages"]),
             "ksm_zero_pages": int(status.get("ksm_zero_pages", 0)),
             "huge_bytes_after": status.get("huge", 0)}
            for instance, status in zip(instances, statuses)],
    }


def show(result):
    """The report for people."""
    counts, predicted, after = result["counts"], result["predicted"], result["predicted_after"]
    print(f"{result['instances']} processes, Linux {result['kernel']}, {result['scans']} full scans"
          + ("" if result["settled"] else "; the counts were still changing"))
    print(f"{'pages':24}{'predicted':>12}{'kernel':>12}{'difference':>12}{'':>10}{'captured after':>16}")
    rows = ["pages_shared", "pages_sharing", "ksm_zero_pages", "pages_unshared"]
    for name in rows:
        difference = counts[name] - predicted[name]
        part = f"{100 * difference / predicted[name]:+.2f} %" if predicted[name] else ""
        print(f"{name:24}{predicted[name]:12}{counts[name]:12}{difference:+12}{part:>10}{after[name]:16}")
    seen = sum(counts[name] for name in rows) + counts["pages_volatile"]
    print(f"{'all':24}{predicted['pages']:12}{seen:12}{seen - predicted['pages']:+12}{'':>10}{after['pages']:16}")
    saved = [counts["pages_sharing"] + counts["ksm_zero_pages"], predicted["pages_sharing"] + predicted["ksm_zero_pages"]]
    share = [100 * pages / predicted["pages"] for pages in saved]
    print(f"pages saved: {share[0]:.2f} % by the kernel, {share[1]:.2f} % predicted (bookkeeping left out)")
    print(f"of the captured pages {result['unmergeable_pages']} lie where KSM does not merge (stacks)")
    print(f"pages_volatile {counts['pages_volatile']}: changed between scans, left alone by the kernel")
    huge = sum(process["huge_bytes_after"] for process in result["processes"])
    print(f"huge pages: {result['huge_bytes_before'] >> 20} MiB before, {huge >> 20} MiB after (KSM splits what it merges)")
    print("captured after: the same processes once merged; zero pages are then the kernel's own and not captured")
    found = {(row["function"], row["instance"]): row["ksm_merging_pages"] for row in result["snapshots"]}
    differences = [
        (abs(found[row["function"], row["instance"]] - row["ksm_merging_pages"]), row) for row in result["processes"]]
    row = max(differences, key=lambda pair: pair[0])[1]
    print(f"largest difference of a process's merged pages: {row['function']} {row['instance']}:"
          f" {found[row['function'], row['instance']]} predicted, {row['ksm_merging_pages']} by the kernel")


def parser():
    """The command line."""
    parser = argparse.ArgumentParser(prog="scripts/ksm", description=__doc__)
    parser.add_argument("--pagefold", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--instances", type=int, default=4, help="of each function (default 4)")
    parser.add_argument("--suite", help="functions of experiments/functions, with commas between them")
    parser.add_argument("--requests", type=int, default=4, help="that each instance of the suite answers (default 4)")
    parser.add_argument("--command", action="append", metavar="NAME=COMMAND",
                        help="another function: a command that prints a line when it is ready")
    parser.add_argument("--python", help="the interpreter (default: with --suite the one scripts/profiles installed)")
    parser.add_argument("--no-randomisation", action="store_true", help="addresses and hash seeds are not random")
    parser.add_argument("--pages-to-scan", type=int, default=20_000, help="in a batch (default 20000)")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds to wait for KSM (default 120)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def main():
    arguments = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder = pathlib.Path(tempfile.mkdtemp(prefix="pagefold-ksm-"))
    try:
        try:
            prctl(PR_GET_MEMORY_MERGE)
        except OSError:
            raise Unavailable("this kernel cannot merge whole address spaces (PR_SET_MEMORY_MERGE, Linux 6.4)")
        result = measure(arguments, folder)
    except Unavailable as reason:
        print(f"scripts/ksm: not possible here: {reason}", file=sys.stderr)
        return NOT_OFFERED
    except subprocess.CalledProcessError as failed:
        said = (failed.stderr or b"").decode(errors="replace").strip().splitlines()[-1:]
        print(f"scripts/ksm: error: {failed.cmd[1]} failed: {' '.join(said)}", file=sys.stderr)
        return NOT_OFFERED
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if arguments.json:
        print(json.dumps(result, indent=2))
    else:
        show(result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
