#!/usr/bin/env python3
"""Draws what `pagefold calibrate checkpoint --output FILE` measured, from the times that it writes beside the costs (FILE
without its ending, and .starts.csv): a bar for each way to start a function, stage by stage.

    .venv/bin/python plots/restores.py restores.starts.csv --output figures
"""

import math
import sys

sys.dont_write_bytecode = True

try:
    import columns
    import plot
    from figures import restores
    from problem import Problem
except ModuleNotFoundError as missing:
    sys.exit(
        f"restores.py: error: Python lacks {missing.name}; give this to .venv/bin/python,"
        " which scripts/figures prepares from plots/requirements.txt")

COLUMNS = ["function", "way", "stage", "rounds", "median_ns", "least_ns", "most_ns"]


def read(path):
    """The stages of one file, with times in milliseconds."""
    rows = columns.rows(path, COLUMNS, "these are not times of starts; give the .starts.csv of `pagefold calibrate`")
    for line, row in enumerate(rows, start=2):
        try:
            row.update({name: float(row[f"{name}_ns"]) / 1e6 for name in ("median", "least", "most")})
        except (TypeError, ValueError):
            raise Problem(f"{path}:{line}: a number is missing")
        if not all(math.isfinite(row[name]) and row[name] >= 0 for name in ("median", "least", "most")):
            raise Problem(f"{path}:{line}: these numbers cannot be drawn")
        if row["stage"] not in restores.STAGES:
            raise Problem(f"{path}:{line}: there is no stage '{row['stage'][:60]}'")
    return rows


def parser():
    """The command line."""
    parser = plot.command_line(__doc__)
    parser.add_argument("input", metavar="FILE")
    return parser


def main():
    arguments = parser().parse_args()
    return plot.finish("restores.py", lambda: draw(arguments))


def draw(arguments):
    formats = plot.chosen(arguments.format, plot.FORMATS, "format")
    rows = read(arguments.input)
    plot.draw([("restores", lambda: restores.draw(rows))], arguments.output, formats, is_asked=True)


if __name__ == "__main__":
    sys.exit(main())
