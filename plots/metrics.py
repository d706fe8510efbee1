"""How metrics are called, in which unit they are drawn, and which ones are drawn unless asked otherwise."""

import math

MAIN = [
    "cold_share", "cold_share_app_p75", "startup_p99_s", "slowdown_mean_ratio", "memory_mean_bytes",
    "wasted_byte_s",
]
NAMES = {
    "cold_share": "Cold starts",
    "startup_mean_s": "Startup latency, mean",
    "end_to_end_mean_s": "End-to-end latency, mean",
    "slowdown_mean_ratio": "Slowdown, mean",
    "memory_mean_bytes": "Memory, mean",
    "memory_peak_bytes": "Memory, peak",
    "wasted_byte_s": "Wasted memory-time",
}
SUBJECTS = {"startup": "Startup latency", "end_to_end": "End-to-end latency", "slowdown": "Slowdown"}
QUANTILES = {"p50": "median", "mean": "mean", "max": "maximum"}
# What fits above a small panel.
SHORT = [
    ("-percentile application", "-perc. app."), (" percentile", " perc."), ("Startup latency", "Startup"),
    ("End-to-end latency", "End to end"),
]
HIGHER = {"completed", "starts_warm"}
NEITHER = {
    "measured_s", "arrived", "starts_partial", "starts_waited", "starts_restored", "starts_on_prewarmed",
    "memory_capacity_bytes", "evicted_by_policy", "evicted_for_memory", "prewarms_loaded",
    "prewarms_unneeded", "prewarms_no_room",
}


def direction(metric):
    """Which way is better: "lower", "higher" or ""."""
    return "higher" if metric in HIGHER else "" if metric in NEITHER else "lower"


def name(metric):
    """The name for titles."""
    if metric in NAMES:
        return NAMES[metric]
    if metric.startswith("cold_share_app_p"):
        return f"Cold starts, {ordinal(metric.rsplit('p', 1)[1])}-percentile application"
    for prefix, subject in SUBJECTS.items():
        if metric.startswith(prefix + "_"):
            part = metric[len(prefix) + 1:].rsplit("_", 1)[0]
            number = part[1:].replace("_", ".")
            return f"{subject}, {QUANTILES.get(part) or f'{ordinal(number)} percentile'}"
    words = metric
    for suffix in ("_bytes", "_byte_s", "_ratio", "_s"):
        words = words.removesuffix(suffix)
    return words.replace("_", " ").capitalize()


def short(metric):
    """The name for small panels."""
    text = name(metric)
    if len(text) > 24:
        for long, brief in SHORT:
            text = text.replace(long, brief)
    return text


def ordinal(number):
    """`75th`, `99.9th`."""
    endings = {"1": "st", "2": "nd", "3": "rd"}
    return number + ("th" if number in ("11", "12", "13") else endings.get(number[-1], "th"))


def unit(metric, largest):
    """The unit to draw in, and how much one of it is in the unit of the store."""
    if metric.startswith("cold_share"):
        return "%", 0.01
    if metric.endswith("_byte_s"):
        powers = (("GiB", 30), ("TiB", 40), ("PiB", 50))
        hours = [(f"{symbol} h", 3600 * 2.0**power) for symbol, power in powers]
        return _fitting(hours, largest)
    if metric.endswith("_bytes"):
        return _fitting([("MiB", 2.0**20), ("GiB", 2.0**30), ("TiB", 2.0**40)], largest)
    if metric.endswith("_s"):
        return _fitting([("ms", 0.001), ("s", 1.0), ("min", 60.0)], largest)
    return "", 1.0


def _fitting(units, largest):
    chosen = units[0]
    for symbol, size in units:
        if math.isfinite(largest) and largest >= (4 if size != 1.0 else 1) * size:
            chosen = (symbol, size)
    return chosen


def label(metric, symbol):
    """The name with its unit, for axes."""
    return f"{short(metric)} ({symbol})" if symbol else short(metric)
