"""What ways to hold sandboxes in less memory save, side by side."""

import numpy as np

import style
from drawing import Drawing
from problem import Problem

# Methods in the order of the figure, by what they rest on; others are left out.
GROUPS = {
    "equal pages": ["zero", "exact-sandbox", "exact-own", "exact-node"],
    "no base": ["lz4", "zswap-lz4", "zstd", "zswap-zstd"],
    "base pages": [
        "medes-artifact", "medes-paper", "spread", "spread-union", "location", "location+spread", "best"],
    "both": ["medes-artifact+zstd", "spread+zstd", "location+spread+zstd", "location+spread+rest"],
}
TITLES = {"on": "randomisation on", "off": "randomisation off"}
PANELS = [("saving_private", "Private pages"), ("saving_all", "With clean file pages")]


def draw(documents):
    """A panel for each way to count pages; a marker for each way to start functions."""
    known = {row["method"] for document in documents.values() for row in document["rows"]}
    groups = [(group, [name for name in names if name in known]) for group, names in GROUPS.items()]
    places, labels, heads, place = {}, [], [], 0.0
    for group, names in groups:
        if not names:
            continue
        heads.append((place, group))
        for name in names:
            places[name] = place
            labels.append(name)
            place += 1
        place += 0.6
    if not labels:
        raise Problem("none of the methods of the figure was measured")
    figure, panels = style.panels(2, 2, 0.19 * len(labels) + 0.9, width=style.PAGE, sharey=True)
    for panel, (quantity, title) in zip(panels, PANELS):
        for index, (name, document) in enumerate(documents.items()):
            _points(panel, index, TITLES.get(name, name), document, quantity, places, len(documents))
        panel.axvline(0, color=style.QUIET, linewidth=0.7)
        panel.set_title(title, loc="left")
        panel.set(xlabel="Saving (share of these pages)")
        panel.set_yticks([places[name] for name in labels], labels)
        panel.set_ylim(place - 0.6, -0.8)
    for start, group in heads:
        panels[1].text(
            1.01, start, group, transform=panels[1].get_yaxis_transform(), fontsize=6.5, color=style.QUIET,
            va="center")
    rounds = max(document["rounds"] for document in documents.values())
    count = max(len(document["functions"]) for document in documents.values())
    style.legend(figure, *panels[0].get_legend_handles_labels(), handlelength=1)
    return [
        Drawing(
            "page-methods", figure, "What ways to hold sandboxes in less memory save",
            f"Saving of one more sandbox beside a base, patches and metadata counted as stored; mean over {count}"
            f" functions, bars the deviation over {rounds} pairings of instances. Right is better.",
            f"Saving of {len(labels)} methods for {len(documents)} ways to start functions.")
    ]


def _points(panel, index, label, document, quantity, places, ways):
    rows = {row["method"]: row for row in document["rows"] if row["function"] == "mean"}
    found = [name for name in places if name in rows and rows[name][quantity] is not None]
    shift = (index - (ways - 1) / 2) * min(0.24, 0.7 / ways)
    heights = [places[name] + shift for name in found]
    values = [rows[name][quantity] for name in found]
    spread = [rows[name][f"{quantity}_sd"] or 0 for name in found]
    colour, _, _ = style.of(index)
    panel.errorbar(values, heights, xerr=np.array(spread), fmt="none", ecolor=colour, elinewidth=0.8)
    panel.plot(values, heights, linestyle="none", label=label, zorder=3, **style.marker(index, 4.2))
