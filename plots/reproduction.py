#!/usr/bin/env python3
"""Draws the figures of a paper's evaluation from what `pagefold reproduce ... --output DIR` wrote: the paper's series
and ours.

    .venv/bin/python plots/reproduction.py results/medes --output figures --format svg,png
"""

import csv
import sys
from pathlib import Path

sys.dont_write_bytecode = True

try:
    import plot
    from figures import medes
    from problem import Problem
except ModuleNotFoundError as missing:
    sys.exit(
        f"reproduction.py: error: Python lacks {missing.name}; give this to .venv/bin/python,"
        " which scripts/figures prepares from plots/requirements.txt")

WORDS = ("quantity", "series", "place", "column")
NUMBERS = ("paper", "mean", "low", "high")


def read(path):
    """The points of one figure."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if not set((*WORDS, *NUMBERS, "draws")) <= set(reader.fieldnames or []):
            raise Problem(f"{path}: these are not the points of a figure of `pagefold reproduce`")
        try:
            return [
                {name: row[name] for name in WORDS}
                | {name: float(row[name]) if row[name] else float("nan") for name in NUMBERS}
                | {"draws": int(row["draws"])} for row in reader]
        except (TypeError, ValueError) as error:
            raise Problem(f"{path}, line {reader.line_num}: {error}")


def parser():
    """The command line."""
    parser = plot.command_line(__doc__, output=None, place="directory for the figures (default: INPUT-figures)")
    parser.add_argument("input", type=Path, help="the directory that `pagefold reproduce --output` wrote")
    parser.add_argument("--figures", help="only these, with commas between them, such as figure-10a,figure-12")
    return parser


def main():
    arguments = parser().parse_args()
    folder = arguments.input
    return plot.finish("reproduction.py", lambda: draw(arguments, folder))


def draw(arguments, folder):
    formats = plot.chosen(arguments.format, plot.FORMATS, "format")
    found = {path.stem: path for path in sorted(folder.glob("figure-*.csv"))}
    if not found:
        raise Problem(f"{folder}: there are no figures of `pagefold reproduce`")
    names = plot.chosen(arguments.figures, found, "figure") if arguments.figures else list(found)
    plan = [(name, lambda name=name, rows=read(found[name]): medes.draw(name, rows)) for name in names]
    output = arguments.output or folder.with_name(folder.name + "-figures")
    plot.draw(plan, output, formats, is_asked=bool(arguments.figures))


if __name__ == "__main__":
    sys.exit(main())
