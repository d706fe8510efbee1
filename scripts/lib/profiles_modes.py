"""The ways in which instances come to be, and what is built from the snapshots of each."""

from __future__ import annotations

import dataclasses

POINTS = ("import", "requests")


@dataclasses.dataclass(frozen=True)
class Mode:
    """How an instance is started."""

    name: str
    languages: tuple[str, ...]
    randomised: bool
    hash_seed: str | None = None
    position_independent: bool = False
    forked: bool = False

    def labels(self, language: str) -> dict[str, str]:
        """What a snapshot cannot find out by itself about how its instance came to be."""
        labels = {"mode": self.name, "language": language, "start": "forked" if self.forked else "fresh"}
        if language == "python":
            fixed = "inherited" if self.forked else "random"
            labels["hash-seed"] = fixed if self.hash_seed is None else self.hash_seed
        return labels


EVERY, PYTHON = ("python", "node", "java"), ("python",)
MODES = {
    mode.name: mode
    for mode in (
        Mode("on", EVERY, randomised=True),
        Mode("off", EVERY, randomised=False),
        Mode("off-fixed-seed", PYTHON, randomised=False, hash_seed="0"),
        Mode("position-independent", PYTHON, randomised=True, position_independent=True),
        Mode("zygote", PYTHON, randomised=True, forked=True),
    )
}


def build_options(mode: str, point: str) -> list[str]:
    """What `profile build` is asked for beyond the default settings."""
    options = []
    if point == "requests" and mode == "off":
        # So many ways of sampling that fewer pairs of instances must do.
        options += ["--sampler", "artifact,paper,spread,location", "--chunk", "32,64,128", "--cardinality", "5,10,20"]
        options += ["--pairings", "2"]
    if point == "requests" and mode in ("on", "off", "zygote"):
        options += ["--records", "artifact,spread"]
    return options


def tables(mode: str, point: str) -> dict[str, list[str]]:
    """The tables that are made of the snapshots beside the profile, by file name: pagefold's words. They take long, so
    only those are made that say something new."""
    made = {}
    if point == "requests" or mode == "on":
        made["methods.json"] = ["methods", "--json", "--pairings", "one"]
    if point == "requests" and mode in ("on", "off"):
        made["redundancy.json"] = ["redundancy", "--json", "--pairings", "one"]
    return made


def is_checked(mode: str, point: str) -> bool:
    """Whether the profile's class rows are compared with the registry."""
    return point == "requests" and mode in ("on", "off")
