"""What a calibration measured against what it grows with: latency against size, throughput against depth."""

import style
from drawing import Drawing

# Amounts that double from one point to the next have ticks at powers of two.
DOUBLING = {"bytes", "depth", "connections", "pages"}
UNITS = {
    "bytes": "Bytes", "ns": "Time (ns)", "connections": "Connections", "depth": "Reads under way", "pages": "Pages",
    "reads/s": "Reads a second", "B/s": "Bytes a second",
}


def draw(runs):
    """A figure for each plot of `runs`, the rows of series files by name; a line for each run and line."""
    return [_plot(part, plot, runs) for part, plot in _plots(runs)]


def _plots(runs):
    found = [(row["part"], row["plot"]) for rows in runs.values() for row in rows]
    return list(dict.fromkeys(found))


def _plot(part, plot, runs):
    figure, (panel,) = style.panels(1, 1, 2.5)
    lines, across, up = {}, "", ""
    for name, rows in runs.items():
        for row in rows:
            if (row["part"], row["plot"]) != (part, plot):
                continue
            across, up = row["across"], row["up"]
            label = row["line"] if len(runs) == 1 else f"{row['line']}, {name}"
            lines.setdefault(label, []).append(row)
    for place, (label, rows) in enumerate(lines.items()):
        _line(panel, place, label, sorted(rows, key=lambda row: row["x"]))
    points = [row for rows in lines.values() for row in rows]
    for axis, low, high in (
        (panel.xaxis, min(row["x"] for row in points), max(row["x"] for row in points)),
        (panel.yaxis, min(row["low"] for row in points), max(row["high"] for row in points)),
    ):
        # A span of more than ten, without a zero, is told best by powers.
        if low > 0 and high / low > 10:
            if axis is panel.xaxis and across in DOUBLING:
                panel.set_xscale("log", base=2)
                _sizes(panel, low, high)
            else:
                style.plain_log(axis, low, high)
        else:
            style.plain_linear(axis)
    panel.set(xlabel=UNITS.get(across, across), ylabel=UNITS.get(up, up))
    style.legend(figure, *panel.get_legend_handles_labels(), handlelength=2)
    name = f"calibration-{part}-{plot}".lower()
    return Drawing(
        "".join(letter if letter.isalnum() or letter in "-." else "-" for letter in name), figure,
        f"{plot[:1].upper()}{plot[1:]}",
        f"Median of the rounds; bars from the lowest to the highest round. Measured by pagefold calibrate {part}.",
        f"{plot} in {up} against {across}, {len(lines)} {'line' if len(lines) == 1 else 'lines'}.")


def _line(panel, place, label, rows):
    colour, dash, _ = style.of(place)
    x, y = [row["x"] for row in rows], [row["y"] for row in rows]
    spread = [[row["y"] - row["low"] for row in rows], [row["high"] - row["y"] for row in rows]]
    panel.errorbar(x, y, yerr=spread, fmt="none", ecolor=colour, elinewidth=0.8, capsize=1.5)
    panel.plot(x, y, color=colour, linestyle=dash, linewidth=1.2, label=label, **style.marker(place, 4))


def _sizes(panel, low, high):
    """Ticks at powers of two, named as people do."""
    first, last = int(low).bit_length() - 1, int(high).bit_length() - 1
    step = max(1, -(-(last - first) // 6))
    ticks = list(range(first, last + 1, step))
    panel.set_xticks([2**power for power in ticks], [_size(2**power) for power in ticks])
    panel.xaxis.set_minor_locator(style.NullLocator())


def _size(value):
    for unit, size in (("G", 2**30), ("M", 2**20), ("K", 2**10)):
        if value >= size:
            return f"{value // size}{unit}"
    return str(value)
