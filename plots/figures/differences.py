"""Paired differences of the policies to the reference: a forest plot."""

import numpy as np

import metrics
import style
from drawing import Drawing, spread
from intervals import relative_difference
from problem import Unneeded

MOST_ROWS, MOST_POINTS = 24, 6


def draw(study):
    """One figure with a panel for each metric."""
    store, reference = study.store, study.store.reference
    found = study.need_metrics()
    if len(study.policies) < 2:
        raise Unneeded("there is one policy only, and nothing to compare it with")
    shown = study.best(MOST_ROWS + 1)
    others = [policy for policy in shown if policy != reference]
    remark = study.rest(shown)
    points = spread(len(store.points), max(1, min(MOST_POINTS, MOST_ROWS // (len(others) + 1))))
    if len(points) < len(store.points):
        remark += f" {len(points)} of {len(store.points)} points, evenly spread."
    rows, ticks, heads = _rows(study, points, others)
    height = 0.6 + 0.16 * (rows[-1][0] + 1.6)
    columns = 3 if height < 3.2 or len(found) > 4 else len(found)
    figure, panels = style.panels(len(found), columns, height, width=style.PAGE, sharey=True)
    unbounded = False
    for panel, metric in zip(panels, found):
        unbounded |= _panel(panel, study, metric, rows)
        for place, _ in heads[1:]:
            panel.axhline(place - 0.7, color="#D9D9D9", linewidth=0.6)
    for panel in panels[:: max(1, min(columns, len(found)))]:
        panel.set_yticks([place for place, _ in ticks], [text for _, text in ticks])
        for label, (_, text) in zip(panel.get_yticklabels(), ticks):
            if any(text == head for _, head in heads):
                label.set_fontweight("bold")
    panels[0].set_ylim(rows[-1][0] + 0.8, -0.8)
    for panel in panels:
        panel.grid(axis="y", visible=False)
        panel.tick_params(axis="y", length=0)
    name = study.policy(reference)
    style.note(
        figure, " ".join(study.remarks(
            f"Difference to {name}, in % of its mean."
            + (" Hollow: the interval holds zero. Intervals are not adjusted for many comparisons."
               if study.has_intervals else ""),
            "Arrows: the interval is unbounded." if unbounded else "", remark)))
    intervals = (
        " Bars are 95 % intervals (Fieller's) of the ratio of means over pairs of replicates that met the same"
        " draws, each for itself and not adjusted for many comparisons, as verdicts of the tables are;"
        " arrows to both sides say that the replicates do not limit the difference (unbounded);"
        " a hollow marker says that the interval holds zero: the difference may be chance."
        if study.has_intervals else " One replicate: there are no intervals.")
    return [
        Drawing(
            "differences", figure, f"Differences to {name}",
            f"Each row is a policy compared with {name}, in per cent of the mean of {name}; left of zero is"
            " less."
            + intervals,
            f"Forest plots of the relative differences of {len(others)} policies to {name}"
            f" in {len(found)} metrics.",
            study.remarks(remark.strip()))
    ]


def _rows(study, points, others):
    """Rows from top to bottom: (place, point, policy); labels; those labels that head a group."""
    rows, ticks, heads, place = [], [], [], 0.0
    grouped = len(study.store.points) > 1
    for point in points:
        if grouped:
            heads.append((place, study.point(point)))
            ticks.append(heads[-1])
            place += 1
        for policy in others:
            rows.append((place, point, policy))
            ticks.append((place, study.policy(policy)))
            place += 1
        place += 0.4
    return rows, ticks, heads


def _panel(panel, study, metric, rows):
    """Draws a metric; whether any of its intervals is unbounded."""
    unbounded = False
    values, reference = study.store.values(metric), study.store.reference
    panel.axvline(0, color="black", linewidth=0.8, zorder=1)
    for place, point, policy in rows:
        mean, low, high = relative_difference(values[point, policy], values[point, reference])
        if np.isnan(mean):
            continue
        index = study.lines.index(policy) if policy in study.lines else 0
        colour = style.of(index)[0]
        look = style.marker(index, 4.5)
        if study.has_intervals and not (low > 0 or high < 0):
            look.update(markerfacecolor="white", markeredgecolor=colour, markeredgewidth=1.0)
        else:
            look.update(markerfacecolor=colour, markeredgecolor="black", markeredgewidth=0.5)
        bars = None if np.isnan(low) else [[mean - low], [high - mean]]
        if study.has_intervals and bars is None:
            unbounded = True
            style.unbounded(panel, mean, place, colour)
        panel.errorbar(
            mean, place, xerr=bars, ecolor=colour, elinewidth=1.1, capsize=2, linestyle="none", zorder=3, **look)
    style.plain_linear(panel.xaxis)
    better = {"lower": "← better", "higher": "better →"}.get(metrics.direction(metric), "")
    panel.set_title(metrics.short(metric), loc="left")
    panel.set_xlabel(f"Difference (%)   {better}".rstrip())
    return unbounded
