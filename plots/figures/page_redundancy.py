"""How much of a sandbox's memory another one holds too, against the chunk size, beside the published figure."""

import style
from drawing import Drawing

# Measures with their names; and whether clean pages of files count.
LINES = [
    ("sliding", "private", "sliding windows"),
    ("aligned", "private", "aligned chunks"),
    ("medes", "private", "Medes' estimate"),
    ("medes", "all", "Medes' estimate, with clean file pages"),
]
TITLES = {"on": "Address randomisation on", "off": "Address randomisation off"}


def draw(documents):
    """A panel for each way to start functions."""
    figure, panels = style.panels(len(documents), 2, 2.5, sharex=True, sharey=True)
    count = 0
    for panel, (name, document) in zip(panels, documents.items()):
        count = len(document["functions"])
        for place, (measure, pages, label) in enumerate(LINES):
            rows = sorted(
                (row["chunk_bytes"], row["mean"]) for row in document["rows"]
                if (row["function"], row["measure"], row["pages"]) == ("mean", measure, pages)
                and row["mean"] is not None)
            if rows:
                colour, dash, _ = style.of(place)
                panel.plot(
                    *zip(*rows), color=colour, linestyle=dash, linewidth=1.2, label=label,
                    **style.marker(place, 4))
        _published(panel, document, name)
        panel.set_title(TITLES.get(name, name), loc="left")
        panel.set(xlabel="Chunk (bytes)", ylabel="Redundant share of memory", ylim=(0, 1))
        panel.set_xscale("log", base=2)
        sizes = sorted({row["chunk_bytes"] for row in document["rows"]})
        panel.set_xticks(sizes, [str(size) for size in sizes])
        panel.xaxis.set_minor_locator(style.NullLocator())
    style.label_outer(panels)
    style.legend(figure, *_all_labels(panels))
    return [
        Drawing(
            "page-redundancy", figure, "Redundancy against the size of chunks",
            "Share of a sandbox's memory that another instance of the same function holds too; mean over"
            f" {count} functions. Published: Saxena et al., EuroSys'22, figure 1.",
            f"Redundant share of memory for chunks of 64 bytes to whole pages, for {len(documents)} ways to start"
            " functions.")
    ]


def _published(panel, document, name):
    rows = [row for row in document["published"] if row["randomisation"] == name]
    for row in rows:
        points = [(int(size), share) for size, share in row.items() if size != "randomisation"]
        panel.plot(
            *zip(*points), color=style.QUIET, linestyle="none", marker="x", markersize=5, markeredgewidth=1.2,
            label="published (Medes)")


def _all_labels(panels):
    found = {}
    for panel in panels:
        for handle, label in zip(*panel.get_legend_handles_labels()):
            found.setdefault(label, handle)
    return list(found.values()), list(found)
