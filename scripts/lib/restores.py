"""Writes the list of functions that `pagefold calibrate checkpoint --functions` takes, with all that they need to run
installed. Called by scripts/restores."""

from __future__ import annotations

import argparse
import json
import pathlib
import sys

from profiles_environment import ROOT, Environment, Function, SuiteError, catalogue
from profiles_modes import MODES

FORMAT = 1


def chosen(names: str | None, quick: bool) -> list[Function]:
    """The functions named, or all that are written in Python, the ten of the Medes paper."""
    if names:
        return catalogue([name.strip() for name in names.split(",") if name.strip()])
    if quick:
        return catalogue(["vanilla"])
    return [function for function in catalogue() if function.language == "python"]


def entry(environment: Environment, function: Function) -> dict[str, object]:
    """What the list says of a function: fresh processes with address randomisation, as platforms start them."""
    found: dict[str, object] = {
        "name": function.name,
        "run": environment.command(function),
        "variables": environment.variables(function),
    }
    if function.language == "python":
        forked = next(mode for mode in MODES.values() if mode.forked)
        found["zygote"] = environment.command(function, forked)
    return found


def main(given: list[str]) -> None:
    """Runs the script."""
    parser = argparse.ArgumentParser(prog="scripts/restores", description=__doc__, allow_abbrev=False)
    parser.add_argument("--functions", help="joined by commas (default: the ten in Python)")
    parser.add_argument("--quick", action="store_true", help="vanilla alone, without libraries of PyPI")
    parser.add_argument("--output", type=pathlib.Path, required=True)
    options = parser.parse_args(given)
    functions = chosen(options.functions, options.quick)
    environment = Environment(ROOT / ".build-profiles" / ("quick" if options.quick else "environment"))
    environment.prepare(functions, [], with_libraries=not options.quick)
    content = {"functions": FORMAT, "list": [entry(environment, function) for function in functions]}
    options.output.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SuiteError as error:
        sys.exit(f"error: {error}")
