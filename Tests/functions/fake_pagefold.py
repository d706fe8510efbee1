#!/usr/bin/python3
"""Stands in for pagefold: notes how it was called, and writes files that hold nothing."""

import json
import os
import pathlib
import sys
import time


def main() -> None:
    """Writes the arguments to the output file; can be asked to fail or to hang."""
    words = sys.argv[1:]
    output = pathlib.Path(words[words.index("--output") + 1])
    function = words[words.index("--function") + 1] if "--function" in words else None
    if function is not None and function == os.environ.get("FAKE_FAILS"):
        sys.exit("error: a failure that was asked for")
    seen = sorted(path.name for path in pathlib.Path(words[2]).iterdir()) if words[0] == "profile" else []
    output.write_text(json.dumps({"words": words, "seen": seen, "input": running(words)}))
    if os.environ.get("FAKE_HANGS") == words[0]:
        time.sleep(600)


def running(words: list[str]) -> str:
    """What the captured process was started with; an error when it is not alive."""
    if "--pid" not in words:
        return ""
    return pathlib.Path(f"/proc/{words[words.index('--pid') + 1]}/cmdline").read_text().replace("\0", " ")


if __name__ == "__main__":
    main()
