"""Latency by policy: median, 90th and 99th percentile with their intervals."""

import numpy as np

import style
from drawing import Drawing
from figures.bands import extent

SUBJECTS = {"startup": "Startup latency", "end_to_end": "End-to-end latency"}
# Percentile, marker, and how much of the dot is filled: they tell each other in greyscale.
PERCENTILES = [("p50", "median", "o", "white"), ("p90", "90th percentile", "s", "#B0B0B0"),
               ("p99", "99th percentile", "D", "black")]
MOST_ROWS = 40


def draw(study):
    """One figure: a row for each policy, in panels for startup and end-to-end latency."""
    available = [f"{subject}_{part[0]}_s" for subject in SUBJECTS for part in PERCENTILES]
    found = set(study.need_metrics(*available))
    subjects = [subject for subject in SUBJECTS if any(name.startswith(subject) for name in found)]
    policies = study.best(MOST_ROWS)
    points, remark = study.points(max(1, min(4, 32 // len(policies))))
    remark = f"{study.rest(policies)} {remark}".strip()
    figure, grid = style.plt.subplots(
        len(points), len(subjects), squeeze=False, sharex="col", sharey=True,
        figsize=(style.PAGE, 0.45 + (0.33 + 0.17 * len(policies)) * len(points)))
    for column, subject in enumerate(subjects):
        names = [f"{subject}_{part[0]}_s" for part in PERCENTILES]
        unit, size = study.unit([name for name in names if name in found][-1])
        for line, point in enumerate(points):
            _panel(grid[line, column], study, point, policies, names, found, size)
        _axis(grid[-1, column], study, points, policies, [name for name in names if name in found], size)
        grid[-1, column].set_xlabel(f"{SUBJECTS[subject]} ({unit})")
    for line, point in enumerate(points):
        if len(study.store.points) > 1:
            grid[line, 0].set_title(study.point(point), loc="left")
    grid[0, 0].set_yticks(range(len(policies)), [study.policy(policy) for policy in policies])
    grid[0, 0].set_ylim(len(policies) - 0.4, -0.6)
    style.note(figure, " ".join(study.remarks(remark)))
    style.legend(figure, *grid[0, 0].get_legend_handles_labels(), handlelength=1)
    return [
        Drawing(
            "latency", figure, "Latency by policy",
            "Each row is a policy; the markers are the median, the 90th and the 99th percentile over calls."
            f" {study.replicates_in_words('bars')} Startup latency runs from arrival to the beginning of execution,"
            " end-to-end latency to its end.",
            f"Latency percentiles of {len(policies)} policies.", study.remarks(remark))
    ]


def _panel(panel, study, point, policies, names, found, size):
    places = np.arange(len(policies))
    means = [study.means(name) for name in names if name in found]
    if means:
        table = np.array([mean[point, policies] for mean, _ in means]) / size
        panel.hlines(
            places, np.nanmin(table, axis=0), np.nanmax(table, axis=0), color="#B5B5B5", linewidth=1.6,
            zorder=1)
    for name, (_, label, shape, colour) in zip(names, PERCENTILES):
        if name not in found:
            continue
        mean, half = (part[point, policies] / size for part in study.means(name))
        known = ~np.isnan(half) & ~np.isnan(mean)
        if known.any():
            panel.errorbar(
                mean[known], places[known], xerr=half[known], fmt="none", ecolor="black", elinewidth=0.9,
                capsize=2, zorder=2)
        for place in places[[study.is_unbounded(*ends) for ends in zip(mean, half)]]:
            style.unbounded(panel, mean[place], place, "black")
        panel.plot(
            mean, places, linestyle="none", marker=shape, markersize=4.8, markerfacecolor=colour,
            markeredgecolor="black", markeredgewidth=0.8, zorder=3, label=label)
    panel.grid(axis="y", visible=False)


def _axis(panel, study, points, policies, names, size):
    """Logarithmic where percentiles span a decade, with a place for zero where warm starts take no time."""
    means = np.array([study.means(name)[0][np.ix_(points, policies)] for name in names]) / size
    positive = means[means > 0]
    if not len(positive):
        return
    low, high = positive.min(), extent(means, 0 * means)[1]
    if high / low < 10:
        panel.set_xlim(left=0)
        style.plain_linear(panel.xaxis)
    elif (means > 0).all():
        style.plain_log(panel.xaxis, low, high)
    else:
        threshold = 10 ** np.floor(np.log10(low))
        panel.set_xscale("symlog", linthresh=threshold, linscale=0.6)
        decades = int(np.ceil(np.log10(high / threshold)))
        ticks = [0, *(threshold * 10.0**n for n in range(decades + 1))]
        panel.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        panel.xaxis.set_minor_locator(style.NullLocator())
        panel.set_xlim(-0.2 * threshold, high * 1.6)
