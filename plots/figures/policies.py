"""Metrics by policy, a dot with its interval for each."""

import numpy as np

import metrics
import style
from drawing import Drawing
from problem import Unneeded
from figures.bands import extent, value_axis

MOST_ROWS = 24


def draw(study):
    """One figure; for a store in which nothing is swept."""
    if study.settings:
        raise Unneeded("settings are swept; see the figures 'sweep', 'heat' and 'scatter'")
    found = study.need_metrics()
    rows = study.best(MOST_ROWS)
    height = 0.62 + 0.17 * len(rows)
    figure, panels = style.panels(len(found), 3, height, width=style.PAGE, sharey=True)
    places = np.arange(len(rows))
    for panel, metric in zip(panels, found):
        mean, half = study.scaled(metric)
        for place, policy in zip(places, rows):
            index = study.lines.index(policy) if len(rows) <= 10 else 0
            colour = style.of(index)[0]
            panel.errorbar(
                mean[0, policy], place, xerr=None if np.isnan(half[0, policy]) else half[0, policy],
                ecolor=colour, elinewidth=1.2, capsize=2.5, linestyle="none", **style.marker(index))
            if study.is_unbounded(mean[0, policy], half[0, policy]):
                style.unbounded(panel, mean[0, policy], place, colour)
        value_axis(panel.xaxis, *extent(mean[0, rows], half[0, rows]))
        panel.set_title(study.label(metric), loc="left")
        panel.grid(axis="y", visible=len(rows) > 6)
    panels[0].set_yticks(places, [study.policy(policy) for policy in rows])
    panels[0].set_ylim(len(rows) - 0.4, -0.6)
    remark = study.rest(rows)
    style.note(figure, " ".join(study.remarks(remark)))
    names = ", ".join(metrics.name(metric) for metric in found)
    return [
        Drawing(
            "policies", figure, "Metrics by policy",
            f"Each panel shows one metric, each row a policy. {study.replicates_in_words('bars')}"
            " Bars shorter than the marker are hidden by it. Axes need not begin at zero.",
            f"Dot charts of {names} for {len(rows)} policies.", study.remarks(remark))
    ]
