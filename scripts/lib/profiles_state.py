"""What was done before: lets a run go on where another ended."""

from __future__ import annotations

import hashlib
import json
import os
import pathlib


class State:
    """Finished profiles, in a small file; entries of other environments and options are left alone."""

    def __init__(self, path: pathlib.Path, environment: str, settings: dict) -> None:
        text = json.dumps([environment, settings], sort_keys=True)
        self._path, self._key = path, hashlib.sha256(text.encode()).hexdigest()[:16]
        try:
            self._all = json.loads(path.read_text())
        except (OSError, ValueError):
            self._all = {}
        if not isinstance(self._all, dict):
            self._all = {}

    def figures(self, name: str, profile: pathlib.Path) -> dict | None:
        """What was noted of a finished profile; none when it was not made or is not what was made."""
        entry = self._all.get(self._key, {}).get(name)
        return entry["figures"] if entry and entry["profile"] == content_digest(profile) else None

    def finish(self, name: str, profile: pathlib.Path, figures: dict) -> None:
        """Notes a finished profile."""
        entry = {"profile": content_digest(profile), "figures": figures}
        self._all.setdefault(self._key, {})[name] = entry
        write(self._path, self._all)


def content_digest(path: pathlib.Path) -> str | None:
    """A file's digest; none when there is no such file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def write(path: pathlib.Path, content: object) -> None:
    """Writes JSON: all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".new")
    beside.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
    os.replace(beside, path)
