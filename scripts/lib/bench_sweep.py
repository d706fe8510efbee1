"""Measures sweeps: what a second worker adds, what a run costs besides itself, and how fast large stores answer.

    python3 scripts/lib/bench_sweep.py PROGRAM [--full]

One line `bench NAME VALUE UNIT` a figure. Rates are compared within one round, and the median of the rounds is told:
the machine may be busy with other things.
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LONG_RUNS = """
name: long-runs
workload: {poisson: {functions: 200, rate: 200 /s, horizon: 1 h, execution: {exponential: {mean: 0.2 s}}}}
cluster: {nodes: [{count: 20, memory: 16 GiB}]}
policies:
  fixed: {}
  hybrid: {idle: hybrid-histogram}
  greedy-dual: {idle: forever, reclaim: greedy-dual}
"""

TINY_RUNS = """
name: tiny-runs
workload: {poisson: {functions: 5, rate: 1 /s, horizon: 1 min, execution: 100 ms}}
cluster: {nodes: [{count: 1, memory: 4 GiB}]}
policies: {one: {idle: {keep-alive: 1 min}}, two: {idle: {keep-alive: 2 min}}}
sweep: {grid: {cluster.nodes.0.memory: {from: 1 GiB, to: 10 GiB, steps: 100}}}
"""


def bench(name, value, unit):
    print(f"bench {name} {value:.4g} {unit}", flush=True)


class Sweeps:
    """Sweeps of one experiment into new stores of a folder."""

    def __init__(self, program, folder, experiment):
        self.program, self.folder, self.count = program, Path(tempfile.mkdtemp(dir=folder)), 0
        self.file = self.folder / "experiment.yaml"
        self.file.write_text(experiment, encoding="utf-8")

    def start(self, replicates, workers, seed=1):
        self.count += 1
        self.store = self.folder / f"{self.count}.sqlite"
        arguments = [
            self.program, "sweep", self.file, "--store", self.store, "--replicates", str(replicates),
            "--workers", str(workers), "--seed", str(seed), "--quiet",
        ]
        return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)

    def finish(self, process):
        """Runs, processor time in runs, processor time of the whole process."""
        before = os.times()
        output = process.communicate()[0]
        after = os.times()
        runs, inside = re.search(r"(\d+) runs, .*, ([\d.]+) s of processor time", output).groups()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        return int(runs), float(inside), spent


def seconds(action):
    begin = time.monotonic()
    action()
    return time.monotonic() - begin


def second_worker(program, folder, rounds=5, replicates=6):
    sweeps = Sweeps(program, folder, LONG_RUNS)

    def alone():
        sweeps.finish(sweeps.start(replicates, 1))

    def side_by_side():
        processes = [sweeps.start(replicates, 1, seed) for seed in (1, 1001)]
        for process in processes:
            sweeps.finish(process)

    def together():
        sweeps.finish(sweeps.start(2 * replicates, 2))

    ratios, speed_ups = [], []
    for _ in range(rounds):
        one, two, both = seconds(alone), seconds(side_by_side), seconds(together)
        ratios.append(two / both)
        speed_ups.append(2 * one / both)
    bench("sweep-two-workers-of-two-processes", statistics.median(ratios), "ratio")
    bench("sweep-two-workers-speed-up", statistics.median(speed_ups), "ratio")


def overhead(program, folder):
    sweeps = Sweeps(program, folder, TINY_RUNS)
    runs, inside, spent = sweeps.finish(sweeps.start(10, 1))
    bench("sweep-overhead-processor-time", (spent - inside) / runs * 1e3, "ms/run")
    begin = time.monotonic()
    runs, inside, _ = sweeps.finish(sweeps.start(10, 1))
    bench("sweep-overhead-time", (time.monotonic() - begin - inside) / runs * 1e3, "ms/run")


def large_store(program, folder, replicates=500):
    sweeps = Sweeps(program, folder, TINY_RUNS)
    runs, _, _ = sweeps.finish(sweeps.start(replicates, os.cpu_count()))
    store = str(sweeps.store)

    def run(*arguments):
        subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)

    bench("store-runs", runs, "runs")
    bench("store-list", seconds(lambda: run("sweep", "list", store)), "s")
    bench("store-compare", seconds(lambda: run("compare", store)), "s")
    bench("store-pareto", seconds(lambda: run("compare", store, "--pareto", "cold_share,memory_mean_bytes")), "s")
    csv = str(Path(folder) / "runs.csv")
    bench("store-export-csv", seconds(lambda: run("export", store, "--output", csv)), "s")
    bench("store-export-jsonl", seconds(lambda: run("export", store, "--format", "jsonl", "--output", csv)), "s")
    bench("store-found-again", seconds(lambda: sweeps_again(program, sweeps, replicates)), "s")


def sweeps_again(program, sweeps, replicates):
    arguments = [
        program, "sweep", sweeps.file, "--store", sweeps.store, "--replicates", str(replicates), "--seed", "1",
        "--quiet",
    ]
    subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)


def main():
    program = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="pagefold-bench-") as folder:
        overhead(program, folder)
        second_worker(program, folder)
        if "--full" in sys.argv:
            large_store(program, folder)


if __name__ == "__main__":
    main()
