#!/usr/bin/env python3
"""Draws the standard figures of a result store of `pagefold sweep`, or of a results directory that
`pagefold simulate --output` wrote.

    .venv/bin/python plots/plot.py sweep.sqlite
    .venv/bin/python plots/plot.py sweep.sqlite --output figures --format pdf,svg --figures tradeoff,differences
    .venv/bin/python plots/plot.py results
"""

import argparse
import json
import os
import sys
from pathlib import Path

# A second drawing must not leave files where the sources may be read-only.
sys.dont_write_bytecode = True

try:
    import style
    from figures import (
        cold_share, convergence, differences, heat, latency, memory, policies, scatter, sweep, tradeoff, waste,
    )
    from problem import Problem, Unneeded
    from results import variants
    from store import Store
    from study import Study
except ModuleNotFoundError as missing:
    sys.exit(
        f"plot.py: error: Python lacks {missing.name}; give this to .venv/bin/python,"
        " which scripts/figures prepares from plots/requirements.txt")

OF_STORES = {
    "policies": policies.draw,
    "sweep": sweep.draw,
    "heat": heat.draw,
    "scatter": scatter.draw,
    "tradeoff": tradeoff.draw,
    "differences": differences.draw,
    "latency": latency.draw,
    "cold-share-cdf": cold_share.of_study,
    "memory-over-time": memory.of_study,
    "convergence": convergence.draw,
}
OF_RESULTS = {
    "cold-share-cdf": cold_share.of_results,
    "memory-over-time": memory.of_results,
    "cold-against-waste": waste.of_results,
}
FORMATS = ("pdf", "png", "svg")
WRONG_USE, BAD_INPUT = 2, 3


class WrongUse(Exception):
    """An option that makes no sense, in one line for the user."""


def chosen(text, known, what):
    """The names in a comma-separated list, all of which must be known."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    for name in names:
        if name not in known:
            raise WrongUse(f"unknown {what} '{name}'; there are: {', '.join(known)}")
    if not names:
        raise WrongUse(f"name a {what}; there are: {', '.join(known)}")
    return list(dict.fromkeys(names))


def of_store(arguments):
    """How to draw each of the figures of a store."""
    store = Store(arguments.input)
    wanted = chosen(arguments.metrics, store.metrics, "metric") if arguments.metrics else None
    if arguments.policies:
        store.keep(chosen(arguments.policies, store.policies, "policy"))
    study = Study(store, wanted)
    names = chosen(arguments.figures, OF_STORES, "figure") if arguments.figures else OF_STORES
    return [(name, lambda draw=OF_STORES[name]: draw(study)) for name in names]


def of_results(arguments):
    """How to draw each of the figures of a results directory."""
    for option in ("metrics", "policies"):
        if getattr(arguments, option):
            raise WrongUse(f"--{option} is for result stores; {arguments.input} is a results directory")
    found = variants(arguments.input)
    names = chosen(arguments.figures, OF_RESULTS, "figure") if arguments.figures else OF_RESULTS
    return [(name, lambda draw=OF_RESULTS[name]: draw(arguments.input, found)) for name in names]


def draw(plan, output, formats, is_asked):
    """Draws and saves figures; writes figures.json, which describes them."""
    output.mkdir(parents=True, exist_ok=True)
    style.use()
    entries, skipped = [], []
    for name, make in plan:
        try:
            drawings = make()
        except Unneeded as reason:
            skipped.append({"name": name, "reason": str(reason)})
            if is_asked:
                print(f"plot.py: note: no figure '{name}': {reason}", file=sys.stderr)
            continue
        for drawing in drawings:
            paths = style.save(drawing.figure, output, drawing.name, formats)
            for path in paths:
                print(path)
            for note in drawing.notes:
                print(f"plot.py: note: {drawing.name}: {note}", file=sys.stderr)
            entries.append({
                "name": drawing.name, "title": drawing.title, "caption": drawing.caption, "alt": drawing.alt,
                "notes": drawing.notes, "files": [path.name for path in paths],
            })
    manifest = {"figures": entries, "skipped": skipped}
    text = json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"
    (output / "figures.json").write_text(text, "utf-8")


def command_line(description, output=Path("figures"), place="directory for the figures", formats="pdf,png"):
    """The options that all of these scripts have."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawTextHelpFormatter,
        epilog="Exit status: 0 done, 2 wrong use, 3 the input cannot be read.")
    parser.add_argument("--output", type=Path, default=output, help=place)
    parser.add_argument("--format", default=formats, help=f"pdf, png, svg (default: {formats})")
    return parser


def parser():
    """The command line."""
    parser = command_line(
        __doc__, None, "directory for the figures (default: STORE-figures beside the store, or RESULTS/figures)")
    parser.add_argument("input", type=Path, help="a store, or a directory of results")
    parser.add_argument(
        "--figures", help="only these, with commas between them:\n" + "\n".join(OF_STORES)
        + "\nof a results directory: " + ", ".join(OF_RESULTS))
    parser.add_argument("--metrics", help="draw these metrics (pagefold metrics lists all)")
    parser.add_argument("--policies", help="draw these policies")
    return parser


def main():
    arguments = parser().parse_args()
    return finish("plot.py", lambda: draw_input(arguments), arguments.input)


def draw_input(arguments):
    path = arguments.input
    formats = chosen(arguments.format, FORMATS, "format")
    if path.is_dir():
        plan, output = of_results(arguments), arguments.output or path / "figures"
    else:
        plan = of_store(arguments)
        output = arguments.output or path.with_name(path.stem + "-figures")
    draw(plan, output, formats, is_asked=bool(arguments.figures))


def finish(program, work, path=None):
    """Does a script's work; what goes wrong becomes a line on standard error and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        # Names and texts may hold what the locale's encoding has not.
        stream.reconfigure(errors="backslashreplace")
    try:
        work()
    except WrongUse as error:
        return report(program, error, WRONG_USE)
    except Problem as error:
        return report(program, error, BAD_INPUT)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        return report(program, f"{error.filename or path}: {reason}", BAD_INPUT)
    return 0


def report(program, error, status):
    """One line on standard error."""
    print(f"{program}: error: {error}", file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
