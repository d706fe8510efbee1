"""Arithmetic with the standard library only (FunctionBench: float_operation)."""

import math

TERMS = 20_000


def handle(request):
    """Sums sin(x) cos(x) + sqrt(x) over a range that begins where the seed says."""
    first = request["seed"] * 1000 + request["request"]
    total = 0.0
    for number in range(first, first + TERMS):
        total += math.sin(number) * math.cos(number) + math.sqrt(number)
    return {"total": total}
