"""Metrics over settings that were drawn at random: a dot for each point and policy."""

import numpy as np

import metrics
import style
from drawing import Drawing, limited
from problem import Unneeded
from settings import is_grid
from figures.bands import extent, value_axis

MOST_SETTINGS, MOST_METRICS = 4, 4


def draw(study):
    """One figure; for points that are not a grid, such as those of a Latin hypercube."""
    settings = study.settings
    if len(settings) < 2 or (len(settings) < 4 and is_grid(settings, len(study.store.points))):
        raise Unneeded("the points are a grid; see the figures 'sweep' and 'heat'")
    columns = settings[:MOST_SETTINGS]
    wanted = [metric for metric in metrics.MAIN if metric != "cold_share_app_p75"]
    found = study.need_metrics()
    found = found if len(found) <= MOST_METRICS else limited([m for m in wanted if m in found], MOST_METRICS)
    figure, grid = style.plt.subplots(
        len(found), len(columns), squeeze=False, sharey="row", sharex="col",
        figsize=(style.PAGE if len(columns) > 2 else style.COLUMN * 1.6, 0.3 + 1.4 * len(found)))
    for row, metric in zip(grid, found):
        mean, half = study.scaled(metric)
        for panel, setting in zip(row, columns):
            x = setting.positions[setting.of_point]
            for place, policy in enumerate(study.lines):
                panel.plot(
                    x, mean[:, policy], linestyle="none", alpha=0.85, label=study.policy(policy),
                    **style.marker(place, 3.6))
        row[0].set_ylabel(study.label(metric).replace(", ", ",\n").replace(" (", "\n("))
        value_axis(row[0].yaxis, *extent(mean[:, study.lines], 0 * half[:, study.lines]))
    for panel, setting in zip(grid[-1], columns):
        if setting.numeric:
            if setting.log:
                style.plain_log(panel.xaxis, setting.positions[0], setting.positions[-1])
            panel.set_xlabel(setting.label)
        else:
            setting.on_axis(panel.xaxis)
    figure.align_ylabels(grid[:, 0])
    rest = len(settings) - len(columns)
    remark = f"{len(columns)} of {len(settings)} settings." if rest else ""
    style.note(figure, " ".join(study.remarks(study.lines_remark(), remark)))
    style.legend(figure, *grid[0, 0].get_legend_handles_labels(), handlelength=1)
    return [
        Drawing(
            "scatter", figure, "Metrics over the swept settings",
            "Rows are metrics, columns settings; a dot is a point of the sweep under one policy, the mean over"
            f" {study.store.replicates} replicate{'s' * study.has_intervals}. Dots of one column differ in the"
            " other settings too, so a trend may hide behind their spread.",
            f"Scatter charts of {len(found)} metrics over {len(columns)} settings.",
            study.remarks(study.lines_remark(), remark))
    ]
