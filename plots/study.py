"""A store seen as figures need it: settings, metrics, which policies are shown, and what to say about them."""

import numpy as np

import metrics
import settings
from drawing import limited, spread
from intervals import interval
from problem import Unneeded

# More lines than these cannot be told apart.
MOST_LINES = 10


class Study:
    """What the figures of a store draw."""

    def __init__(self, store, wanted=None):
        self.store = store
        self.settings = settings.swept(store)
        self.metrics = [metric for metric in wanted or metrics.MAIN if store.has(metric)]
        self.policies = self._those_with_runs()
        self.lines = self.best(MOST_LINES)
        self._units = {}

    def _those_with_runs(self):
        place = self.store._cells["policy"].unique()
        return sorted(int(policy) for policy in place)

    def _ranked(self):
        if not self.metrics:
            return self.policies
        means = np.nan_to_num(self.means(self.metrics[0])[0], nan=np.inf)
        sign = -1 if metrics.direction(self.metrics[0]) == "higher" else 1
        return sorted(self.policies, key=lambda policy: (sign * np.mean(means[:, policy]), policy))

    def best(self, most):
        """At most so many policies, in order: the reference and those best by mean of the first metric."""
        return sorted(limited(self._ranked(), most, kept=[self.store.reference]))

    def rest(self, shown):
        """What to say about the policies that are not shown."""
        if len(shown) == len(self.policies):
            return ""
        name = metrics.name(self.metrics[0]) if self.metrics else ""
        return (
            f"{len(shown)} of {len(self.policies)} policies: the reference and those best by"
            f" “{name}”; choose others with --policies.")

    def need_metrics(self, *names):
        """Those of these metrics that the store has; all of the study's without names."""
        found = [metric for metric in names if self.store.has(metric)] if names else self.metrics
        if not found:
            raise Unneeded("the store has no values of " + (" or ".join(names) or "the metrics asked for"))
        return found

    def unit(self, metric):
        """The metric's unit in figures and its size: the same in all of them."""
        if metric not in self._units:
            largest = np.nanmax(self.store.values(metric))
            self._units[metric] = metrics.unit(metric, largest)
        return self._units[metric]

    def means(self, metric):
        """Mean and half-width of the 95 % interval by point and policy, in the metric's own unit."""
        return interval(self.store.values(metric))

    def scaled(self, metric):
        """The same in the unit of figures."""
        mean, half = self.means(metric)
        return mean / self.unit(metric)[1], half / self.unit(metric)[1]

    def label(self, metric):
        """The metric's name with its unit."""
        return metrics.label(metric, self.unit(metric)[0])

    def policy(self, index):
        """A policy's name, not too long."""
        return settings.shortened(self.store.policies[index], 28)

    def point(self, index):
        """A point in one line."""
        return settings.point_label(self.store, self.settings, index)

    @property
    def has_intervals(self):
        """Whether any run was repeated."""
        return self.store.replicates > 1

    def is_unbounded(self, mean, half):
        """Whether a value of several replicates has an interval without ends."""
        return self.has_intervals and np.isnan(half) and not np.isnan(mean)

    @property
    def has_gaps(self):
        """Whether some place has one run only, and so an interval without ends."""
        return self.has_intervals and bool((self.store.counts() == 1).any())

    def replicates_in_words(self, shape):
        """What dots and bars of a figure are."""
        if self.store.repeats > 1:
            return f"{self.store.repeats} replicates that are one run: nothing is drawn, so there are no intervals."
        if not self.has_intervals:
            return "One replicate: there are no intervals, and differences may be chance."
        said = (
            f"Means over {self.store.replicates} replicates; {shape} are 95 % intervals (Student's t), each for"
            " itself and not adjusted for many comparisons."
        )
        return said + (" Arrows: a single replicate; the interval is unbounded." if self.has_gaps else "")

    def remarks(self, *more):
        """What a figure says about what it leaves out."""
        one = "The replicates are one run" if self.store.repeats > 1 else "One replicate"
        said = [] if self.has_intervals else [f"{one}: no intervals."]
        return said + [text for text in more if text]

    def lines_remark(self):
        """What to say about policies that are not drawn as lines."""
        return self.rest(self.lines)

    def points(self, most):
        """At most so many points, evenly spread, and what to say about the others."""
        chosen = spread(len(self.store.points), most)
        rest = len(self.store.points) - len(chosen)
        return chosen, f"{len(chosen)} of {rest + len(chosen)} points, evenly spread." if rest else ""
