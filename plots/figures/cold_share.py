"""Over applications: which share of them has at most so many cold starts?"""

import numpy as np

import style
from drawing import Drawing
from problem import Unneeded
from results import number_columns

MOST_PANELS = 6


def of_results(results, variants):
    """One panel with a curve for each variant."""
    data = number_columns(results / "applications.csv", ["cold_share"])
    curves = []
    for index, variant in enumerate(variants):
        shares = data.get(variant, np.empty((1, 0)))[0]
        shares = np.sort(shares[~np.isnan(shares)]) * 100
        if len(shares):
            curves.append((index, variant, shares, np.arange(1, len(shares) + 1) / len(shares)))
    figure, panels = style.panels(1, 1, 2.4)
    _curves(panels[0], curves)
    panels[0].legend(loc="lower right")
    return _drawing(figure, [])


def of_study(study):
    """A panel for each point, or for some of many."""
    data = study.store.series("cold_share_by_application")
    if not data:
        raise Unneeded("the store has no curves of cold starts by application")
    points, remark = study.points(MOST_PANELS)
    width = style.COLUMN * 1.45 if len(points) == 1 and len(study.lines) > 4 else None
    figure, panels = style.panels(len(points), 3, 2.2, width=width, sharex=True, sharey=True)
    for panel, point in zip(panels, points):
        curves = []
        for index, policy in enumerate(study.lines):
            if (point, policy) in data:
                curve = data[point, policy]
                curves.append((index, study.policy(policy), curve["cold_share"] * 100, curve["share"]))
        _curves(panel, curves)
        if len(points) > 1:
            panel.set_title(study.point(point))
    style.label_outer(panels)
    remarks = [text for text in (remark, study.lines_remark()) if text]
    style.note(figure, " ".join(["Replicate 0 of each policy.", *remarks]))
    handles = {}
    for panel in panels:
        for handle, label in zip(*panel.get_legend_handles_labels()):
            handles.setdefault(label, handle)
    style.legend(figure, list(handles.values()), list(handles))
    return _drawing(figure, remarks, " The curves are those of replicate 0.")


def _curves(panel, curves):
    for index, label, shares, height in curves:
        colour, line, _ = style.of(index)
        panel.step(
            np.r_[0, shares, 100], np.r_[0, height, 1], where="post", color=colour, linestyle=line,
            label=label)
    panel.set(xlabel="Cold starts of the application (% of its calls)", ylabel="Share of applications")
    panel.set(xlim=(-1, 101), ylim=(0, 1.01))
    if panel.figure.get_figwidth() > style.COLUMN:
        panel.set_xlabel("Cold starts (% of calls)")


def _drawing(figure, remarks, more=""):
    return [
        Drawing(
            "cold-share-cdf", figure, "Cold starts by application",
            "Read: which share of the applications (upwards) has at most this share of cold starts (across)."
            " A curve further up and left is better." + more,
            "Cumulative distribution over applications of their share of cold starts, a curve for each policy.",
            remarks)
    ]
