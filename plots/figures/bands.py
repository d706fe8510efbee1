"""Values with their 95 % intervals, drawn alike in all figures."""

import numpy as np

import style

# Ribbons of more policies than these cover each other.
MOST_RIBBONS = 4


def curve(panel, index, x, mean, half, label, ribbon, line=True, size=4.5):
    """A policy's means over x, with ribbon or bars; gaps break the line."""
    colour, dash, _ = style.of(index)
    panel.plot(
        x, mean, color=colour, linestyle=dash if line else "none", linewidth=1.3, label=label, zorder=3,
        **style.marker(index, size))
    known = ~np.isnan(half) & ~np.isnan(mean)
    if not known.any():
        return
    low = np.where(known, mean - half, np.nan)
    for place in np.flatnonzero(~known & ~np.isnan(mean)):
        style.unbounded(panel, x[place], mean[place], colour, across=False)
    if ribbon:
        panel.fill_between(x, low, mean + half, color=colour, alpha=0.22, linewidth=0, zorder=2)
    else:
        panel.errorbar(
            x[known], mean[known], yerr=half[known], fmt="none", ecolor=colour, elinewidth=0.9, capsize=2,
            capthick=0.9, zorder=2)


def value_axis(axis, low, high):
    """Logarithmic where values span a decade, from zero where they come near it."""
    if not np.isfinite(low) or not np.isfinite(high):
        return
    panel, name = axis.axes, axis.axis_name
    if low > 0 and high / low >= 10:
        style.plain_log(axis, low, high)
        getattr(panel, f"set_{name}lim")(low / 1.3, high * 1.3)
        return
    style.plain_linear(axis)
    if 0 <= low < 0.6 * high:
        getattr(panel, f"set_{name}lim")(0, high * 1.07)


def extent(mean, half):
    """The least and greatest end of intervals; the least mean where an interval goes below zero."""
    half = np.nan_to_num(half)
    values = np.concatenate([np.ravel(mean), np.ravel(mean + half), np.ravel(mean - half)])
    values = values[~np.isnan(values)]
    if not len(values):
        return np.nan, np.nan
    low = values.min()
    least = np.nanmin(mean)
    if least > 0 and low < least / 3:
        low = least / 3
    return low, values.max()
