#!/usr/bin/env python3
"""Draws what `pagefold calibrate --output FILE` measured: latency against size and the like, from the points that it
writes beside the costs (FILE without its ending, and .series.csv). Several files are drawn into the same figures.

    python3 plots/calibration.py costs.series.csv --output figures
    python3 plots/calibration.py here=a.series.csv there=b.series.csv
"""

import argparse
import csv
import math
import sys
from pathlib import Path

sys.dont_write_bytecode = True

try:
    import plot
    from figures import calibration
    from problem import Problem
except ModuleNotFoundError as missing:
    sys.exit(
        f"calibration.py: error: Python lacks {missing.name}; install what plots/requirements.txt lists:"
        " python3 -m pip install -r plots/requirements.txt")

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
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != COLUMNS:
                raise Problem(f"{path}: these are no points of `pagefold calibrate`; give its .series.csv")
            found = list(reader)
    except (csv.Error, UnicodeDecodeError) as error:
        raise Problem(f"{path}: this is no CSV: {error}")
    for line, row in enumerate(found, start=2):
        try:
            row.update({name: float(row[name]) for name in ("x", "y", "low", "high")})
        except (TypeError, ValueError):
            raise Problem(f"{path}:{line}: a number is missing")
        numbers = [row[name] for name in ("x", "y", "low", "high")]
        if not all(map(math.isfinite, numbers)) or not row["low"] <= row["y"] <= row["high"]:
            raise Problem(f"{path}:{line}: these numbers cannot be drawn")
    if not found:
        raise Problem(f"{path}: there are no points")
    return found


def parser():
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter,
        epilog="Exit status: 0 done, 2 wrong use, 3 the input cannot be read.")
    parser.add_argument("input", nargs="+", metavar="[NAME=]FILE")
    parser.add_argument("--output", type=Path, default=Path("figures"), help="directory for the figures")
    parser.add_argument("--format", default="pdf,png", help="pdf, png, svg (default: pdf,png)")
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
