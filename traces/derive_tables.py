#!/usr/bin/env python3
"""Derives the generator's tables from published figures.

    python3 traces/derive_tables.py DATA

DATA holds serverlessbench_cdfs/ (ServerlessBench 4b65274, Testcase11-Real-world-app-emulation/CDFs) and
popularity/day1_invocations_per_app.csv (ubc-cirrus-lab/femux). Writes traces/azure2019/*.csv,
traces/huawei2025/*.csv and the same figures as Swift in Sources/Workload/Generator/Tables. Only the Python
standard library is used; the output depends on nothing but DATA.

Every table of a number X is a list of points (x, P(X < x)), straight lines between them. The published files
mean different things by their second column; what each is read as follows from the scripts that wrote them:

* invokesCDF writes (v, F) on meeting the first of several equal values v, so F is P(X < v) plus one sample.
* CVs writes (v, F) on leaving the bin of 0.001 in which v was the first value, so F is P(X < end of bin).
* execTimeCDF and memCDF write (v, F) on leaving the bin v ..< v + 5: F is P(X < v + 5).
* chainlenCDF writes P(X <= v): P(X < v + 1).
"""

import csv
import math
import pathlib
import sys
import textwrap
from collections import Counter

ROOT = pathlib.Path(__file__).resolve().parent.parent
SWIFT = ROOT / "Sources/Workload/Generator/Tables"

# How far a thinned table may be from the published one: vertically anywhere, and, so that the upper tails
# keep their shape, relative to the probability that is left above.
DISTANCE = 0.001
TAIL = 0.03

SERVERLESSBENCH = [
    "Source: SJTU-IPADS/ServerlessBench 4b65274,",
    "Testcase11-Real-world-app-emulation/CDFs/{file} (Mulan PSL v1),",
    "derived there from the Azure Functions 2019 trace (AzurePublicDataset, CC BY 4.0).",
]
FEMUX = [
    "Source: ubc-cirrus-lab/femux (MIT), calls of each application on day 1 of the Azure Functions 2019",
    "trace (AzurePublicDataset, CC BY 4.0).",
]
WILD = [
    "Source: Shahrad et al., Serverless in the Wild, USENIX ATC 2020, section 3, and the notebook that",
    "compares the released Azure Functions 2019 trace with the paper (AzurePublicDataset, CC BY 4.0);",
    "released-trace column.",
]

# Per cent of functions by trigger, released trace. The column as recorded sums to 105.7, so that at least one
# entry is off; the shares are used divided by their sum.
TRIGGERS = [
    ("http", 43.3), ("timer", 28.5), ("queue", 15.1), ("event", 2.6), ("storage", 2.3),
    ("orchestration", 8.2), ("others", 5.7),
]

# Per cent of applications by the set of triggers of their functions; h http, t timer, q queue, e event,
# s storage, d orchestration (durable), o others. The first thirteen are published; the rest of the
# applications is only known through its totals, and is filled in here so that 64 % have an HTTP trigger and
# 29 % a timer.
COMBINATIONS = [
    ("h", 47.54, "published"), ("t", 11.90, "published"), ("q", 7.65, "published"), ("ht", 4.43, "published"),
    ("hq", 3.85, "published"), ("e", 3.02, "published"), ("s", 2.49, "published"), ("htq", 2.21, "published"),
    ("tq", 1.89, "published"), ("ho", 1.86, "published"), ("hto", 1.21, "published"),
    ("hs", 1.01, "published"),
    ("hd", 0.96, "published"), ("td", 2.20, "assumed"), ("to", 1.30, "assumed"), ("tqd", 1.20, "assumed"),
    ("o", 1.13, "assumed"), ("ts", 1.00, "assumed"), ("htd", 0.93, "assumed"), ("te", 0.80, "assumed"),
    ("qd", 0.80, "assumed"), ("d", 0.62, "assumed"),
]

# Calls in each hour of the day relative to the mean of the day (set A of the notebook's plot).
HOURS = [
    0.81, 0.83, 0.80, 0.83, 0.91, 0.92, 0.90, 0.92, 0.95, 0.98, 1.03, 1.16,
    1.18, 1.14, 1.18, 1.30, 1.14, 1.22, 1.20, 1.06, 0.96, 0.90, 0.86, 0.84,
]
# Calls of each day relative to the mean of the week, read off the same plot (weekends 0.8 to 1.0)
WEEKDAYS = [
    ("monday", 1.03), ("tuesday", 1.05), ("wednesday", 1.05), ("thursday", 1.05), ("friday", 1.02),
    ("saturday", 0.90), ("sunday", 0.90),
]
# Functions by runtime, Huawei Region 2 (Lzforevr/CLAP 59e0d1a2, MIT; sir-lab/data-release, CC BY 4.0), 31
# functions of unknown runtime left out.
RUNTIMES = [
    ("python3", 1493), ("java", 450), ("nodejs", 159), ("python2", 93), ("http", 72), ("custom", 57),
    ("php", 38), ("go", 21), ("csharp", 4),
]


def pairs(path, header=False):
    rows = list(csv.reader(path.open()))[1 if header else 0:]
    return [(float(row[0]), float(row[1])) for row in rows]


def calls_points(path):
    rows = pairs(path)
    # One application's share; every listed value includes one.
    one = 1 / round(1 / (1 - rows[-2][1]))
    # Nothing lies strictly between two listed values: P(X < v + 1) is already that of the next value.
    steps = [(0.0, 0.0)]
    following = [f - one for _, f in rows[1:]] + [1.0]
    for (value, f), after in zip(rows, following):
        steps += [(value, f - one), (value + 1, after)]
    return monotone(steps)


def binned_points(rows, width):
    """Points at both ends of every bin that holds samples."""
    steps = [(0.0, 0.0)]
    below = 0.0
    for value, f in rows:
        start = math.floor(value / width + 1e-6)
        steps += [(round(start * width, 6), below), (round((start + 1) * width, 6), f)]
        below = f
    return monotone(steps)


def functions_points(path):
    steps = [(1.0, 0.0)]
    below = 0.0
    for value, f in pairs(path, header=True):
        steps += [(value, below), (value + 1, f)]
        below = f
    return monotone(steps)


def monotone(steps):
    result = []
    for x, f in steps:
        f = min(max(f, 0.0), 1.0)
        if result and x <= result[-1][0]:
            continue
        result.append((x, max(f, result[-1][1]) if result else f))
    result[-1] = (result[-1][0], 1.0)
    return result


def allowed(f):
    return min(DISTANCE, TAIL * (1 - f) + 1e-12)


def thin(points):
    """Keeps as few points as reach over each other by straight lines within the allowed distance."""
    kept = [points[0]]
    start = 0
    while start < len(points) - 1:
        x0, f0 = points[start]
        end, low, high = start + 1, -math.inf, math.inf
        reach = start + 1
        while reach < len(points):
            x, f = points[reach]
            slope = (f - f0) / (x - x0)
            if low <= slope <= high:
                end = reach
            low = max(low, (f - allowed(f) - f0) / (x - x0))
            high = min(high, (f + allowed(f) - f0) / (x - x0))
            if low > high:
                break
            reach += 1
        kept.append(points[end])
        start = end
    return kept


def at(table, x):
    lo, hi = 0, len(table) - 1
    while hi - lo > 1:
        mid = (lo + hi) // 2
        lo, hi = (mid, hi) if table[mid][0] <= x else (lo, mid)
    (x0, f0), (x1, f1) = table[lo], table[hi]
    return f0 + (f1 - f0) * (x - x0) / (x1 - x0)


def mean(table):
    return sum((b[1] - a[1]) * (a[0] + b[0]) / 2 for a, b in zip(table, table[1:]))


def number(value):
    return str(int(value)) if value == int(value) else f"{value:.6f}".rstrip("0")


def filled(header):
    return [part for line in header for part in textwrap.wrap(line, 105)]


def write_csv(name, header, columns, rows, folder="azure2019"):
    path = ROOT / "traces" / folder / f"{name}.csv"
    path.parent.mkdir(exist_ok=True)
    lines = [f"# {line}" for line in filled(header)] + [columns] + [",".join(row) for row in rows]
    path.write_text("\n".join(lines) + "\n")


def wrapped(items, indent="        "):
    lines, line = [], indent
    for item in items:
        if len(line) + len(item) + 2 > 108:
            lines.append(line.rstrip())
            line = indent
        line += item + ", "
    return "\n".join(lines + [line.rstrip()])


def write_swift(file, header, members):
    text = ["// Generated by traces/derive_tables.py; do not edit."]
    text += [f"// {line}" for line in filled(header)]
    text += ["", "extension PublishedTables {"] + ["\n\n".join(members)] + ["}", ""]
    (SWIFT / f"{file}.swift").write_text("\n".join(text))


def member(doc, name, kind, items):
    return f"    /// {doc}\n    static let {name}: [{kind}] = [\n{wrapped(items)}\n    ]"


def curve(file, name, meaning, source, points):
    table = [(x, round(f, 6)) for x, f in thin(points)]
    worst = max(abs(at(table, x) - f) for x, f in points)
    assert worst <= DISTANCE + 1e-6, (name, worst)
    header = source + [
        meaning,
        f"Thinned from {len(points)} to {len(table)} points: at most {worst:.6f} from the published figures.",
    ]
    rows = [(number(x), number(f)) for x, f in table]
    write_csv(file, header, "x,probability_below_x", rows)
    flat = [item for row in rows for item in row]
    swift = "".join(part.capitalize() for part in file.split("_"))
    write_swift(swift, header, [member("Points x, P(X < x).", name, "Double", flat)])
    print(f"{file}: {len(table)} points, distance {worst:.6f}, mean {mean(points):.6g} -> {mean(table):.6g}")


def first_day(path):
    counts = Counter(int(row["invocations_day1"]) for row in csv.DictReader(path.open()))
    rows = sorted(counts.items())
    total, applications = sum(v * n for v, n in rows), sum(counts.values())
    header = FEMUX + [f"How many of the {applications} applications called had that many calls; {total} in all."]
    strings = [(str(v), str(n)) for v, n in rows]
    write_csv("calls_per_application_first_day", header, "calls,applications", strings)
    half = len(rows) // 2
    for suffix, part in (("Low", rows[:half]), ("High", rows[half:])):
        flat = [str(item) for row in part for item in row]
        name = f"firstDayCalls{suffix}"
        doc = "Pairs: calls in the day, applications that had so many."
        write_swift(f"FirstDayCalls{suffix}", header, [member(doc, name, "UInt32", flat)])
    print(f"calls_per_application_first_day: {len(rows)} values, {applications} applications, {total} calls")


def shares():
    note = ["The column as recorded sums to 105.7; the shares are used divided by their sum."]
    write_csv("triggers", WILD + note, "trigger,percent_of_functions", [(n, number(p)) for n, p in TRIGGERS])
    write_csv(
        "trigger_combinations",
        WILD + [
            "Letters: h http, t timer, q queue, e event, s storage, d orchestration, o others.",
            "'assumed' rows fill what is published only in total (64 % with HTTP, 29 % with a timer).",
        ],
        "combination,percent_of_applications,origin",
        [(n, number(p), o) for n, p, o in COMBINATIONS],
    )
    hours = [(str(hour), number(value)) for hour, value in enumerate(HOURS)]
    write_csv("hour_of_day", WILD, "hour,calls_relative_to_mean", hours)
    write_csv("weekday", WILD, "weekday,calls_relative_to_mean", [(n, number(v)) for n, v in WEEKDAYS])
    huawei = [
        "Source: function table of Huawei Region 2",
        "(Lzforevr/CLAP 59e0d1a2, MIT; data sir-lab/data-release, CC BY 4.0).",
    ]
    runtimes = [(name, str(count)) for name, count in RUNTIMES]
    write_csv("runtimes", huawei, "runtime,functions", runtimes, folder="huawei2025")
    write_swift("Shares", WILD + huawei, [
        member("Per cent of functions by trigger; they sum to 105.7.", "triggerShares", "Double",
               [number(p) for _, p in TRIGGERS]),
        member("The triggers of `triggerShares`.", "triggerNames", "String", [f'"{n}"' for n, _ in TRIGGERS]),
        member("Sets of triggers in an application, by their letters.", "combinationNames", "String",
               [f'"{n}"' for n, _, _ in COMBINATIONS]),
        member("Per cent of applications with each set.", "combinationShares", "Double",
               [number(p) for _, p, _ in COMBINATIONS]),
        member("Calls in each hour relative to the day's mean.", "hours", "Double", [number(v) for v in HOURS]),
        member("Calls of each day from Monday relative to the week's mean.", "weekdays", "Double",
               [number(v) for _, v in WEEKDAYS]),
        member("Runtimes, most frequent first.", "runtimeNames", "String", [f'"{n}"' for n, _ in RUNTIMES]),
        member("Functions of each runtime.", "runtimeCounts", "Double", [str(c) for _, c in RUNTIMES]),
    ])


def main():
    data = pathlib.Path(sys.argv[1])
    cdfs = data / "serverlessbench_cdfs"
    SWIFT.mkdir(parents=True, exist_ok=True)

    def source(file):
        return [line.format(file=file) for line in SERVERLESSBENCH]

    curve("calls_per_application", "callsPerApplication",
          "X: calls of an application per day, mean of 14 days, rounded down.",
          source("invokesCDF.csv"), calls_points(cdfs / "invokesCDF.csv"))
    curve("iat_cv", "interArrivalCV",
          "X: coefficient of variation of an application's inter-arrival times in one day, at least two calls.",
          source("CVs.csv"), binned_points(pairs(cdfs / "CVs.csv"), 0.001))
    curve("execution_time_ms", "executionTime",
          "X: average execution time of a function in one day, ms, start excluded.",
          source("execTimeCDF.csv"), binned_points(pairs(cdfs / "execTimeCDF.csv"), 5))
    curve("memory_mb", "memory",
          "X: average memory allocated to an application in one day, MB.",
          source("memCDF.csv"), binned_points(pairs(cdfs / "memCDF.csv"), 5))
    curve("functions_per_application", "functionsPerApplication",
          "X: functions of an application that ran in one day.",
          source("chainlenCDF.csv"), functions_points(cdfs / "chainlenCDF.csv"))
    first_day(data / "popularity" / "day1_invocations_per_app.csv")
    shares()


if __name__ == "__main__":
    main()
