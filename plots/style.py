"""One look for every figure: readable in colour, for the colour-blind, and in greyscale. Import this before matplotlib."""

import os

# What the caller's environment says of matplotlib is not for these figures. A notebook names a backend that only it has,
# and matplotlib refuses that while it is imported.
for name in ("MATPLOTLIBRC", "SOURCE_DATE_EPOCH"):
    os.environ.pop(name, None)
os.environ["MPLBACKEND"] = "Agg"

import matplotlib  # noqa: E402

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator  # noqa: E402

# Okabe and Ito's palette (2008), ordered so that neighbours differ in lightness too.
COLOURS = ["#0072B2", "#E69F00", "#000000", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"]
LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2))]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]
# Dark to light also in greyscale, for heat maps.
SHADES = "YlGnBu"
QUIET = "#6F6F6F"

# Widths in inches of one and of two columns of a paper.
COLUMN, PAGE = 3.5, 7.1


def use():
    """Sets matplotlib up, whatever a matplotlibrc says; call once, before the first figure."""
    matplotlib.rcdefaults()
    plt.rcParams.update(
        {
            "font.family": "DejaVu Sans",
            "font.size": 8,
            "axes.labelsize": 8,
            "axes.titlesize": 8,
            "legend.fontsize": 7.5,
            "xtick.labelsize": 7.5,
            "ytick.labelsize": 7.5,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.linewidth": 0.7,
            "axes.axisbelow": True,
            "axes.grid": True,
            "grid.color": "#D9D9D9",
            "grid.linewidth": 0.5,
            "lines.linewidth": 1.5,
            "lines.markersize": 6.5,
            "hatch.linewidth": 0.5,
            "legend.frameon": False,
            "legend.handlelength": 2.8,
            "figure.constrained_layout.use": True,
            # Names may hold dollar signs; they are not formulas.
            "text.parse_math": False,
            "axes.formatter.use_mathtext": False,
            "savefig.dpi": 200,
            # Text stays text in PDF; in SVG it becomes outlines, the same on every machine.
            "pdf.fonttype": 42,
            "svg.fonttype": "path",
            # Files do not change from one drawing to the next.
            "svg.hashsalt": "pagefold",
        }
    )


def of(index):
    """Colour, line style and marker of the n-th policy, the same in all figures."""
    turn = index // len(COLOURS)
    return (
        COLOURS[index % len(COLOURS)],
        LINES[(index + 2 * turn) % len(LINES)],
        MARKERS[(index + 3 * turn) % len(MARKERS)],
    )


def marker(index, size=5.0):
    """How the n-th policy's marker is drawn; those of the second turn of colours are hollow."""
    colour, _, shape = of(index)
    hollow = index // len(COLOURS) % 2 == 1
    return {
        "marker": shape, "markersize": size, "markerfacecolor": "white" if hollow else colour,
        "markeredgecolor": colour if hollow else "black", "markeredgewidth": 1.0 if hollow else 0.5,
    }


def panels(count, columns, height, width=None, **options):
    """A figure with `count` panels in rows; `height` is that of a row. The panels come as a flat list."""
    columns = max(1, min(count, columns))
    rows = -(-count // columns)
    width = width or (COLUMN if columns == 1 else COLUMN * 1.45 if columns == 2 else PAGE)
    figure, grid = plt.subplots(rows, columns, squeeze=False, figsize=(width, height * rows), **options)
    for panel in grid.flat[count:]:
        panel.set_visible(False)
    return figure, list(grid.flat[:count])


def label_outer(panels):
    """Labels on the left panels and on the lowest of each column only."""
    for panel in panels:
        place = panel.get_subplotspec()
        column, row = place.colspan.start, place.rowspan.start
        below = any(
            other.get_subplotspec().colspan.start == column and other.get_subplotspec().rowspan.start > row
            for other in panels)
        panel.tick_params(labelbottom=not below, labelleft=column == 0)
        if below:
            panel.set_xlabel("")
        if column:
            panel.set_ylabel("")


def legend(figure, handles, labels, **options):
    """A legend above the panels, in as many columns as fit."""
    if not handles:
        return
    widest = max(len(label) for label in labels) * 0.068 + 0.55
    columns = max(1, min(len(labels), int(figure.get_figwidth() / widest)))
    rows = -(-len(labels) // columns)
    height = 0.17 * rows + 0.08
    figure.set_figheight(figure.get_figheight() + height)
    figure.legend(
        handles, labels, loc="outside upper center", ncols=-(-len(labels) // rows), **options)


def note(figure, text):
    """A remark under the panels."""
    if not text:
        return
    width = int(figure.get_figwidth() * 17)
    lines, line = [], ""
    for word in text.split():
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    lines.append(line)
    figure.set_figheight(figure.get_figheight() + 0.13 * len(lines))
    figure.supxlabel("\n".join(lines), fontsize=6.5, color=QUIET, x=0.01, ha="left")


def plain_log(axis, low, high):
    """A logarithmic axis labelled with plain numbers."""
    getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
    steps = (1,) if high / low > 300 else (1, 3) if high / low > 30 else (1, 2, 5)
    axis.set_major_locator(LogLocator(base=10, subs=steps, numticks=12))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_locator(NullLocator())


def plain_linear(axis, count=5):
    """A linear axis with few ticks and plain numbers."""
    axis.set_major_locator(MaxNLocator(count, steps=[1, 2, 2.5, 5, 10]))


def save(figure, directory, name, formats=("pdf", "png")):
    """Writes a figure in these formats; returns the paths."""
    paths = []
    nothing = {"pdf": {"CreationDate": None}, "png": {"Software": None}, "svg": {"Date": None}}
    for suffix in formats:
        path = directory / f"{name}.{suffix}"
        figure.savefig(path, metadata=nothing[suffix])
        paths.append(path)
    plt.close(figure)
    return paths


def unbounded(panel, x, y, colour, across=True):
    """Arrows to both sides of a value whose interval has no ends."""
    for way in (-22, 22):
        panel.annotate(
            "", xy=(x, y), xytext=(way, 0) if across else (0, way), textcoords="offset points",
            arrowprops={"arrowstyle": "<-", "color": colour, "linewidth": 1.1, "shrinkA": 0, "shrinkB": 0})
