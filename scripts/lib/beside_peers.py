"""Times hashes and memory with Pagefold and with other programs in turns; see scripts/beside-peers."""

import csv
import os
import re
import statistics
import subprocess
import sys
import tempfile

# Sizes in bytes at which latencies are compared: first and second cache, beyond, and far beyond.
SIZES = [16 << 10, 256 << 10, 16 << 20, 64 << 20, 256 << 20]
HASHES = [("XXH3", None), ("SHA-1", "sha1"), ("SHA-256", "sha256")]
LENGTHS = [64, 4096]


def output(command, **environment):
    """What a command prints, on both streams; its failure ends the run."""
    run = subprocess.run(
        command, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace")
    if run.returncode != 0:
        sys.exit(f"error: {' '.join(command)} ended with status {run.returncode}:\n{run.stdout[-2000:]}")
    return run.stdout


def found(pattern, text, program):
    match = re.search(pattern, text, re.MULTILINE)
    if not match:
        sys.exit(f"error: {program} printed nothing that is understood:\n{text[-2000:]}")
    return float(match[1])


class Peers:
    """The other programs, unpacked in a folder."""

    def __init__(self, folder):
        libraries = [f"{folder}/usr/lib/x86_64-linux-gnu", f"{folder}/lib/x86_64-linux-gnu"]
        # likwid-bench refuses to start when it finds no access daemon, which it needs for counters alone.
        self.environment = {
            "LD_LIBRARY_PATH": ":".join(libraries),
            "PATH": f"{folder}/usr/bin:{folder}/usr/sbin:{os.environ['PATH']}",
        }
        self.lat_mem_rd = f"{folder}/usr/lib/lmbench/bin/x86_64-linux-gnu/lat_mem_rd"
        flags = set(re.search(r"^flags\s*:(.*)$", open("/proc/cpuinfo").read(), re.MULTILINE)[1].split())
        self.load = "load_avx512" if "avx512f" in flags else "load_avx" if "avx" in flags else "load_sse"

    def hashes(self):
        """Nanoseconds of each hash by name and length."""
        times = {}
        for length in LENGTHS:
            text = output(["xxhsum", "-b5", f"-B{length}"]).replace("\r", "\n")
            rate = found(r"^\s*5#XXH3_64b\s*:\s*\d+ ->\s*(\d+) it/s", text, "xxhsum")
            times["XXH3", length] = 1e9 / rate
            for name, digest in HASHES[1:]:
                text = output(
                    ["openssl", "speed", "-evp", digest, "-bytes", str(length), "-seconds", "1"])
                rate = found(rf"^{digest}\s+([\d.]+)k", text, "openssl speed")
                times[name, length] = length / (rate * 1000) * 1e9
        return times

    def latencies(self):
        """Nanoseconds of a load by the bytes that are walked through."""
        text = output(
            [self.lat_mem_rd, "-N", "1", "-W", "0", "-t", str(SIZES[-1] >> 20), "64"], **self.environment,
            # Timed passes of 20 ms, and memory of huge pages.
            ENOUGH="20000", TIMING_O="0.02", LOOP_O="0", GLIBC_TUNABLES="glibc.malloc.hugetlb=1")
        lines = [line.split() for line in text.splitlines()]
        times = {round(float(a) * (1 << 20), -2): float(b) for a, b in (line for line in lines if len(line) == 2)
                 if re.fullmatch(r"[\d.]+", a)}
        return {size: times[round(float(f"{size / (1 << 20):.5f}") * (1 << 20), -2)] for size in SIZES}

    def bandwidth(self, size, threads):
        """Bytes a second of so many threads that read `size` bytes together."""
        text = output(
            ["likwid-bench", "-t", self.load, "-w", f"N:{size >> 20}MB:{threads}"], **self.environment)
        return found(r"^MByte/s:\s*([\d.]+)", text, "likwid-bench") * 1e6


class Pagefold:
    """The program that is compared."""

    def __init__(self, program):
        self.program = program
        self.size = 0

    def rows(self, part, *options):
        # What it says on standard error, that one round cannot show noise, is known.
        run = subprocess.run(
            [self.program, "calibrate", part, "--rounds", "1", "--csv", "--quiet", *options],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if run.returncode != 0:
            sys.exit(run.stderr)
        return {row["what"]: row for row in csv.DictReader(run.stdout.splitlines())}

    def hashes(self):
        rows = self.rows("hash")
        return {
            (name, length): float(rows[f"{name}, {length} B"]["median"])
            for name, _ in HASHES for length in LENGTHS}

    def memory(self):
        """Latencies by size, bandwidth; the size is kept."""
        with tempfile.TemporaryDirectory() as folder:
            rows = self.rows("memory", "--output", f"{folder}/costs.json")
            with open(f"{folder}/costs.series.csv") as file:
                points = {int(float(row["x"])): float(row["y"]) for row in csv.DictReader(file)}
        self.size = max(points)
        return {size: points[size] for size in SIZES if size in points}, \
            float(rows["bandwidth, reading"]["median"])


def size_text(size):
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB"


def main():
    program, folder, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    peers, pagefold = Peers(folder), Pagefold(program)
    threads = len(os.sched_getaffinity(0))
    ours, theirs = {}, {}

    def add(table, values):
        for key, value in values.items():
            table.setdefault(key, []).append(value)

    for number in range(rounds):
        print(f"round {number + 1} of {rounds}, load {os.getloadavg()[0]:.1f}", file=sys.stderr)
        add(ours, pagefold.hashes())
        add(theirs, peers.hashes())
        latencies, bandwidth = pagefold.memory()
        add(ours, {**latencies, "bandwidth": bandwidth})
        # Close to each other: other programs disturb bandwidth the most.
        add(theirs, {"bandwidth": peers.bandwidth(pagefold.size, threads)})
        add(theirs, peers.latencies())

    def cell(values, best, scale, digits):
        def shown(value):
            value /= scale
            return f"{value:,.{0 if value >= 1000 else 1 if value >= 100 else digits}f}"
        return f"{shown(best(values))} ({shown(statistics.median(values))})"

    print("| what | `pagefold calibrate` | peer | best to best |")
    print("|---|---|---|---|")

    def row(name, unit, key, best, scale=1.0, digits=2):
        if key not in ours:
            return
        a, b = ours[key], theirs[key]
        print(f"| {name} | {cell(a, best, scale, digits)} {unit} | {cell(b, best, scale, digits)} {unit} "
              f"| {best(a) / best(b):.2f} |")

    for name, _ in HASHES:
        for length in LENGTHS:
            row(f"{name}, {length if length < 1024 else '4 Ki' if length == 4096 else length}"
                f"{' ' if length < 1024 else ''}B", "ns", (name, length), min)
    for size in SIZES:
        row(f"latency over {size_text(size)}", "ns", size, min)
    row(f"bandwidth over {size_text(pagefold.size)}", "GB/s", "bandwidth", max, 1e9)


if __name__ == "__main__":
    main()
