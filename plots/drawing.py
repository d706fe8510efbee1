"""A figure with what a reader needs beside it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Drawing:
    """A drawn figure."""

    name: str
    figure: Any
    title: str
    # How to read it.
    caption: str
    # What it shows, for those who do not see it.
    alt: str
    # What was left out, and why.
    notes: list[str] = field(default_factory=list)


def limited(items, most, kept=()):
    """At most so many items: those to keep, and others from the beginning; in their order."""
    if len(items) <= most:
        return list(items)
    others = [item for item in items if item not in kept]
    chosen = set(kept) | set(others[: most - len(set(kept))])
    return [item for item in items if item in chosen]


def spread(count, most):
    """At most so many of the indexes 0..<count, evenly spread, with both ends."""
    if count <= most:
        return list(range(count))
    if most == 1:
        return [0]
    return sorted({round(place * (count - 1) / (most - 1)) for place in range(most)})
