"""How long functions take to start and answer, by way and stage: the counterpart of figure 8 of the Medes paper."""

import style
from drawing import Drawing

# In the order in which they come, with how the legend names them.
STAGES = {
    "start": "start and import, or fork",
    "read": "read base pages",
    "patch": "apply patches",
    "give": "give pages back",
    "restore": "criu restore",
    "resume": "let go on",
    "answer": "first request",
}
HATCHES = ["", "", "", "///", "", "", "..."]


def draw(rows):
    """A panel for each function, a bar for each way."""
    functions = list(dict.fromkeys(row["function"] for row in rows))
    ways = list(dict.fromkeys(row["way"] for row in rows))
    columns = 2 if len(functions) > 1 else 1
    figure, panels = style.panels(len(functions), columns, 0.17 * len(ways) + 0.45, width=style.PAGE, sharey=True)
    for panel, function in zip(panels, functions):
        _bars(panel, [row for row in rows if row["function"] == function], ways)
        panel.set_title(function, loc="left")
    style.label_outer(panels)
    for panel in panels:
        # Each function has a scale of its own.
        panel.tick_params(labelbottom=True)
    for panel in panels[-columns:]:
        panel.set_xlabel("Median time to the first answer (ms)")
    handles, labels = {}, []
    for panel in panels:
        for handle, label in zip(*panel.get_legend_handles_labels()):
            handles.setdefault(label, handle)
    labels = [label for label in STAGES.values() if label in handles]
    style.legend(figure, [handles[label] for label in labels], labels, handlelength=1)
    rounds = min(int(row["rounds"]) for row in rows)
    return [
        Drawing(
            "restores", figure, "Starts of functions, stage by stage",
            f"Medians of {rounds} rounds or more, each stage by itself; the scales differ from function to function.",
            f"Bars for {len(ways)} ways to start {len(functions)} functions, made of up to {len(STAGES)} stages.")
    ]


def _bars(panel, rows, ways):
    for place, way in enumerate(ways):
        left = 0.0
        found = {row["stage"]: row["median"] for row in rows if row["way"] == way}
        for number, (stage, label) in enumerate(STAGES.items()):
            if stage in found:
                panel.barh(
                    place, found[stage], left=left, height=0.7, color=style.COLOURS[number % len(style.COLOURS)],
                    hatch=HATCHES[number], edgecolor="white", linewidth=0.3, label=label)
                left += found[stage]
    panel.set_yticks(range(len(ways)), ways)
    panel.set_ylim(len(ways) - 0.4, -0.6)
    style.plain_linear(panel.xaxis)
    panel.grid(axis="y", visible=False)
