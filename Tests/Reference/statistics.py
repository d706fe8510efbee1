#!/usr/bin/env python3
"""Reference values for Sources/Statistics, from SciPy, statsmodels and mpmath.

Prints the table that Tests/Reference/statistics.json holds:

    python3 -m venv venv && venv/bin/pip install scipy==1.17.1 statsmodels==0.15.0 mpmath==1.4.1
    venv/bin/python Tests/Reference/statistics.py > Tests/Reference/statistics.json

Deterministic: the samples come from a fixed NumPy seed and are printed with the results. "scipy" values are
what SciPy says; "exact" values are evaluations in 50 digits by mpmath, for where SciPy's own error shows: near the
centre of the t distribution SciPy 1.17 says 0.5 for the probability of t <= -1e-9 with one degree of freedom
(it is 0.49999999968), and its quantile of 0.500001 with four degrees is wrong in the fifth digit.
"""

import json
import platform

import mpmath
import numpy as np
import scipy
import statsmodels
from scipy import special, stats
from statsmodels.stats.multitest import multipletests

# More than 50, as 1 - x cancels where degrees are many.
mpmath.mp.dps = 80

DEGREES = [0.1, 0.5, 1, 1.5, 2, 2.7, 3, 4, 5, 7.25, 10, 19, 30, 33.3, 100, 999.5, 1e4, 99999, 100001, 1e6]
EXACT_DEGREES = DEGREES + [0.01, 1e7, 1e9, 1e12]


def finite(value):
    """A float as JSON has it, None for what is not finite."""
    value = float(value)
    return value if np.isfinite(value) else None


def exact_lower_tail(t, degrees):
    """P(T <= t) for t < 0: half the regularised incomplete beta function."""
    v, t = mpmath.mpf(degrees), mpmath.mpf(t)
    return mpmath.betainc(v / 2, mpmath.mpf(1) / 2, 0, v / (v + t * t), regularized=True) / 2


def exact_quantile_of(p, degrees):
    """The t < 0 with P(T <= t) = p < 1/2, or None where it is not a normal double: Newton's method."""
    t = float(stats.t.ppf(p, degrees))
    if not -1e150 < t < 0:
        return None
    v, t = mpmath.mpf(degrees), mpmath.mpf(t)
    scale = mpmath.exp(mpmath.loggamma((v + 1) / 2) - mpmath.loggamma(v / 2)) / mpmath.sqrt(mpmath.pi * v)
    for _ in range(60):
        tail = exact_lower_tail(t, degrees)
        slope = scale * mpmath.exp(-(v + 1) / 2 * mpmath.log1p(t * t / v))
        # In the centre the tail is straight in t; far out its logarithm is in log t.
        step = (mpmath.mpf(p) - tail) / slope / t
        if p < 0.3:
            step = mpmath.expm1(mpmath.log(mpmath.mpf(p) / tail) * tail / slope / t)
        t += t * step
        if abs(step) < 1e-25:
            return float(t)
    raise ArithmeticError("no quantile of %r with %r degrees" % (p, degrees))


def t_tables():
    points = [0.01, 0.3, 0.7, 1, 1.5, 1.73, 1.74, 2, 3, 5, 8, 12, 20, 37, 60, 1e3, 1e6, 1e12]
    cdf = []
    for degrees in DEGREES:
        for point in points:
            for t in [-point, point]:
                value = stats.t.cdf(t, degrees)
                if 1e-290 < value:
                    cdf.append([t, degrees, finite(value)])
    quantile = []
    for degrees in DEGREES:
        for p in [1e-12, 1e-9, 1e-6, 1e-4, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.29, 0.31, 0.4, 0.49, 0.5,
                  0.6, 0.75, 0.9, 0.95, 0.975, 0.995, 0.999]:
            quantile.append([p, degrees, finite(stats.t.ppf(p, degrees))])
    exact = []
    for degrees in EXACT_DEGREES:
        for t in [-1e-9, -0.001, -0.5, -1.7, -1.8, -2.5, -4, -7, -15, -30, -100, -1e4, -1e9]:
            if degrees > 2000 and t < -30:
                continue
            value = exact_lower_tail(t, degrees)
            if value > 1e-300:
                exact.append([t, degrees, float(value)])
    exact_quantile = []
    for degrees in EXACT_DEGREES:
        for p in [1e-250, 1e-100, 1e-20, 1e-12, 1e-5, 0.01, 0.2, 0.299, 0.301, 0.45, 0.499, 0.499999]:
            t = exact_quantile_of(p, degrees)
            if t is not None:
                exact_quantile.append([p, degrees, t])
    return {"cdf": cdf, "quantile": quantile, "exact": exact, "exactQuantile": exact_quantile}


def normal_tables():
    quantile = [[p, finite(stats.norm.ppf(p))] for p in
                [1e-300, 1e-100, 1e-12, 1e-6, 0.001, 0.025, 0.3, 0.5, 0.6, 0.95, 0.975, 0.9999, 1 - 1e-9]]
    cdf = [[x, float(mpmath.ncdf(mpmath.mpf(x)))] for x in
           [-37.5, -30, -20, -10.3, -6, -3, -1.74, -1.73, -1, -0.1, -1e-9, 0, 0.5, 1.7, 1.8, 2.5, 5, 8, 9]]
    return {"quantile": quantile, "cdf": cdf}


def samples():
    random = np.random.Generator(np.random.PCG64(20200714))
    shift = random.normal(3.0, 2.0, 12)
    return {
        "normal": random.normal(10, 2, 5),
        "long": random.normal(-1, 3, 40),
        "exponential": random.exponential(0.02, 20),
        "two": np.array([1.5, 2.25]),
        # A small spread around a large mean, where sums of squares lose everything.
        "offset": 1e9 + random.normal(0, 1e-3, 9),
        "paired_a": shift + random.normal(0.4, 0.1, 12),
        "paired_b": shift + random.normal(0, 0.1, 12),
        "memory_a": random.lognormal(2, 0.4, 15),
        "memory_b": random.lognormal(2.3, 0.4, 15),
    }


def mean_cases(values):
    cases = []
    for name, level in [("normal", 0.95), ("long", 0.95), ("long", 0.99), ("exponential", 0.9), ("two", 0.95),
                        ("offset", 0.95)]:
        x = values[name]
        low, high = stats.t.interval(level, len(x) - 1, np.mean(x), stats.sem(x))
        # Differences from the first value are exact, sums of squares around a large mean are not.
        apart = x - x[0] if name == "offset" else x
        cases.append({"sample": name, "level": level, "mean": np.mean(x), "deviation": np.std(apart, ddof=1),
                      "halfWidth": stats.t.ppf((1 + level) / 2, len(x) - 1) * stats.sem(apart),
                      "low": low, "high": high})
    return cases


def test_case(kind, a, b, level, bound, values):
    """A t test with its interval; one-sided ones of a difference of `bound`."""
    x, y = values[a], values[b]

    def run(shift, alternative):
        if kind == "paired":
            return stats.ttest_rel(x - shift, y, alternative=alternative)
        return stats.ttest_ind(x - shift, y, equal_var=False, alternative=alternative)

    both = run(0, "two-sided")
    interval = both.confidence_interval(level)
    return {"kind": kind, "a": a, "b": b, "level": level, "bound": bound, "degrees": both.df, "p": both.pvalue,
            "estimate": np.mean(x) - np.mean(y), "low": interval.low, "high": interval.high,
            "above": run(bound, "greater").pvalue, "below": run(bound, "less").pvalue}


def fieller(a, b, level, values):
    """The textbook form of Fieller's interval."""
    x, y = values[a], values[b]
    n = len(x)
    cov = np.cov(x, y) / n
    mx, my, t = np.mean(x), np.mean(y), stats.t.ppf((1 + level) / 2, n - 1)
    # (mx - r my)^2 = t^2 (vxx - 2 r vxy + r^2 vyy)
    roots = np.sort(np.roots([my * my - t * t * cov[1, 1], -2 * (mx * my - t * t * cov[0, 1]),
                              mx * mx - t * t * cov[0, 0]]))
    return {"a": a, "b": b, "level": level, "estimate": mx / my, "low": roots[0], "high": roots[1]}


def holm_cases():
    families = [[0.04, 0.01, 0.03, 0.02], [0.5], [0.9, 0.8, 1.0], [0.001, 0.001, 0.04, 0.2, 0.0004, 0.049],
                [0.0, 1.0, 0.3], [1e-12, 0.024, 0.025, 0.0125, 0.6, 0.01, 0.02, 0.03]]
    return [{"p": p, "adjusted": list(multipletests(p, method="holm")[1])} for p in families]


def mser5(series):
    """The definition, term by term."""
    batches = [np.mean(series[5 * i:5 * i + 5]) for i in range(len(series) // 5)]
    m = len(batches)
    scores = [np.sum((batches[d:] - np.mean(batches[d:])) ** 2) / (m - d) ** 2 for d in range(m - 4)]
    best = int(np.argmin(scores))
    return None if 2 * best > m else 5 * best


def mser_cases():
    random = np.random.Generator(np.random.PCG64(1997))
    cases = []
    for length, height, decay in [(203, 5, 15), (300, 3, 40), (120, 0, 1), (100, 4, 300), (60, -2, 6)]:
        noise = np.zeros(length)
        for i in range(1, length):
            noise[i] = 0.6 * noise[i - 1] + random.normal()
        series = np.round(height * np.exp(-np.arange(length) / decay) + 0.3 * noise, 6)
        cases.append({"series": list(series), "keep": mser5(series)})
    return cases


def main():
    values = samples()
    table = {
        "source": "Tests/Reference/statistics.py; Python %s, SciPy %s, NumPy %s, statsmodels %s, mpmath %s" % (
            platform.python_version(), scipy.__version__, np.__version__, statsmodels.__version__,
            mpmath.__version__),
        "t": t_tables(),
        "normal": normal_tables(),
        "samples": {name: list(map(float, sample)) for name, sample in values.items()},
        "means": mean_cases(values),
        "tests": [
            test_case("paired", "paired_a", "paired_b", 0.95, 0.35, values),
            test_case("paired", "memory_a", "memory_b", 0.9, -2.0, values),
            test_case("welch", "paired_a", "paired_b", 0.95, 0.1, values),
            test_case("welch", "normal", "long", 0.95, 9.0, values),
            test_case("welch", "two", "long", 0.99, 1.0, values),
            test_case("welch", "exponential", "normal", 0.95, -9.0, values),
        ],
        "ratios": [fieller("memory_a", "memory_b", 0.95, values), fieller("paired_a", "paired_b", 0.99, values),
                   fieller("paired_b", "paired_a", 0.9, values)],
        "holm": holm_cases(),
        "mser": mser_cases(),
    }
    print(json.dumps(table, indent=None, separators=(",", ":"), default=float).replace('],[', '],\n['))


if __name__ == "__main__":
    main()
