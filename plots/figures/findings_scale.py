"""What Medes' parts bear as the cluster grows: registry, connections, network."""

import numpy as np

import style
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from drawing import Drawing
from intervals import interval

MIB, GIB = 2**20, 2**30
SCHEMES = {"mesh": "full mesh", "on-demand": "on demand, cap 64", "shared": "4 shared"}
REGISTRIES = {"single": "one server", "mesh": "512 shards", "replicated": "512 replicas"}
TIES = {
    "mesh": "own unit first", "ties-local": "local first", "ties-first": "first registered",
    "most-referenced": "most referenced"}


def draw(store):
    """Six panels over the number of nodes."""
    nodes = np.array([float(point["cluster.nodes.0.count"]) for point in store.points])
    figure, panels = style.panels(6, 2, 2.2, width=style.PAGE)

    def value(metric, policy):
        mean, _ = interval(store.values(metric)[:, store.policies.index(policy)])
        return mean

    def lines(panel, names, metric, label, size=1.0, log=True, per_node=False):
        for index, (policy, text) in enumerate(names.items()):
            colour, dash, _ = style.of(index)
            divisor = size * (nodes if per_node else 1)
            if f"{policy}-low" in store.policies and names is SCHEMES:
                panel.fill_between(
                    nodes, value(metric, f"{policy}-low") / divisor, value(metric, f"{policy}-high") / divisor,
                    color=colour, alpha=0.18, linewidth=0)
            panel.plot(
                nodes, value(metric, policy) / divisor, color=colour, linestyle=dash, label=text,
                **style.marker(index, 4))
        panel.set(xlabel="Nodes", ylabel=label, xscale="log")
        panel.xaxis.set_major_locator(FixedLocator(nodes))
        panel.xaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,.0f}"))
        panel.xaxis.set_minor_locator(NullLocator())
        if log:
            panel.set_yscale("log")
            panel.yaxis.set_major_formatter(FuncFormatter(lambda number, _: f"{number:g}"))
            panel.yaxis.set_minor_locator(NullLocator())
        panel.legend(fontsize=6)

    lines(panels[0], REGISTRIES, "registry_busy_share", "Work for the registry / its time")
    panels[0].axhline(1, color=style.QUIET, linewidth=0.7)
    lines(panels[1], {"fixed": "fixed keep-alive", **REGISTRIES}, "memory_mean_bytes", "Memory (GiB per node)", GIB,
          log=False, per_node=True)
    lines(panels[2], SCHEMES, "connections_peak_bytes", "Connections (MiB per node)", MIB, per_node=True)
    lines(panels[3], SCHEMES, "read_mean_s", "Reading base pages, mean (ms)", 1e-3)
    lines(panels[4], SCHEMES, "restored_startup_mean_s", "Dedup start, mean (ms)", 1e-3, log=False)
    lines(panels[5], TIES, "pages_read_own_node_share", "Pages read on the own node (share)", log=False)
    style.note(
        figure, f"Means over {store.replicates} draws; load and nodes grow together. Bands: connections-low to"
        " connections-high; lines: connections.")
    return [
        Drawing(
            "findings-scale", figure, "What does not grow with the cluster",
            "Lower is better, but in the last panel. Bands are what nobody has published about connections.",
            f"Registry, connections and network on {nodes[0]:.0f} to {nodes[-1]:.0f} nodes.")
    ]


METRICS = (
    "cold_share", "memory_mean_bytes", "memory_loading_mean_bytes", "registry_busy_share", "registry_lookups",
    "registry_peak_bytes", "resource_wait_p99_s", "connections_peak", "connections_peak_bytes", "connections_set_up",
    "read_mean_s", "restored_startup_mean_s", "pages_read_own_node_share", "own_base_share", "starts_restored")


def tables(store):
    """The numbers in Markdown, a table for each metric: policies by nodes."""
    for metric in METRICS:
        mean, half = interval(store.values(metric))
        yield f"\n**{metric}**\n"
        yield "| | " + " | ".join(point["cluster.nodes.0.count"] for point in store.points) + " |"
        yield "| --- |" + " ---: |" * len(store.points)
        for row, policy in enumerate(store.policies):
            cells = (f"{m:.4g} ± {h:.2g}" for m, h in zip(mean[:, row], half[:, row]))
            yield f"| {policy} | {' | '.join(cells)} |"
