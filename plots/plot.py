#!/usr/bin/env python3
"""Draws the figures of a results directory that `pagefold simulate --output` wrote.

    python3 plots/plot.py results
    python3 plots/plot.py results --output figures
"""

import argparse
import csv
import json
import sys
from pathlib import Path

import numpy as np

import style
from style import plt

GIB = 2**30


def rows_by_variant(path, columns):
    """The numbers of some columns of a CSV file, by variant; empty cells become NaN."""
    rows = {}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["variant"], []).append(
                [float(row[column]) if row[column] else np.nan for column in columns]
            )
    return {variant: np.array(values).T for variant, values in rows.items()}


def cold_share_cdf(results, variants):
    """Over applications: which share has at most so many cold starts?"""
    data = rows_by_variant(results / "applications.csv", ["cold_share"])
    figure, axes = plt.subplots(figsize=(style.COLUMN, 2.4))
    for index, variant in enumerate(variants):
        shares = data.get(variant, np.empty((1, 0)))[0]
        shares = np.sort(shares[~np.isnan(shares)]) * 100
        if not len(shares):
            continue
        colour, line, _ = style.of(index)
        height = np.arange(1, len(shares) + 1) / len(shares)
        axes.step(
            np.r_[0, shares, 100], np.r_[0, height, 1], where="post", color=colour,
            linestyle=line, label=variant,
        )
    axes.set(xlabel="Cold starts of the application (% of its calls)", ylabel="Share of applications")
    axes.set(xlim=(-1, 101), ylim=(0, 1.01))
    axes.legend(loc="lower right")
    return figure


def memory_over_time(results, variants):
    """A panel for each variant: memory that runs, and memory that waits."""
    columns = ["time_s", "running_bytes", "loading_bytes", "idle_bytes"]
    others = ["base_bytes", "patches_bytes", "metadata_bytes", "transient_bytes"]
    data = rows_by_variant(results / "timeline.csv", columns + others)
    variants = [variant for variant in variants if variant in data]
    count = min(len(variants), 3)
    lines = -(-len(variants) // count)
    figure, panels = plt.subplots(
        lines, count, sharex=True, sharey=True, squeeze=False,
        figsize=(style.PAGE if count > 1 else style.COLUMN, 2.1 * lines),
    )
    for panel in panels.flat[len(variants):]:
        panel.set_visible(False)
    top = max(np.sum(data[variant][1:], axis=0).max() for variant in variants) / GIB
    unit, scale = ("TiB", 1024) if top > 4096 else ("GiB", 1) if top > 4 else ("MiB", 1 / 1024)
    for panel, variant in zip(panels.flat, variants):
        hours = data[variant][0] / 3600
        amounts = data[variant][1:] / GIB / scale
        running = amounts[0] + amounts[3:].sum(axis=0)
        total = amounts.sum(axis=0)
        panel.fill_between(hours, 0, running, color=style.COLOURS[0], linewidth=0, label="running")
        panel.fill_between(
            hours, running, total, facecolor="#CFE3F0", edgecolor="#6699BB", hatch="////",
            linewidth=0, label="idle or loading",
        )
        panel.plot(hours, total, color="black", linewidth=1, label="total")
        panel.set_title(variant)
        panel.set(xlim=(hours[0], hours[-1]), ylim=(0, top / scale * 1.04))
        if hours[-1] > 12:
            panel.xaxis.set_major_locator(plt.MultipleLocator(6 if hours[-1] <= 48 else 24))
    for panel in panels[-1]:
        panel.set_xlabel("Time (h)")
    for panel in panels[:, 0]:
        panel.set_ylabel(f"Memory ({unit})")
    handles, labels = panels.flat[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=3)
    return figure


def cold_against_waste(results, variants):
    """What a policy buys against what it costs, one marker each."""
    columns = ["wasted_byte_s", "cold_share", "cold_share_app_p75"]
    data = rows_by_variant(results / "results.csv", columns)
    figure, panels = plt.subplots(1, 2, figsize=(style.PAGE, 2.5))
    titles = ["All calls", "75th-percentile application"]
    for place, (panel, title) in enumerate(zip(panels, titles)):
        for index, variant in enumerate(variants):
            wasted, *shares = (values[0] for values in data[variant])
            colour, _, marker = style.of(index)
            panel.plot(
                wasted / GIB / 3600, shares[place] * 100, marker, color=colour,
                markeredgecolor="black", markeredgewidth=0.6, linestyle="none", label=variant,
                clip_on=False, zorder=3,
            )
        panel.set_title(title)
        panel.set(xlabel="Wasted memory-time (GiB h)", ylabel="Cold starts (% of calls)")
        panel.set_xlim(0, panel.get_xlim()[1] * 1.05)
        panel.set_ylim(0, panel.get_ylim()[1] * 1.05)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=min(len(variants), 5), handlelength=1)
    return figure


FIGURES = {
    "cold-share-cdf": cold_share_cdf,
    "memory-over-time": memory_over_time,
    "cold-against-waste": cold_against_waste,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("results", type=Path, help="a directory that pagefold simulate --output wrote")
    parser.add_argument("--output", type=Path, help="where figures go (default: RESULTS/figures)")
    arguments = parser.parse_args()
    manifest = arguments.results / "manifest.json"
    if not manifest.is_file():
        sys.exit(f"plot.py: error: {arguments.results} holds no manifest.json: is it a results directory?")
    variants = [entry["variant"] for entry in json.loads(manifest.read_text("utf-8"))["variants"]]
    output = arguments.output or arguments.results / "figures"
    output.mkdir(parents=True, exist_ok=True)
    style.use()
    for name, draw in FIGURES.items():
        for path in style.save(draw(arguments.results, variants), output, name):
            print(path)


if __name__ == "__main__":
    main()
