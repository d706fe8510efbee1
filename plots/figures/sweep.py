"""Metrics against a swept setting: a line for each policy, a panel for each metric and value of a second."""

import numpy as np

import metrics
import style
from drawing import Drawing, spread
from problem import Unneeded
from settings import is_grid
from figures.bands import MOST_RIBBONS, curve, extent, value_axis

MOST_FACETS = 5


def draw(study):
    """One figure, or one for each value of a third setting."""
    settings = study.settings
    if not settings:
        raise Unneeded("nothing is swept")
    if len(settings) > 3 or (len(settings) > 1 and not is_grid(settings, len(study.store.points))):
        raise Unneeded("the points are not a grid of up to three settings; see the figure 'scatter'")
    if len(settings) > 1 and len(settings[1].values) > MOST_FACETS:
        raise Unneeded("there are too many combinations for lines; see the figure 'heat'")
    study.need_metrics()
    if len(settings) == 1:
        return [_one(study)]
    if len(settings) == 2:
        return [_facets(study, np.arange(len(study.store.points)), "sweep", "")]
    third = settings[2]
    chosen = spread(len(third.values), 4)
    remark = "" if len(chosen) == len(third.values) else f"{len(chosen)} of {len(third.values)} values drawn."
    return [
        _facets(
            study, np.flatnonzero(third.of_point == value), f"sweep-{place + 1}", third.value(value), remark)
        for place, value in enumerate(chosen)
    ]


def _one(study):
    setting, found = study.settings[0], study.need_metrics()
    figure, panels = style.panels(len(found), 3, 1.9)
    points = np.arange(len(study.store.points))
    for panel, metric in zip(panels, found):
        _lines(panel, study, metric, setting, points)
        panel.set_title(study.label(metric), loc="left")
        setting.on_axis(panel.xaxis)
    _finish(figure, panels[0], study)
    return Drawing(
        "sweep", figure, f"Metrics against {setting.name}",
        f"Each panel shows one metric against {setting.path}; each line is a policy."
        f" {study.replicates_in_words(_shape(study))} {_axes(setting)}",
        _alt(study, found, setting), study.remarks(study.lines_remark()))


def _facets(study, points, name, where, remark=""):
    setting, second, found = study.settings[0], study.settings[1], study.need_metrics()
    found = found if len(second.values) <= 3 or len(found) <= 4 else _fewer(found)
    count = len(second.values)
    figure, grid = style.plt.subplots(
        len(found), count, squeeze=False, sharex=True, sharey="row",
        figsize=(style.PAGE, 0.35 + 1.35 * len(found)))
    for row, metric in zip(grid, found):
        for value, panel in enumerate(row):
            _lines(panel, study, metric, setting, points[second.of_point[points] == value])
            if metric == found[0]:
                panel.set_title(second.value(value))
        row[0].set_ylabel(study.label(metric).replace(", ", ",\n").replace(" (", "\n("))
        mean, half = study.scaled(metric)
        value_axis(row[0].yaxis, *extent(mean[points][:, study.lines], half[points][:, study.lines]))
    for panel in grid[-1]:
        setting.on_axis(panel.xaxis)
    figure.align_ylabels(grid[:, 0])
    _finish(figure, grid[0, 0], study, where, remark)
    title = f"Metrics against {setting.name} and {second.name}" + (f", {where}" if where else "")
    return Drawing(
        name, figure, title,
        f"Rows are metrics, columns values of {second.path}; lines are policies over {setting.path}."
        f" {study.replicates_in_words(_shape(study))} {_axes(setting)}",
        _alt(study, found, setting), study.remarks(study.lines_remark(), remark))


def _fewer(found):
    wanted = ["cold_share", "startup_p99_s", "memory_mean_bytes", "wasted_byte_s"]
    return [metric for metric in found if metric in wanted] or found[:4]


def _lines(panel, study, metric, setting, points):
    mean, half = study.scaled(metric)
    points = points[np.argsort(setting.positions[setting.of_point[points]], kind="stable")]
    x = setting.positions[setting.of_point[points]]
    count = len(study.lines)
    for place, policy in enumerate(study.lines):
        step = 0 if setting.numeric else min(0.7 / count, 0.18)
        curve(
            panel, place, x + (place - (count - 1) / 2) * step, mean[points, policy], half[points, policy],
            study.policy(policy), ribbon=setting.numeric and count <= MOST_RIBBONS, line=setting.numeric)
    value_axis(panel.yaxis, *extent(mean[points][:, study.lines], half[points][:, study.lines]))


def _finish(figure, panel, study, *more):
    style.note(figure, " ".join(study.remarks(study.lines_remark(), *more)))
    style.legend(figure, *panel.get_legend_handles_labels())


def _shape(study):
    lines = study.settings[0].numeric and len(study.lines) <= MOST_RIBBONS
    return "bands" if lines else "bars"


def _axes(setting):
    return "Axes are logarithmic where values span a decade." if setting.numeric else ""


def _alt(study, found, setting):
    """The figure in a sentence: where each metric begins and ends for the reference."""
    names = ", ".join(metrics.name(metric) for metric in found)
    return f"Line charts of {names} against {setting.name} for {len(study.lines)} policies."
