"""A metric over two swept settings: a map for each policy."""

import numpy as np

import metrics
import style
from drawing import Drawing, limited
from problem import Unneeded
from settings import is_grid
from figures.sweep import MOST_FACETS

MOST_MAPS = 6


def draw(study):
    """A figure for each metric; for a grid of two settings with many values."""
    settings = study.settings
    if len(settings) != 2 or not is_grid(settings, len(study.store.points)):
        raise Unneeded("the points are not a grid of two settings")
    if len(settings[1].values) <= MOST_FACETS:
        raise Unneeded("there are few combinations; see the figure 'sweep'")
    return [_map(study, metric) for metric in study.need_metrics()]


def _map(study, metric):
    first, second = study.settings
    policies = limited(study.lines, MOST_MAPS, kept=[study.store.reference])
    mean, _ = study.scaled(metric)
    figure, panels = style.panels(
        len(policies), 3, 2.1, width=style.PAGE, sharex=True, sharey=True)
    known = mean[:, policies][~np.isnan(mean[:, policies])]
    low, high = known.min(), known.max()
    norm = (
        style.matplotlib.colors.LogNorm(low, high) if low > 0 and high / low >= 10
        else style.matplotlib.colors.Normalize(low, high))
    small = len(first.values) * len(second.values) <= 64
    for panel, policy in zip(panels, policies):
        table = np.full((len(second.values), len(first.values)), np.nan)
        table[second.of_point, first.of_point] = mean[:, policy]
        picture = panel.imshow(table, cmap=style.SHADES, norm=norm, origin="lower", aspect="auto")
        panel.grid(False)
        panel.set_title(study.policy(policy))
        if small:
            _numbers(panel, table, norm, 3 if len(first.values) <= 6 else 2)
        _ticks(panel.xaxis, first)
        _ticks(panel.yaxis, second)
    columns = min(3, len(policies))
    for panel in panels[::columns]:
        panel.set_ylabel(second.label)
    for panel in panels[-columns:]:
        panel.set_xlabel(first.label)
    bar = figure.colorbar(picture, ax=panels, shrink=0.9, pad=0.015, label=study.label(metric))
    bar.outline.set_visible(False)
    if isinstance(norm, style.matplotlib.colors.LogNorm):
        style.plain_log(bar.ax.yaxis, low, high)
    hidden = len(study.policies) - len(policies)
    remark = f"{len(policies)} of {len(study.policies)} policies." if hidden else ""
    style.note(figure, " ".join(study.remarks(remark)))
    name = metrics.name(metric)
    return Drawing(
        f"heat-{metric}", figure, f"{name} over {first.name} and {second.name}",
        f"Each map is a policy; across {first.path}, upwards {second.path}. Darker is more. Numbers are means"
        f" over {study.store.replicates} replicate{'s' * study.has_intervals}.",
        f"Heat maps of {name} over {first.name} and {second.name}, for {len(policies)} policies.",
        study.remarks(remark))


def _numbers(panel, table, norm, digits):
    for (row, column), value in np.ndenumerate(table):
        if not np.isnan(value):
            panel.text(
                column, row, f"{value:.{digits}g}" if value < 1000 else f"{value:.0f}", ha="center",
                va="center", fontsize=5.5, color="white" if norm(value) > 0.55 else "black")


def _ticks(axis, setting):
    step = -(-len(setting.values) // 8)
    places = range(0, len(setting.values), step)
    axis.set_ticks(list(places), [setting.labels[place] for place in places])
    if axis.axis_name == "x" and max(map(len, setting.labels)) > 4:
        axis.set_tick_params(rotation=45)
