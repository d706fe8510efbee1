#!/usr/bin/env python3
"""Draws the figures of the page laboratory from the JSON of `pagefold profile redundancy` and `pagefold profile methods`
for snapshots of one or more ways to start functions.

    .venv/bin/python plots/pages.py --redundancy on=redundancy-on.json off=redundancy-off.json \\
        --methods on=methods-on.json off=methods-off.json --output figures

The published numbers stand beside the ways named `on` and `off`, which stand for address randomisation.
"""

import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True

try:
    import plot
    from figures import page_methods, page_redundancy
    from problem import Problem
except ModuleNotFoundError as missing:
    sys.exit(
        f"pages.py: error: Python lacks {missing.name}; give this to .venv/bin/python,"
        " which scripts/figures prepares from plots/requirements.txt")


def read(items, key):
    """The documents of `NAME=FILE` arguments by name; each must have `key`."""
    found = {}
    for item in items:
        name, separator, path = item.partition("=")
        if not separator or not name or not path:
            raise plot.WrongUse(f"'{item}' is not NAME=FILE")
        try:
            document = json.loads(Path(path).read_text("utf-8"))
        except ValueError as error:
            raise Problem(f"{path}: this is not JSON: {error}")
        if not isinstance(document, dict) or not document.get(key) or not document.get("rows"):
            raise Problem(f"{path}: this is not what `pagefold profile` printed with --json")
        found[name] = document
    return found


def parser():
    """The command line."""
    parser = plot.command_line(__doc__)
    parser.add_argument("--redundancy", nargs="+", default=[], metavar="NAME=FILE")
    parser.add_argument("--methods", nargs="+", default=[], metavar="NAME=FILE")
    return parser


def main():
    arguments = parser().parse_args()
    return plot.finish("pages.py", lambda: draw(arguments))


def draw(arguments):
    formats = plot.chosen(arguments.format, plot.FORMATS, "format")
    redundancy = read(arguments.redundancy, "published")
    methods = read(arguments.methods, "methods")
    plan = []
    if redundancy:
        plan.append(("page-redundancy", lambda: page_redundancy.draw(redundancy)))
    if methods:
        plan.append(("page-methods", lambda: page_methods.draw(methods)))
    if not plan:
        raise plot.WrongUse("name files with --redundancy or --methods")
    plot.draw(plan, arguments.output, formats, is_asked=True)


if __name__ == "__main__":
    sys.exit(main())
