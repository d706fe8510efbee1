"""The swept settings of a store: their values with units, in order, and how they lie on an axis."""

import re

import numpy as np

from problem import Problem

FAMILIES = [
    [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("min", 60), ("h", 3600), ("days", 86400)],
    [
        ("B", 1), ("KB", 1e3), ("KiB", 2**10), ("MB", 1e6), ("MiB", 2**20), ("GB", 1e9), ("GiB", 2**30),
        ("TB", 1e12), ("TiB", 2**40),
    ],
]
OTHER_SPELLINGS = {
    "µs": "us", "μs": "us", "sec": "s", "second": "s", "seconds": "s", "minute": "min", "minutes": "min",
    "hour": "h", "hours": "h", "day": "days", "d": "days", "byte": "B", "bytes": "B", "kB": "KB",
}
NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S{0,8})\s*")


def amount(text):
    """The number in base units, the family of its unit (None for a number alone) and the unit; or None."""
    match = NUMBER.fullmatch(text)
    if not match:
        return None
    number, symbol = float(match[1]), OTHER_SPELLINGS.get(match[2], match[2])
    if not np.isfinite(number):
        return None
    for family in FAMILIES:
        size = dict(family).get(symbol)
        if size:
            return number * size, family[0][0], symbol
    return number, symbol, symbol


class Setting:
    """One swept setting over the points of a store."""

    def __init__(self, path, name, texts):
        self.path, self.name = path, name
        amounts = {text: amount(text) for text in set(texts)}
        families = {found[1] for found in amounts.values() if found and (found[1] or found[0])}
        self.numeric = all(amounts.values()) and len(families) <= 1
        if self.numeric:
            self.values = sorted(amounts, key=lambda text: (amounts[text][0], text))
            self._scale([amounts[text] for text in self.values])
        else:
            def order(text):
                return (0, amounts[text][0], text) if amounts[text] else (1, 0, text)
            first = {text: place for place, text in reversed(list(enumerate(texts)))}
            ordered = any(amounts.values())
            self.values = sorted(amounts, key=order if ordered else first.get)
            self.unit, self.log = "", False
            self.positions = np.arange(len(self.values), dtype=float)
            self.labels = [shortened(text, 18) for text in self.values]
        self.of_point = np.array([self.values.index(text) for text in texts])

    def _scale(self, amounts):
        base = np.array([found[0] for found in amounts])
        self.unit = max((found[2] for found in amounts), key=[found[2] for found in amounts].count)
        size = next((dict(family)[self.unit] for family in FAMILIES if self.unit in dict(family)), 1)
        self.positions = base / size
        smallest = np.min(np.abs(self.positions[self.positions != 0]), initial=np.inf)
        if smallest < 0.01 and size != 1:
            self.unit = next(found[2] for found in amounts if found[0])
            size = next(dict(family)[self.unit] for family in FAMILIES if self.unit in dict(family))
            self.positions = base / size
        self.log = len(base) > 1 and base[0] > 0 and base[-1] / base[0] >= 10
        self.labels = [f"{position:.4g}" for position in self.positions]

    @property
    def label(self):
        """The name with its unit, for an axis."""
        name = self.name[:1].upper() + self.name[1:]
        return f"{name} ({self.unit})" if self.unit else name

    def value(self, index, width=24):
        """A value in short, with the setting's name."""
        if self.numeric:
            return f"{self.name} {self.labels[index]} {self.unit}".strip()
        return f"{self.name} {shortened(self.values[index], width)}"

    def on_axis(self, axis):
        """Sets a matplotlib x-axis up for this setting."""
        panel = axis.axes
        if self.log:
            panel.set_xscale("log")
            axis.set_minor_locator(_nothing())
        if not self.numeric or self.log or len(self.values) <= 8:
            chosen = self._ticks()
            axis.set_ticks(self.positions[chosen], [self.labels[n] for n in chosen])
        longest = max(len(label) for label in self.labels)
        if not self.numeric:
            panel.set_xlim(-0.5, len(self.values) - 0.5)
            if longest * len(self.values) > 26:
                axis.set_tick_params(rotation=30)
                for text in axis.get_ticklabels():
                    text.set(ha="right", rotation_mode="anchor")
        panel.set_xlabel(self.label)

    def _ticks(self):
        """Which values get a label: as many as do not touch."""
        if not self.numeric:
            return list(range(len(self.values)))
        places = np.log(self.positions) if self.log else self.positions
        span = (places[-1] - places[0]) or 1
        chosen = [len(places) - 1]
        for index in range(len(places) - 2, -1, -1):
            room = 0.034 * (len(self.labels[index]) + len(self.labels[chosen[-1]])) / 2 + 0.03
            if (places[chosen[-1]] - places[index]) / span >= room:
                chosen.append(index)
        return chosen


def _nothing():
    from matplotlib.ticker import NullLocator

    return NullLocator()


def shortened(text, width):
    """Text of at most so many characters."""
    return text if len(text) <= width else text[: width - 1] + "…"


def swept(store):
    """The settings that differ between points, numeric ones with most values first."""
    paths = list(dict.fromkeys(path for point in store.points for path in point))
    for point in store.points:
        if set(point) != set(paths):
            raise Problem(f"{store.path}: this store is damaged: its points have different settings")
    varied = [path for path in paths if len({point[path] for point in store.points}) > 1]
    names = _names(varied)
    settings = [Setting(path, names[path], [point[path] for point in store.points]) for path in varied]
    return sorted(settings, key=lambda setting: (not setting.numeric, -len(setting.values)))


def _names(paths):
    """The last words of each path, as many as tell it from the others."""
    def words(path, count):
        parts = [part for part in path.split(".") if not part.isdigit()] or [path]
        return " ".join(parts[-count:])

    names = {}
    for path in paths:
        count = 1
        while count < 6 and any(words(other, count) == words(path, count) for other in paths if other != path):
            count += 1
        names[path] = words(path, count)
    return names


def is_grid(settings, points):
    """Whether the points are the combinations of the settings' values, or at least half of them."""
    combinations = 1
    for setting in settings:
        combinations *= len(setting.values)
    return points * 2 >= combinations


def point_label(store, settings, point):
    """A point in one line."""
    return ", ".join(setting.value(setting.of_point[point]) for setting in settings) or "all runs"
