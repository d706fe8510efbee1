"""How narrow intervals become with more replicates."""

import numpy as np

import metrics
import style
from drawing import Drawing
from intervals import interval
from problem import Unneeded


def draw(study):
    """A panel for each metric; lines are policies."""
    store = study.store
    found = study.need_metrics()
    if store.replicates < 3:
        raise Unneeded("it needs three replicates or more")
    counts = np.arange(2, store.replicates + 1)
    widths = {metric: _widths(store.values(metric)[:, study.lines], counts) for metric in found}
    found = [metric for metric in found if not np.isnan(widths[metric]).all()]
    if not found:
        raise Unneeded("no metric has an interval")
    figure, panels = style.panels(len(found), 3, 1.9, sharex=True, sharey=True)
    for panel, metric in zip(panels, found):
        for place, _ in enumerate(study.lines):
            colour, dash, _ = style.of(place)
            every = max(1, len(counts) // 6)
            panel.plot(
                counts, widths[metric][place], color=colour, linestyle=dash, linewidth=1.2,
                label=study.policy(study.lines[place]), markevery=every, **style.marker(place, 3.8))
        panel.set_title(metrics.short(metric), loc="left")
        panel.set(xlabel="Replicates", ylabel="Half-width (% of mean)")
    style.label_outer(panels)
    everything = np.concatenate([widths[metric].ravel() for metric in found])
    everything = everything[everything > 0]
    _axes(panels, counts, everything)
    many = len(store.points) > 1
    widest = "The widest interval over all points." if many else ""
    style.note(figure, " ".join(study.remarks(widest, study.lines_remark())))
    style.legend(figure, *panels[0].get_legend_handles_labels())
    return [
        Drawing(
            "convergence", figure, "Width of intervals against replicates",
            "Half-width of the 95 % interval in per cent of the mean, had the sweep stopped after so many"
            " replicates" + ("; the widest over all points." if many else ".")
            + " Four times the replicates halve it.",
            f"Half-width of intervals against the number of replicates for {len(study.lines)} policies.",
            study.remarks(study.lines_remark()))
    ]


def _widths(values, counts):
    """The widest relative half-width over points, by policy and count, in per cent."""
    widths = np.full((values.shape[1], len(counts)), np.nan)
    for place, count in enumerate(counts):
        mean, half = interval(values[:, :, :count])
        with np.errstate(divide="ignore", invalid="ignore"):
            relative = np.where(mean != 0, 100 * half / np.abs(mean), np.nan)
        known = ~np.isnan(relative).all(axis=0)
        widths[known, place] = np.nanmax(relative[:, known], axis=0)
    return widths


def _axes(panels, counts, everything):
    panels[0].set_xscale("log")
    last = counts[-1]
    ticks = [n for n in (2, 3, 5, 10, 20, 50, 100, 200, 500, 1000) if n <= last]
    if last / ticks[-1] > 1.4:
        ticks.append(int(last))
    for panel in panels:
        panel.set_xticks(ticks, [str(n) for n in ticks])
        panel.xaxis.set_minor_locator(style.NullLocator())
    if len(everything) and everything.max() / everything.min() >= 10:
        style.plain_log(panels[0].yaxis, everything.min(), everything.max())
