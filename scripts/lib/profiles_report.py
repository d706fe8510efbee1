"""Writes the tables of experiments/profiles/README.md from what scripts/profiles made there.

    python3 scripts/lib/profiles_report.py PAGEFOLD FOLDER

The tables stand between two marks in the README; the text around them is left alone. Beside the measured numbers stand
those of an earlier prototype, measured on three instances of ten Python functions of the same names, and those of the
Medes paper (Saxena et al., EuroSys'22) and its artifact (github.com/utnslab/Medes, commit 2e28dec).
"""

from __future__ import annotations

import json
import pathlib
import subprocess
import sys

BEGIN, END = "<!-- tables: begin -->", "<!-- tables: end -->"

PYTHON = (
    "vanilla", "linalg", "imagepro", "videopro", "mapreduce", "htmlserve", "authenc", "featuregen", "rnnmodel",
    "modeltrain",
)
OTHERS = ("noderender", "nodeseal", "javawords", "javaimage")

# The prototype's page saving, percent: artifact rule on and off, spread rule on and off.
PROTOTYPE = {
    "vanilla": (58.7, 89.7, 66.3, 93.2), "linalg": (42.9, 73.3, 51.1, 79.6), "imagepro": (12.3, 21.6, 15.4, 23.8),
    "videopro": (31.6, 71.2, 39.7, 74.8), "mapreduce": (32.7, 58.9, 39.9, 60.5), "htmlserve": (43.2, 78.8, 52.4, 81.5),
    "authenc": (51.6, 90.8, 58.1, 93.4), "featuregen": (30.4, 50.7, 57.3, 73.3), "rnnmodel": (30.8, 81.1, 41.1, 88.1),
    "modeltrain": (34.3, 51.0, 58.3, 75.1),
}
# Memory saved a sandbox, percent of its footprint: the paper's table 3 over its table 2.
PAPER = {
    "vanilla": 27.1, "linalg": 32.8, "imagepro": 43.0, "videopro": 25.5, "mapreduce": 15.9, "htmlserve": 44.3,
    "authenc": 21.5, "featuregen": 38.9, "rnnmodel": 58.0, "modeltrain": 30.1,
}
# What the artifact's policy is told a deduplicated sandbox saves (config/agent.ini), percent.
CONFIGURED = {
    "vanilla": 90, "linalg": 51, "imagepro": 62, "videopro": 71, "mapreduce": 62, "htmlserve": 67, "authenc": 67,
    "featuregen": 54, "rnnmodel": 54, "modeltrain": 42,
}

# Method: the name here, and the prototype's figures for on, off, off with a fixed seed, and on after import.
METHODS = {
    "exact-own": ("equal pages, as KSM", (4, 32, 76, 5)),
    "zswap-lz4": ("zswap with LZ4", (53, 53, 54, 59)),
    "zswap-zstd": ("zswap with zstd", (63, 64, 64, 70)),
    "lz4": ("LZ4 of each page", (None, None, None, None)),
    "zstd": ("zstd of each page", (65, 66, 66, 72)),
    "artifact": ("artifact rule", (37, 67, 84, 45)),
    "medes-artifact": ("Medes, artifact mode", (None, None, None, None)),
    "medes-paper": ("Medes, paper mode", (None, None, None, None)),
    "spread": ("spread rule", (48, 74, 84, 57)),
    "spread-union": ("spread rule, bases of all functions", (49, 75, 84, 59)),
    "location": ("location", (53, 78, None, None)),
    "location+spread": ("location and spread, smaller patch", (64, 81, None, None)),
    "spread+zstd": ("spread, zstd patches, zstd of the rest", (77, 84, 89, 86)),
    "location+spread+zstd": ("location and spread, zstd patches, zstd of the rest", (78, 85, None, None)),
    "spread+rest": ("spread, own patches, zstd of the rest", (None, None, None, None)),
    "location+spread+rest": ("location and spread, own patches, zstd of the rest", (None, None, None, None)),
    "best": ("best possible patch, sampled pages", (72, None, None, None)),
}

# Chunk redundancy of private pages in the prototype, by chunk size; the paper's figure 1 counts all pages.
PROTOTYPE_REDUNDANCY = {
    ("on", "aligned"): (0.377, 0.296, 0.233, 0.170, 0.123), ("on", "sliding"): (0.509, 0.428, 0.364, 0.290, 0.215),
    ("on", "medes"): (0.341, 0.272, 0.212, 0.154, 0.111),
    ("off", "aligned"): (0.661, 0.602, 0.552, 0.499, 0.446), ("off", "sliding"): (0.748, 0.703, 0.660, 0.612, 0.556),
    ("off", "medes"): (0.628, 0.580, 0.532, 0.481, 0.428),
}
PAPER_REDUNDANCY = {"on": (0.883, 0.850, 0.810, 0.745, 0.651), "off": (0.925, 0.900, 0.868, 0.812, 0.735)}
CHUNKS = (64, 128, 256, 512, 1024)

MODES = ("on", "off", "off-fixed-seed", "position-independent", "zygote")


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown; all columns but the first are numbers."""
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def percent(share: float | None, digits: int = 1) -> str:
    """A share in percent; a dash for none."""
    return "-" if share is None else f"{100 * share:.{digits}f}"


def mean(values: list[float | None]) -> float | None:
    """The mean; none where a value is missing."""
    return None if not values or None in values else sum(values) / len(values)


class Folder:
    """The profiles and tables of one run."""

    def __init__(self, pagefold: str, path: pathlib.Path) -> None:
        self.path = path
        self.profiles = {}
        for file in sorted(path.glob("*.pfprofile")):
            printed = subprocess.run([pagefold, "profile", "info", "--json", str(file)], check=True, capture_output=True)
            self.profiles[file.stem] = json.loads(printed.stdout)[0]

    def own(self, profile: str, rule: str, function: str, what: str) -> float | None:
        """What a profile measured of a function with a base of its own: `ownSaving`, `ownHitRate` …"""
        measures = self.profiles.get(profile, {}).get("measures", [])
        name = rule if rule == "location" else f"{rule} 64 B x 5"
        for measure in measures:
            if measure["measure"] == name:
                for row in measure["functions"]:
                    if row["name"] == function:
                        return row[what]
        return None

    def rows(self, name: str) -> list[dict]:
        """The rows of a table; none where it was not made."""
        file = self.path / "tables" / f"{name}.json"
        return json.loads(file.read_text())["rows"] if file.exists() else []

    def saving(self, name: str, method: str, functions: tuple[str, ...], pages: str = "private") -> float | None:
        """The mean saving of a method over functions."""
        found = {
            row["function"]: row[f"saving_{pages}"] for row in self.rows(f"{name}-methods") if row["method"] == method
        }
        return mean([found.get(function) for function in functions])

    def redundancy(self, mode: str, measure: str, chunk: int, pages: str) -> float | None:
        """The mean redundancy over the Python functions."""
        found = {
            row["function"]: row["mean"] for row in self.rows(f"{mode}-requests-redundancy")
            if row["measure"] == measure and row["chunk_bytes"] == chunk and row["pages"] == pages
        }
        return mean([found.get(function) for function in PYTHON])


def savings(folder: Folder) -> str:
    """Hit rates and savings by function, beside the prototype's and the paper's."""
    head = [
        "function", "MiB", "hit on, artifact / spread", "saving on, artifact", "spread", "saving off, artifact", "spread",
        "off, after import, artifact", "prototype on / off, artifact", "prototype on / off, spread", "paper, table 3",
        "`agent.ini`",
    ]
    rows = []
    for function in PYTHON + OTHERS:
        on, off = "on-requests", "off-requests"
        entry = next((f for f in folder.profiles[on]["functions"] if f["name"] == function), None)
        if entry is None:
            continue

        def with_spread(profile: str, rule: str) -> str:
            deviation = folder.own(profile, rule, function, "ownSavingDeviation")
            return f"{percent(folder.own(profile, rule, function, 'ownSaving'))} ± {percent(deviation)}"

        hits = " / ".join(percent(folder.own(on, rule, function, "ownHitRate")) for rule in ("artifact", "spread"))
        known = PROTOTYPE.get(function)
        rows.append([
            function, f"{entry['pages']['mean'] / 256:.1f}", hits, with_spread(on, "artifact"), with_spread(on, "spread"),
            with_spread(off, "artifact"), with_spread(off, "spread"),
            percent(folder.own("off-import", "artifact", function, "ownSaving")),
            f"{known[0]} / {known[1]}" if known else "-", f"{known[2]} / {known[3]}" if known else "-",
            str(PAPER.get(function, "-")), str(CONFIGURED.get(function, "-")),
        ])

    def average(profile: str, rule: str, what: str = "ownSaving") -> str:
        return percent(mean([folder.own(profile, rule, name, what) for name in PYTHON]))

    hits = " / ".join(average("on-requests", rule, "ownHitRate") for rule in ("artifact", "spread"))
    rows.append([
        "**mean, Python**", "", hits, average("on-requests", "artifact"), average("on-requests", "spread"),
        average("off-requests", "artifact"), average("off-requests", "spread"), average("off-import", "artifact"),
        "36.9 / 66.7", "48.0 / 74.3", "33.7", "62",
    ])
    return table(head, rows)


def methods(folder: Folder) -> str:
    """Methods compared, means over the Python functions, in every mode; private pages, then all pages."""
    columns = [f"{mode}-requests" for mode in MODES] + ["on-import"]
    head = ["method, page saving in %"] + [c.removesuffix("-requests").replace("-import", ", after import") for c in columns]
    head += ["on, all pages", "off, all pages", "Node and Java, on", "off", "prototype on / off / fixed seed / on, import"]
    rows = []
    for method, (name, known) in METHODS.items():
        cells = [percent(folder.saving(column, method, PYTHON)) for column in columns]
        cells += [percent(folder.saving(f"{mode}-requests", method, PYTHON, "all")) for mode in ("on", "off")]
        cells += [percent(folder.saving(f"{mode}-requests", method, OTHERS)) for mode in ("on", "off")]
        cells.append(" / ".join("-" if k is None else str(k) for k in known))
        rows.append([name, *cells])
    return table(head, rows)


def redundancy(folder: Folder) -> str:
    """Chunk redundancy, means over the Python functions, beside the prototype's and the paper's figure 1."""
    names = {"aligned": "aligned chunks", "sliding": "sliding windows", "medes": "the paper's estimator"}
    rows = []
    for mode in ("on", "off"):
        for measure, name in names.items():
            for pages in ("private", "all"):
                cells = []
                for index, chunk in enumerate(CHUNKS):
                    found = folder.redundancy(mode, measure, chunk, pages)
                    text = "-" if found is None else f"{found:.3f}"
                    known = PROTOTYPE_REDUNDANCY.get((mode, measure))
                    if known and pages == "private":
                        text += f" ({known[index]:.3f})"
                    if measure == "medes" and pages == "all":
                        text += f" [{PAPER_REDUNDANCY[mode][index]:.3f}]"
                    cells.append(text)
                rows.append([f"{mode}, {name}, {pages} pages", *cells])
    return table(["bytes in a chunk"] + [str(chunk) for chunk in CHUNKS], rows)


def checks(folder: Folder) -> str:
    """Class rows against the registry."""
    rows = []
    for mode in MODES:
        file = folder.path / "tables" / f"{mode}-requests-check.json"
        if not file.exists():
            continue
        for check in json.loads(file.read_text()):
            rows.append([
                f"{mode}, {check['measure']}", str(check["sets"]), percent(check["meanAbsoluteError"], 2),
                percent(check["bias"], 2), percent(check["largestError"], 2),
            ])
    return table(["profile, measure", "random sets", "mean absolute error, pp", "bias, pp", "largest, pp"], rows)


def write(pagefold: str, path: pathlib.Path) -> None:
    """Replaces the tables in the README of `path`."""
    folder = Folder(pagefold, path)
    parts = {
        "Hit rate and saving": savings, "Methods compared": methods, "Chunk redundancy": redundancy,
        "Class rows against the registry": checks,
    }
    text = "\n".join(f"### {title}\n\n{make(folder)}" for title, make in parts.items())
    readme = path / "README.md"
    before, _, rest = readme.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    readme.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")


if __name__ == "__main__":
    write(sys.argv[1], pathlib.Path(sys.argv[2]))
