"""Memory over time: what runs and what waits."""

import numpy as np

import style
from drawing import Drawing
from problem import Unneeded
from results import number_columns

GIB = 2.0**30
MOST_POLICIES = 12


def of_results(results, variants):
    """A panel for each variant."""
    columns = ["time_s", "running_bytes", "loading_bytes", "idle_bytes"]
    others = ["base_bytes", "patches_bytes", "metadata_bytes", "transient_bytes"]
    data = number_columns(results / "timeline.csv", columns + others)
    curves = []
    for variant in variants:
        if variant in data:
            time, running, loading, idle, *rest = data[variant]
            curves.append((variant, time, running + sum(rest), loading + idle))
    if not curves:
        raise Unneeded("the results hold no timeline")
    return _drawing(_panels(curves, 3, "idle or loading"), "idle or loading", [], "")


def of_study(study):
    """A panel for each policy; a row for each of some points."""
    data = study.store.series("memory")
    if not data:
        raise Unneeded("the store has no curves of memory")
    policies = study.lines[:MOST_POLICIES]
    points, remark = study.points(3 if len(policies) <= 4 else 1)
    curves = []
    for point in points:
        for policy in policies:
            curve = data.get((point, policy))
            title = study.policy(policy)
            if len(study.store.points) > 1:
                title += f"\n{study.point(point)}"
            if curve is None:
                curves.append((title, None, None, None))
            else:
                running = curve["running_bytes"] + curve["other_bytes"]
                curves.append((title, curve["time_s"], running, curve["idle_bytes"]))
    if all(curve[1] is None for curve in curves):
        raise Unneeded("the store has no curves of memory for these points")
    remarks = [text for text in (remark, study.lines_remark()) if text]
    columns = len(policies) if len(policies) <= 4 else 3
    figure = _panels(
        curves, columns, "idle", " ".join(["Replicate 0.", *remarks]), by_row=len(points) > 1)
    return _drawing(figure, "idle", remarks, " The curves are those of replicate 0.")


def _panels(curves, columns, waiting, remark="", by_row=False):
    figure, panels = style.panels(len(curves), columns, 1.9, sharex=True, sharey="row" if by_row else True)
    known = [curve for curve in curves if curve[1] is not None and len(curve[1])]
    tops = [_top([curve]) for curve in curves]
    top = max(tops)
    unit, scale = ("TiB", 1024) if top > 4096 else ("GiB", 1) if top > 4 else ("MiB", 1 / 1024)
    end = max(time[-1] for _, time, _, _ in known)
    clock, length = ("h", 3600) if end > 7200 else ("min", 60)
    for number, (panel, (title, time, running, idle)) in enumerate(zip(panels, curves)):
        panel.set_title(title)
        row = number // columns * columns
        highest = max(tops[row : row + columns]) if by_row else top
        panel.set(xlim=(0, end / length), ylim=(0, highest / scale * 1.04 or 1))
        panel.set(xlabel=f"Time ({clock})", ylabel=f"Memory ({unit})")
        if time is None:
            panel.text(0.5, 0.5, "no run", transform=panel.transAxes, ha="center", color=style.QUIET)
            continue
        _areas(panel, time / length, running / GIB / scale, idle / GIB / scale, waiting)
        if clock == "h" and end / length > 12:
            panel.xaxis.set_major_locator(style.plt.MultipleLocator(_step(end / length)))
    style.label_outer(panels)
    handles = next(panel for panel in panels if panel.get_legend_handles_labels()[0])
    style.note(figure, remark)
    style.legend(figure, *handles.get_legend_handles_labels())
    return figure


def _top(curves):
    return max((np.max(curve[2] + curve[3]) for curve in curves if curve[1] is not None), default=0) / GIB


def _areas(panel, time, running, idle, waiting):
    panel.fill_between(time, 0, running, color=style.COLOURS[0], linewidth=0, label="running")
    panel.fill_between(
        time, running, running + idle, facecolor="#CFE3F0", edgecolor="#6699BB", hatch="////", linewidth=0,
        label=waiting)
    panel.plot(time, running + idle, color="black", linewidth=1, label="total")


def _step(hours):
    for step in (6, 12, 24, 48, 24 * 7):
        if hours / step <= 8:
            return step
    return 24 * 30


def _drawing(figure, waiting, remarks, more):
    return [
        Drawing(
            "memory-over-time", figure, "Memory over time",
            "Memory held by all nodes: dark is memory of running executions, hatched that of sandboxes that"
            f" are {waiting}; the line is their sum. The less hatched area for the same service, the better."
            + more,
            "Memory held over time, a panel for each policy, split into running and idle.", remarks)
    ]
