#!/usr/bin/env python3
"""Draws what `pagefold calibrate --output FILE` measured: latency against size and the like, from the points that it
writes beside the costs (FILE without its ending, and .series.csv). Several files are drawn into the same figures.

    .venv/bin/python plots/calibration.py costs.series.csv --output figures
    .venv/bin/python plots/calibration.py here=a.series.csv there=b.series.csv
"""

import math
import sys
from pathlib import Path

sys.dont_write_bytecode = True

try:
    import columns
    import plot
    from figures import calibration
    from problem import Problem
except ModuleNotFoundError as missing:
    sys.exit(
        f"calibration.py: error: Python lacks {missing.name}; give this to .venv/bin/python,"
        " which scripts/figures prepares from plots/requirements.txt")

COLUMNS = ["part", "plot", "line", "across", "up", "x", "y", "low", "high"]


def read(items):
    """The rows of FILE or NAME=FILE arguments by name."""
    runs = {}
    for item in items:
        name, separator, path = item.partition("=")
        if not separator:
            name, path = Path(item).name.removesuffix(".csv").removesuffix(".series"), item
        if not name or not path:
            raise plot.WrongUse(f"'{item}' is not NAME=FILE")
        if name in runs:
            raise plot.WrongUse(f"two files are named '{name}'; write NAME=FILE")
        runs[name] = rows(path)
    return runs


def rows(path):
    """The points of one file."""
    found = columns.rows(path, COLUMNS, "these are not points of `pagefold calibrate`; give its .series.csv")
    for line, row in enumerate(found, start=2):
        try:
            row.update({name: float(row[name]) for name in ("x", "y", "low", "high")})
        except (TypeError, ValueError):
            raise Problem(f"{path}:{line}: a number is missing")
        numbers = [row[name] for name in ("x", "y", "low", "high")]
        if not all(map(math.isfinite, numbers)) or not row["low"] <= row["y"] <= row["high"]:
            raise Problem(f"{path}:{line}: these numbers cannot be drawn")
    return found


def parser():
    """The command line."""
    parser = plot.command_line(__doc__)
    parser.add_argument("input", nargs="+", metavar="[NAME=]FILE")
    return parser


def main():
    arguments = parser().parse_args()
    return plot.finish("calibration.py", lambda: draw(arguments))


def draw(arguments):
    formats = plot.chosen(arguments.format, plot.FORMATS, "format")
    runs = read(arguments.input)
    plot.draw([("calibration", lambda: calibration.draw(runs))], arguments.output, formats, is_asked=True)


if __name__ == "__main__":
    sys.exit(main())
