#!/usr/bin/env python3
"""Writes result stores with invented numbers, in the schema of docs/store.md.

    python3 Tests/plots/synthetic_store.py SHAPE FILE
"""

import argparse
import hashlib
import itertools
import json
import sqlite3
import sys
from pathlib import Path

import numpy as np

METRICS = [
    "arrived", "cold_share", "cold_share_app_p50", "cold_share_app_p75", "startup_mean_s", "startup_p50_s",
    "startup_p90_s", "startup_p99_s", "end_to_end_p50_s", "end_to_end_p90_s", "end_to_end_p99_s",
    "slowdown_mean_ratio", "memory_mean_bytes", "memory_peak_bytes", "wasted_byte_s",
]
THREE = ["fixed", "hybrid", "greedy-dual"]
TEN = THREE + ["forever", "arima", "prewarm", "lru", "histogram", "clairvoyant", "long-name-of-a-policy"]
MEMORY, KEEP = "cluster.nodes.0.memory", "policies.fixed.idle.keep-alive"
GIB = 2.0**30

SCHEMA = """
PRAGMA application_id = 1346792548;
PRAGMA user_version = 1;
CREATE TABLE sweep (name TEXT, description TEXT, definition TEXT, digest TEXT, version TEXT, reference TEXT);
CREATE TABLE policy (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE point (id INTEGER PRIMARY KEY, settings TEXT);
CREATE TABLE scenario (id INTEGER PRIMARY KEY, digest TEXT, settings TEXT);
CREATE TABLE workload (id INTEGER PRIMARY KEY, digest TEXT, title TEXT, settings TEXT, applications INTEGER,
    functions INTEGER, horizon_s REAL, inputs TEXT, warnings TEXT);
CREATE TABLE cell (point INTEGER, policy INTEGER, replicate INTEGER, run INTEGER,
    PRIMARY KEY (point, policy, replicate));
CREATE TABLE series (run INTEGER, name TEXT, columns TEXT, data BLOB, PRIMARY KEY (run, name));
"""


def grid(settings):
    """All combinations of the values of settings."""
    return [dict(zip(settings, values)) for values in itertools.product(*settings.values())]


def hypercube(count):
    """Points as a Latin hypercube gives them: no two share a value."""
    draws = np.random.default_rng(5)
    memory, keep = draws.permutation(count), draws.permutation(count)
    return [
        {MEMORY: f"{4 + 124 * (m + 0.5) / count:.3f} GiB", KEEP: f"{60 + 3540 * (k + 0.5) / count:.2f} s"}
        for m, k in zip(memory, keep)
    ]


MEMORIES = ["8 GiB", "16 GiB", "32 GiB", "64 GiB", "128 GiB"]
SHAPES = {
    "plain": dict(policies=THREE, points=[{}], replicates=20),
    "numeric": dict(policies=THREE, points=grid({MEMORY: MEMORIES}), replicates=20),
    "words": dict(policies=THREE, points=grid({"placement": ["least-loaded", "random", "hash"]}), replicates=8),
    "mixed": dict(policies=THREE, points=grid({KEEP: ["forever", "1 h", "90 s", "10 min"]}), replicates=8),
    "two": dict(
        policies=THREE, points=grid({MEMORY: MEMORIES, KEEP: ["5 min", "10 min", "1 h"]}), replicates=10),
    "square": dict(
        policies=THREE, replicates=5,
        points=grid({MEMORY: [f"{8 * n} GiB" for n in range(1, 9)], KEEP: [f"{2**n} min" for n in range(8)]}),
    ),
    "three": dict(
        policies=THREE, replicates=5,
        points=grid({MEMORY: MEMORIES, KEEP: ["5 min", "1 h"], "placement": ["least-loaded", "random"]}),
    ),
    "ten": dict(policies=TEN, points=[{}], replicates=10),
    "ten-numeric": dict(policies=TEN, points=grid({MEMORY: MEMORIES}), replicates=10),
    "many": dict(policies=[f"policy-{n}" for n in range(60)], points=[{}], replicates=4),
    "one": dict(policies=THREE, points=[{}], replicates=1),
    "one-numeric": dict(policies=THREE, points=grid({MEMORY: MEMORIES}), replicates=1),
    "single": dict(policies=["default"], points=[{}], replicates=1),
    "gaps": dict(policies=THREE, points=grid({MEMORY: MEMORIES}), replicates=10, gaps=True),
    "hypercube": dict(policies=THREE, points=hypercube(60), replicates=5),
    "empty": dict(policies=THREE, points=[{}], replicates=0),
}


def amount(text):
    """A setting's size, as far as the invented numbers need it."""
    number, _, unit = text.partition(" ")
    try:
        return float(number) * {"min": 60, "h": 3600}.get(unit, 1)
    except ValueError:
        return 1e4 if number == "forever" else 30.0


def numbers(policy, settings, draws, common):
    """The metrics of one run; `common` is what all policies of a replicate share."""
    memory = amount(settings.get(MEMORY, "32 GiB"))
    keep = amount(settings.get(KEEP, "10 min"))
    skill = 1 - 0.11 * (policy % 7) - 0.02 * policy / 7
    cold = 0.05 * skill * (64 / memory) ** 0.7 * (600 / keep) ** 0.15
    cold = min(0.9, cold * common * np.exp(draws.normal(0, 0.02)))
    held = memory * (0.55 + 0.04 * policy % 0.3) * (keep / 600) ** 0.08 * GIB
    held *= common**0.3 * np.exp(draws.normal(0, 0.015))
    tail = 0.4 * (1 + 30 * cold) * common
    values = [
        100_000 * common, cold, min(1, cold * 4), min(1, cold * 9), cold * 0.55, 0.0, 0.02 + cold, tail,
        0.2, 1.9 * (1 + cold), 24 * (1 + cold) * common, 1 + 6 * cold, held, held * 1.3,
        held * 3600 * 0.7 * (0.8 + skill),
    ]
    return dict(zip(METRICS, values))


def curves(policy, cold, held, draws):
    """The series of a run: name, columns and rows."""
    share = np.linspace(0, 1, 101)
    by_application = np.clip(share ** max(0.5, 2.5 - 0.15 * policy) * min(1, 12 * cold), 0, 1)
    hours = np.linspace(0, 24, 289)
    wave = 1 + 0.3 * np.sin(hours / 24 * 2 * np.pi) + draws.normal(0, 0.02, len(hours))
    running = held * 0.3 * wave
    memory = [hours * 3600, running, held * 0.7 * wave, np.full(len(hours), held * 0.02)]
    return [
        ("cold_share_by_application", ["share", "cold_share"], np.column_stack([share, by_application])),
        ("memory", ["time_s", "running_bytes", "idle_bytes", "other_bytes"], np.column_stack(memory)),
    ]


def write(path, shape, name="synthetic"):
    """Writes a store of one of the SHAPES."""
    plan = SHAPES[shape]
    path = Path(path)
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.executescript(SCHEMA)
    columns = ", ".join(f'"{metric}"' for metric in METRICS)
    database.execute(
        "CREATE TABLE run (id INTEGER PRIMARY KEY, digest TEXT, scenario INTEGER, workload INTEGER,"
        f" seed INTEGER, version TEXT, fingerprint TEXT, cpu_s REAL, wall_s REAL, {columns})")
    policies, points = plan["policies"], plan["points"]
    database.execute(
        "INSERT INTO sweep VALUES (?, ?, ?, ?, ?, ?)",
        (name, "Which policy needs the least memory?", "name: synthetic\n", "0" * 32, "0.0", policies[0]))
    database.executemany("INSERT INTO policy VALUES (?, ?)", enumerate(policies))
    database.executemany(
        "INSERT INTO point VALUES (?, ?)", [(id, json.dumps(point)) for id, point in enumerate(points)])
    database.execute(
        "INSERT INTO workload VALUES (0, 'w', 'Invented, not simulated', '{}', 100, 200, 86400, '[]', '[]')")
    rows = itertools.product(enumerate(points), range(len(policies)), range(plan["replicates"]))
    for run, ((point, settings), policy, replicate) in enumerate(rows):
        if plan.get("gaps") and (run % 7 == 3 or (point == 2 and policy == 1)):
            continue
        draws = np.random.default_rng([run, 1])
        common = np.exp(np.random.default_rng([replicate, 2]).normal(0, 0.08))
        values = numbers(policy, settings, draws, common)
        if plan.get("gaps") and policy == 2:
            values["startup_p99_s"] = None
            values["slowdown_mean_ratio"] = values["slowdown_mean_ratio"] if replicate else None
        digest = hashlib.sha256(str(run).encode()).hexdigest()[:32]
        row = [run, digest, 0, 0, replicate, "0.0", digest[:16], 0.1, 0.1, *values.values()]
        database.execute(f"INSERT INTO run VALUES ({', '.join('?' * len(row))})", row)
        database.execute("INSERT INTO cell VALUES (?, ?, ?, ?)", (point, policy, replicate, run))
        if replicate == 0:
            for title, names, table in curves(policy, values["cold_share"], values["memory_mean_bytes"], draws):
                database.execute(
                    "INSERT INTO series VALUES (?, ?, ?, ?)",
                    (run, title, json.dumps(names), table.astype("<f8").tobytes()))
    database.commit()
    database.close()
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("shape", choices=SHAPES)
    parser.add_argument("file", type=Path)
    arguments = parser.parse_args()
    write(arguments.file, arguments.shape)
    return 0


if __name__ == "__main__":
    sys.exit(main())
