"""What a variant of `pagefold simulate` buys against what it costs, one marker each."""

import style
from drawing import Drawing
from results import number_columns

GIB = 2.0**30


def of_results(results, variants):
    """A panel for all calls, one for the 75th-percentile application."""
    columns = ["wasted_byte_s", "cold_share", "cold_share_app_p75"]
    data = number_columns(results / "results.csv", columns)
    figure, panels = style.panels(2, 2, 2.3, width=style.PAGE)
    titles = ["All calls", "75th-percentile application"]
    for place, (panel, title) in enumerate(zip(panels, titles)):
        for index, variant in enumerate(variants):
            wasted, *shares = (values[0] for values in data[variant])
            panel.plot(
                wasted / GIB / 3600, shares[place] * 100, linestyle="none", label=variant, clip_on=False,
                zorder=3, **style.marker(index, 6.5))
        panel.set_title(title)
        panel.set(xlabel="Wasted memory-time (GiB h)", ylabel="Cold starts (% of calls)")
        panel.set_xlim(0, panel.get_xlim()[1] * 1.05)
        panel.set_ylim(0, panel.get_ylim()[1] * 1.05)
    style.legend(figure, *panels[0].get_legend_handles_labels(), handlelength=1)
    return [
        Drawing(
            "cold-against-waste", figure, "Cold starts against wasted memory-time",
            "Left and down is better. One marker for each variant.",
            f"Cold starts against wasted memory-time for {len(variants)} variants.")
    ]
