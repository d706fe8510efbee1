"""Means over replicates with 95 % Student intervals."""

import warnings

import numpy as np

# 97.5 % quantiles of Student's t for 1, 2, ... 30 degrees of freedom.
TABLE = [
    12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
    2.200985, 2.178813, 2.160369, 2.144787, 2.131450, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963,
    2.079614, 2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831, 2.048407, 2.045230, 2.042272,
]
NORMAL = 1.959963985


def student(degrees):
    """The 97.5 % quantile of Student's t."""
    if degrees < 1:
        return np.nan
    if degrees <= len(TABLE):
        return TABLE[degrees - 1]
    # Cornish and Fisher's expansion (Abramowitz and Stegun 26.7.5); beyond 30 its error is under 1e-6.
    z, v = NORMAL, degrees
    return (
        z + (z**3 + z) / (4 * v) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )


def interval(values):
    """Mean and half-width over the last axis, without NaN; the half-width of fewer than two values is NaN."""
    values = np.asarray(values, float)
    count = np.sum(~np.isnan(values), axis=-1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        mean = np.nanmean(values, axis=-1)
        deviation = np.nanstd(values, axis=-1, ddof=1)
    quantile = np.vectorize(lambda n: student(int(n) - 1), otypes=[float])(count)
    half = np.where(count > 1, quantile * deviation / np.sqrt(np.maximum(count, 1)), np.nan)
    return mean, half


def relative_difference(values, reference):
    """Ratio of means less one, with the ends of Fieller's interval (1954) over pairs; all in per cent.

    As `pagefold compare` has it. The ends are NaN, the interval unbounded, for fewer than two pairs, and where
    the reference's mean may be zero. Nothing that is never negative falls by more than all of it.
    """
    nothing = (np.nan, np.nan, np.nan)
    both = ~np.isnan(values) & ~np.isnan(reference)
    top, bottom = values[both], reference[both]
    count = len(top)
    if not count or bottom.mean() <= 0 or min(top.min(), bottom.min()) < 0:
        return nothing
    ratio = top.mean() / bottom.mean()
    estimate = 100 * (ratio - 1)
    if count < 2:
        return estimate, np.nan, np.nan
    away = bottom / bottom.mean() - 1
    off = (top - top.mean()) / bottom.mean() - ratio * away
    scale = student(count - 1) ** 2 / (count * (count - 1))
    g = scale * np.sum(away**2)
    if g >= 1:
        return estimate, np.nan, np.nan
    shift = scale * np.sum(off * away)
    centre = ratio - shift / (1 - g)
    reach = np.sqrt(scale * np.sum(off**2) * (1 - g) + shift**2) / (1 - g)
    low, high = min(ratio, centre - reach), max(ratio, centre + reach)
    return estimate, 100 * (max(low, 0) - 1), 100 * (high - 1)
