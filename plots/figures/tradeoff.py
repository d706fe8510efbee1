"""What a policy buys against what it costs: memory against cold starts, with the Pareto front."""

import numpy as np

import metrics
import style
from drawing import Drawing
from figures.bands import extent, value_axis

# With more points than these, intervals are left out.
MOST_BARS = 200
COSTS, GAIN = ("memory_mean_bytes", "wasted_byte_s"), "cold_share"


def draw(study):
    """One figure with a panel for each cost."""
    study.need_metrics(GAIN)
    costs = study.need_metrics(*COSTS)
    figure, panels = style.panels(len(costs), 2, 2.7, width=style.PAGE if len(costs) > 1 else style.COLUMN)
    cold, cold_half = study.scaled(GAIN)
    lines = study.lines
    for panel, metric in zip(panels, costs):
        cost, cost_half = study.scaled(metric)
        front = pareto(cost[:, lines].ravel(), cold[:, lines].ravel())
        for place, policy in enumerate(lines):
            _points(
                panel, study, place, (cost[:, policy], cost_half[:, policy]),
                (cold[:, policy], cold_half[:, policy]), study.policy(policy))
        panel.step(
            cost[:, lines].ravel()[front], cold[:, lines].ravel()[front], where="post", color="#BDBDBD",
            linewidth=4, zorder=1, solid_joinstyle="round", label="Pareto front")
        panel.set(xlabel=study.label(metric))
        value_axis(panel.xaxis, *extent(cost[:, lines], cost_half[:, lines]))
        value_axis(panel.yaxis, *extent(cold[:, lines], cold_half[:, lines]))
    panels[0].set_ylabel("Cold starts (% of starts)")
    growing = _one_number(study) and len(study.store.points) <= MOST_BARS
    many = len(study.store.points) > MOST_BARS
    cloud = f"More than {MOST_BARS} points: no intervals." if many else ""
    size = ""
    if growing:
        size = f" Markers grow with {study.settings[0].name}, and lines join the points of a policy."
    remarks = study.remarks(size.strip(), cloud, study.lines_remark())
    style.note(figure, " ".join(remarks))
    style.legend(figure, *panels[0].get_legend_handles_labels())
    names = " and ".join(metrics.name(metric).lower() for metric in costs)
    return [
        Drawing(
            "tradeoff", figure, "Memory against cold starts",
            f"Left and down is better.{size} {cloud or study.replicates_in_words('bars')} The grey staircase is the"
            " Pareto front: nothing drawn is better than its corners in both directions.",
            f"Cold starts against {names}, for {len(lines)} policies at {len(study.store.points)} points.",
            study.remarks(cloud, study.lines_remark()))
    ]


def _one_number(study):
    return len(study.settings) == 1 and study.settings[0].numeric


def _points(panel, study, place, across, up, label):
    colour, dash, _ = style.of(place)
    count = len(study.store.points)
    joined = _one_number(study)
    if count > MOST_BARS:
        # A cloud: bars and edges would only blacken it.
        panel.plot(
            across[0], up[0], linestyle="none", marker=style.of(place)[2], markersize=2, color=colour,
            markeredgewidth=0, alpha=0.6, rasterized=True, label=label, zorder=3)
        return
    order = np.argsort(study.settings[0].of_point) if joined else np.arange(count)
    x, y = across[0][order], up[0][order]
    small = 3.0 if count * len(study.lines) > 60 else 4.5
    bars = dict(fmt="none", ecolor=colour, elinewidth=0.8, zorder=2, alpha=1 if count <= 20 else 0.5)
    for half, direction in ((across[1][order], "xerr"), (up[1][order], "yerr")):
        known = ~np.isnan(half) & ~np.isnan(x) & ~np.isnan(y)
        for number in range(count):
            if study.is_unbounded(x[number] + y[number], half[number]):
                style.unbounded(panel, x[number], y[number], colour, across=direction == "xerr")
        if known.any():
            panel.errorbar(x[known], y[known], **{direction: half[known]}, **bars)
    if not joined:
        panel.plot(x, y, linestyle="none", label=label, zorder=3, **style.marker(place, small + 1))
        return
    panel.plot(x, y, color=colour, linestyle=dash, linewidth=0.9, zorder=2.5)
    sizes = np.linspace(3, 7.5, count)
    for number in range(count):
        panel.plot(x[number], y[number], zorder=3, **style.marker(place, sizes[number]))
    panel.plot([], [], color=colour, linestyle=dash, linewidth=0.9, label=label, **style.marker(place, 5))


def pareto(x, y):
    """The indexes of the points that no other betters in both, by growing x; less is better."""
    known = np.flatnonzero(~np.isnan(x) & ~np.isnan(y))
    front, best = [], np.inf
    for index in known[np.lexsort((y[known], x[known]))]:
        if y[index] < best:
            front.append(index)
            best = y[index]
    return front
