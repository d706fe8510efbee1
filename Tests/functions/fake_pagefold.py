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
    if "--output" not in words:
        print(json.dumps({"words": words}))
        return
    output = pathlib.Path(words[words.index("--output") + 1])
    function = words[words.index("--function") + 1] if "--function" in words else None
    if function is not None and function == os.environ.get("FAKE_FAILS"):
        sys.exit("error: a failure that was asked for")
    seen = sorted(path.name for path in pathlib.Path(words[2]).iterdir()) if words[0] == "profile" else []
    output.write_text(json.dumps({"words": words, "seen": seen}))
    print(json.dumps({"pages": 1, "labels": {"randomisation": os.environ.get("FAKE_RANDOMISATION", found(words))}}))
    if os.environ.get("FAKE_HANGS") == words[0]:
        time.sleep(600)


def found(words: list[str]) -> str:
    """Whether the captured process has random addresses; an error when it is not alive."""
    if "--pid" not in words:
        return ""
    personality = pathlib.Path(f"/proc/{words[words.index('--pid') + 1]}/personality").read_text()
    return "off" if int(personality, 16) & 0x0040000 else "on"


if __name__ == "__main__":
    main()
