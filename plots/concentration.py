#!/usr/bin/env python3
"""How much of a load is in functions that have more than a few sandboxes, from a directory that
`pagefold simulate --output` wrote of a policy that keeps all sandboxes for ever.

    .venv/bin/python plots/concentration.py results/concentration
"""

import csv
import sys
from pathlib import Path

BOUNDS = (1, 2, 5, 10, 40)


def table(path):
    """Rows of a Markdown table: of the functions called, the shares that have more than so many sandboxes."""
    with (path / "functions.csv").open(encoding="utf-8", newline="") as file:
        rows = [(int(row["cold"]), int(row["arrived"])) for row in csv.DictReader(file)]
    rows = [row for row in rows if row[1]]
    yield "| sandboxes, more than | functions | sandboxes | calls |"
    yield "| ---: | ---: | ---: | ---: |"
    for bound in BOUNDS:
        more = [row for row in rows if row[0] > bound]
        shares = [
            len(more) / len(rows), *(sum(row[n] for row in more) / sum(row[n] for row in rows) for n in (0, 1))]
        yield f"| {bound} | " + " | ".join(f"{100 * share:.1f} %" for share in shares) + " |"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    try:
        print("\n".join(table(Path(sys.argv[1]))))
    except (OSError, KeyError, ValueError) as error:
        sys.exit(f"concentration.py: error: {sys.argv[1]}: {error}")
