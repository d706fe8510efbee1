#!/usr/bin/env python3
"""Draws the figures of docs/findings.md from the stores that `scripts/findings` made.

    .venv/bin/python plots/findings.py results/findings --output docs/images --format png
"""

import sys
from pathlib import Path

sys.dont_write_bytecode = True

try:
    import plot
    from figures import findings, findings_pareto, findings_scale
    from figures.findings import Quantity
    from store import Store
except ModuleNotFoundError as missing:
    sys.exit(
        f"findings.py: error: Python lacks {missing.name}; give this to .venv/bin/python,"
        " which scripts/figures prepares from plots/requirements.txt")


PANELS = {
    "randomisation": [
        Quantity(metric, title, relative=True, only=(layout,)) for layout in ("uniform", "burst")
        for metric, title in (("cold_share", "Cold starts"), ("memory_mean_bytes", "Memory, mean"))],
    "compression": [
        Quantity("memory_mean_bytes", "Memory, mean", relative=True),
        Quantity("cold_share", "Cold starts", relative=True), Quantity("startup_mean_s", "Startup, mean"),
        Quantity("startup_p99_s", "Startup, 99th percentile"),
        Quantity("restored_startup_mean_s", "Start from the idle state, mean"),
        Quantity("cpu_overhead_s", "Core time beside executions")],
    "fingerprints": [
        Quantity("memory_mean_bytes", "Memory, mean", relative=True),
        Quantity("cold_share", "Cold starts", relative=True),
        Quantity("restored_startup_mean_s", "Dedup start, mean"),
        Quantity("page_saving_share", "Memory that images saved, bases counted")],
}
TITLES = {
    "randomisation": "Medes beside fixed keep-alive, by how instances come to be",
    "compression": "Ways to hold idle memory", "fingerprints": "Ways to find base pages",
}

FIGURES = {
    **{
        name: lambda store, name=name: findings.draw(
            f"findings-{name}", TITLES[name], store, PANELS[name], "Left is better, but for what images saved.")
        for name in PANELS
    },
    "scale": findings_scale.draw, "pareto": findings_pareto.draw,
}
TABLES = {
    **{name: lambda store, name=name: findings.tables(store, PANELS[name]) for name in PANELS},
    "scale": findings_scale.tables, "pareto": findings_pareto.tables,
}


def parser():
    """The command line."""
    parser = plot.command_line(__doc__, formats="png")
    parser.add_argument("input", type=Path, help="the directory with the stores")
    parser.add_argument("--figures", help="only these, with commas between them: " + ", ".join(FIGURES))
    parser.add_argument("--tables", action="store_true", help="prints their numbers as Markdown and draws nothing")
    return parser


def main():
    arguments = parser().parse_args()
    return plot.finish("findings.py", lambda: draw(arguments))


def draw(arguments):
    formats = plot.chosen(arguments.format, plot.FORMATS, "format")
    names = plot.chosen(arguments.figures, FIGURES, "figure") if arguments.figures else list(FIGURES)
    if arguments.tables:
        for name in names:
            print("\n".join(TABLES[name](Store(arguments.input / f"{name}.sqlite"))))
        return
    plan = [
        (name, lambda name=name: FIGURES[name](Store(arguments.input / f"{name}.sqlite"))) for name in names
    ]
    plot.draw(plan, arguments.output, formats, is_asked=True)


if __name__ == "__main__":
    sys.exit(main())
