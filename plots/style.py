"""One look for every figure: readable in colour, for the colour-blind, and in greyscale."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

# Okabe and Ito's palette (2008), ordered so that neighbours differ in lightness too.
COLOURS = ["#0072B2", "#E69F00", "#000000", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"]
LINES = ["-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 3)), (0, (8, 2))]
MARKERS = ["o", "s", "^", "D", "v", "P", "X"]

# Widths in inches of one and of two columns of a paper.
COLUMN, PAGE = 3.5, 7.1


def use():
    """Sets matplotlib up; call once, before the first figure."""
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
            "savefig.dpi": 200,
            # Text stays text, and files do not change from one drawing to the next.
            "pdf.fonttype": 42,
            "svg.hashsalt": "pagefold",
        }
    )


def of(index):
    """Colour, line style and marker of the n-th variant, the same in all figures."""
    return (
        COLOURS[index % len(COLOURS)],
        LINES[index % len(LINES)],
        MARKERS[index % len(MARKERS)],
    )


def save(figure, directory, name):
    """Writes a figure as PDF and PNG; returns the paths."""
    paths = []
    for suffix in ("pdf", "png"):
        path = directory / f"{name}.{suffix}"
        metadata = {"CreationDate": None} if suffix == "pdf" else {"Software": None}
        figure.savefig(path, metadata=metadata)
        paths.append(path)
    plt.close(figure)
    return paths
