"""Policies in rows, one panel for each quantity, one marker for each setting: the findings of docs/findings.md."""

import numpy as np

import metrics
import settings
import style
from drawing import Drawing
from intervals import interval, relative_difference
from problem import Problem


class Quantity:
    """A panel: a metric, by itself or relative to the reference, at the points that hold some words."""

    def __init__(self, metric, title, relative=False, only=()):
        self.metric, self.title, self.relative, self.only = metric, title, relative, only

    def at(self, store, point, policy):
        """Value with the ends of its 95 % interval."""
        values = store.values(self.metric)[point]
        if self.relative:
            return relative_difference(values[policy], values[store.reference])
        mean, half = interval(values[policy])
        size = metrics.unit(self.metric, np.nanmax(store.values(self.metric)))[1]
        return float(mean) / size, float(mean - half) / size, float(mean + half) / size

    def label(self, store):
        """The axis's label."""
        if self.relative:
            return f"{self.title}, difference (%)"
        unit = metrics.unit(self.metric, np.nanmax(store.values(self.metric)))[0]
        return f"{self.title} ({unit})" if unit else self.title


def words(point):
    """What a point is, in words: the end of each setting."""
    texts = []
    for path, value in point.items():
        if path.endswith("profile"):
            value = value.rsplit("/", 1)[-1].removesuffix(".pfprofile").removesuffix("-requests")
        if path.endswith(("count", "functions", "load-scale")):
            continue
        texts.append(value)
    return texts


def draw(name, title, store, quantities, caption):
    """A figure of policies against quantities."""
    for quantity in quantities:
        if not store.has(quantity.metric):
            raise Problem(f"{store.path}: there are no values of {quantity.metric}")
    rows = [n for n in range(len(store.policies)) if n != store.reference or not all(
        quantity.relative for quantity in quantities)]
    height = 0.24 * len(rows) + 0.8
    figure, panels = style.panels(len(quantities), 2, height, width=style.PAGE, sharey=True)
    shown, unbounded = {}, False
    for panel, quantity in zip(panels, quantities):
        points = _points(store, quantity)
        for index, point in enumerate(points):
            label = ", ".join(word for word in words(store.points[point]) if word not in quantity.only)
            look = shown.setdefault(label, len(shown))
            shift = (index - (len(points) - 1) / 2) * 0.7 / len(points)
            unbounded |= _markers(panel, store, quantity, point, rows, look, label, shift)
        if quantity.relative:
            panel.axvline(0, color=style.QUIET, linewidth=0.7)
        panel.set_xlabel(quantity.label(store))
        if quantity.only:
            panel.set_title(", ".join(quantity.only), loc="left")
        panel.set_yticks(range(len(rows)), [settings.shortened(store.policies[row], 24) for row in rows])
        panel.set_ylim(len(rows) - 0.5, -0.5)
    handles = {}
    for panel in panels:
        for handle, label in zip(*panel.get_legend_handles_labels()):
            handles.setdefault(label, handle)
    style.legend(figure, list(handles.values()), list(handles), handlelength=1)
    said = f"{store.replicates} draws of the workload, the same for all; bars are 95 % intervals."
    style.note(figure, said + " Arrows: the interval is unbounded." * unbounded)
    alt = f"{len(rows)} policies by " + ", ".join(quantity.title.lower() for quantity in quantities) + "."
    return [Drawing(name, figure, title, caption, alt)]


def _markers(panel, store, quantity, point, rows, look, label, shift):
    """Draws a quantity of all rows; whether any of its intervals is unbounded."""
    found = [quantity.at(store, point, row) for row in rows]
    value, low, high = (np.array(part, float) for part in zip(*found))
    heights = np.arange(len(rows)) + shift
    known = ~np.isnan(value) & ~np.isnan(low) & ~np.isnan(high)
    colour, _, _ = style.of(look)
    panel.errorbar(
        value[known], heights[known], xerr=np.maximum(0, [value[known] - low[known], high[known] - value[known]]),
        fmt="none", ecolor=colour, elinewidth=0.8)
    panel.plot(value, heights, linestyle="none", label=label, zorder=3, **style.marker(look, 4.2))
    endless = np.flatnonzero(~known & ~np.isnan(value)) if store.replicates > 1 else []
    for place in endless:
        style.unbounded(panel, value[place], heights[place], colour)
    return len(endless) > 0


def tables(store, quantities):
    """The numbers of the figure in Markdown, a table for each quantity."""
    for quantity in quantities:
        points = _points(store, quantity)
        heads = [", ".join(word for word in words(store.points[n]) if word not in quantity.only) for n in points]
        yield f"\n**{quantity.label(store)}{''.join(', ' + word for word in quantity.only)}**\n"
        yield f"| | {' | '.join(heads)} |"
        yield "| --- |" + " ---: |" * len(heads)
        for row, policy in enumerate(store.policies):
            cells = [_cell(*quantity.at(store, point, row), quantity.relative) for point in points]
            yield f"| {policy} | {' | '.join(cells)} |"


def _cell(value, low, high, relative):
    if np.isnan(value):
        return "-"
    number = f"{value:+.1f}" if relative else f"{value:.3g}"
    if np.isnan(low):
        return f"{number}, unbounded"
    return f"{number} [{low:+.1f}, {high:+.1f}]" if relative else f"{number} ± {(high - low) / 2:.2g}"


def _points(store, quantity):
    return [n for n, point in enumerate(store.points) if all(word in words(point) for word in quantity.only)]
