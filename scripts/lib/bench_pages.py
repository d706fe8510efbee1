"""Measures what is done with single pages, on real ones: those of two Python processes that this script starts.

    python3 scripts/lib/bench_pages.py PAGEFOLD PAGEFOLD_BENCH

One line `bench NAME VALUE UNIT` a figure. The snapshots are private files in a private directory, and are removed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path


def main():
    pagefold, bench = sys.argv[1:3]
    target = Path(__file__).with_name("bench_pages_target.py")
    with tempfile.TemporaryDirectory(prefix="pagefold-bench-") as place:
        snapshots = []
        for instance in range(2):
            snapshots.append(str(Path(place) / f"{instance}.pfsnap"))
            subprocess.run(
                [pagefold, "snapshot", "--run", "--ready-line", "ready", "--output", snapshots[-1]]
                + ["--function", "bench", "--instance", str(instance)]
                + ["--", sys.executable, str(target), str(instance)],
                check=True,
                stdout=subprocess.DEVNULL,
            )
        subprocess.run([bench, "--pages", snapshots[1], snapshots[0]], check=True)


if __name__ == "__main__":
    main()
