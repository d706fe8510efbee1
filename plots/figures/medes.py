"""The figures of Medes' evaluation (EuroSys'22): what the paper plots, and what `pagefold reproduce` found."""

import numpy as np

import style
from drawing import Drawing
from problem import Unneeded

COLUMNS = [("paper-inputs", "ours, the paper's inputs"), ("measured", "ours, measured inputs")]
TITLES = {
    "figure-7a": "Greatest ratio of end-to-end times to those of Medes",
    "figure-8": "Cold starts and starts of deduplicated sandboxes",
    "figure-9a": "Memory under the latency target",
    "figure-9b": "Cold starts under the latency target",
    "figure-10a": "Cold starts at three memory limits",
    "figure-10b-40G": "Cold starts by function, 40 GB",
    "figure-10b-30G": "Cold starts by function, 30 GB",
    "figure-10b-20G": "Cold starts by function, 20 GB",
    "figure-12": "Cold starts by keep-alive",
    "figure-13": "Cold starts with an emulated Catalyzer",
    "figure-14": "Cold starts by size of chunks",
    "figure-15": "Cold starts by keep-dedup",
    "figure-16a": "Slowdown by cardinality of fingerprints",
    "figure-16b": "Cold starts by cardinality of fingerprints",
}


def draw(name, rows):
    """One figure: a panel for each series, a line for each place, the paper's mark beside ours."""
    if not rows:
        raise Unneeded("there are no points")
    if not any(np.isfinite(row["mean"]) for row in rows):
        raise Unneeded("none of its variants was run")
    series = list(dict.fromkeys(row["series"] for row in rows))
    places = list(dict.fromkeys(row["place"] for row in rows))
    figure, panels = style.panels(
        len(series), 3, 0.7 + 0.24 * len(places), width=style.PAGE if len(series) > 1 else None, sharey=True)
    for panel, one in zip(panels, series):
        _panel(panel, [row for row in rows if row["series"] == one], places)
        if len(series) > 1:
            panel.set_title(one, loc="left")
        panel.set(xlabel=rows[0]["quantity"].capitalize())
        panel.set_yticks(range(len(places)), places)
        panel.set_ylim(len(places) - 0.4, -0.6)
    handles = {}
    for panel in panels:
        for handle, label in zip(*panel.get_legend_handles_labels()):
            handles.setdefault(label, handle)
    draws = max(row["draws"] for row in rows)
    unbounded = any(np.isfinite(row["mean"]) and not np.isfinite(row["high"]) for row in rows)
    style.note(
        figure, f"Bars are 95 % intervals over {draws} draws of the calls; the paper has one and shows none."
        + " Arrows: one draw; the interval is unbounded." * unbounded)
    style.legend(figure, list(handles.values()), list(handles), handlelength=1)
    number = name.removeprefix("figure-")
    return [
        Drawing(
            f"medes-{name}", figure, f"{TITLES.get(name, name)} (figure {number} of the paper)",
            "The paper's value beside ours; bars are 95 % intervals over draws of the calls, which the paper did not"
            " publish.",
            f"{TITLES.get(name, name)}: the paper's values and ours for {len(series)} series and {len(places)} places.")
    ]


def _panel(panel, rows, places):
    at = {place: index for index, place in enumerate(places)}
    paper = {row["place"]: row["paper"] for row in rows if np.isfinite(row["paper"])}
    panel.scatter(
        list(paper.values()), [at[place] - 0.22 for place in paper], marker="|", s=70, linewidths=1.8, color="black",
        label="the paper", zorder=3)
    for index, (column, label) in enumerate(COLUMNS):
        shown = [row for row in rows if row["column"] == column and np.isfinite(row["mean"])]
        if not shown:
            continue
        colour, _, _ = style.of(index)
        y = np.array([at[row["place"]] for row in shown]) + 0.22 * index
        mean = np.array([row["mean"] for row in shown])
        panel.plot(mean, y, linestyle="none", color=colour, label=label, zorder=3, **style.marker(index, 4.5))
        half = np.array([row["high"] - row["mean"] for row in shown])
        known = np.isfinite(half)
        panel.errorbar(
            mean[known], y[known], xerr=half[known], fmt="none", ecolor=colour, elinewidth=0.9, capsize=2, zorder=2)
        for place in np.flatnonzero(~known):
            style.unbounded(panel, mean[place], y[place], colour)
    low = min([0.0, *paper.values()])
    panel.set_xlim(left=low)
    style.plain_linear(panel.xaxis, 4)
