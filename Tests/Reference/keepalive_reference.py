#!/usr/bin/env python3
"""Keep-alive, simulated plainly: a second opinion on the engine, written apart from it.

Usage: keepalive_reference.py EVENTS.csv --keep-alive SECONDS [--reuse ORDER] [--cold-delay NANOSECONDS]

EVENTS.csv has a header line and one call a line, in time order: time, function, duration; times in seconds with up to
nine decimals. Memory has no limit, a sandbox takes one call at a time and hosts one function. A call takes an idle
sandbox of its function (most-recent: the one that became idle last; least-recent: first; oldest: the one built first)
or else a new one, which is ready after the cold delay. A sandbox goes when it has been idle for longer than the
keep-alive; at exactly the keep-alive it still serves. What ends at a time comes before what arrives at that time.

Prints one JSON object: calls, cold, warm, peak_sandboxes, idle_seconds (over all sandboxes, from each end to the next
use or the end of the keep-alive, whatever the horizon).
"""

import argparse
import csv
import heapq
import json
import sys

NANOSECONDS = 10**9


def nanoseconds(text):
    """Seconds in decimal notation as a whole number of nanoseconds, without floating point."""
    whole, _, fraction = text.strip().partition(".")
    if len(fraction) > 9 or not (whole + fraction).isdigit():
        raise ValueError(f"'{text}' is not a time in seconds with at most nine decimals")
    return int(whole or "0") * NANOSECONDS + int((fraction + "0" * 9)[:9])


class Sandbox:
    """One sandbox: when it was built (a running number) and when its last execution ended."""

    def __init__(self, number):
        self.number = number
        self.idle_since = 0


class Simulation:
    def __init__(self, keep_alive, reuse, cold_delay):
        self.keep_alive = keep_alive
        self.reuse = reuse
        self.cold_delay = cold_delay
        self.running = []  # heap of (end, order of start, function, sandbox)
        self.idle = {}  # function -> sandboxes by end of execution, ties by order of start
        self.steps = []  # (time, 0 built or 1 gone): the number of sandboxes over time
        self.started = self.built = self.cold = self.idle_time = 0

    def end_executions(self, now):
        """Sandboxes whose executions have ended by `now` become idle."""
        while self.running and self.running[0][0] <= now:
            end, _, function, sandbox = heapq.heappop(self.running)
            sandbox.idle_since = end
            self.idle.setdefault(function, []).append(sandbox)

    def expire(self, function, now):
        """Drops the sandboxes of `function` whose keep-alive was over before `now`. The list is sorted by end."""
        waiting = self.idle.get(function, [])
        gone = 0
        while gone < len(waiting) and waiting[gone].idle_since + self.keep_alive < now:
            self.steps.append((waiting[gone].idle_since + self.keep_alive, 1))
            self.idle_time += self.keep_alive
            gone += 1
        del waiting[:gone]
        return waiting

    def call(self, now, function, duration):
        self.end_executions(now)
        waiting = self.expire(function, now)
        begin = now
        if waiting:
            if self.reuse == "most-recent":
                place = len(waiting) - 1
            elif self.reuse == "least-recent":
                place = 0
            else:
                place = min(range(len(waiting)), key=lambda i: waiting[i].number)
            sandbox = waiting.pop(place)
            self.idle_time += now - sandbox.idle_since
        else:
            sandbox = Sandbox(self.built)
            self.built += 1
            self.cold += 1
            self.steps.append((now, 0))
            begin += self.cold_delay
        heapq.heappush(self.running, (begin + duration, self.started, function, sandbox))
        self.started += 1

    def summary(self):
        forever = 2**63
        self.end_executions(forever)
        for function in self.idle:
            self.expire(function, forever)
        alive = peak = 0
        for _, gone in sorted(self.steps):
            alive += -1 if gone else 1
            peak = max(peak, alive)
        return {
            "calls": self.started,
            "cold": self.cold,
            "warm": self.started - self.cold,
            "peak_sandboxes": peak,
            "idle_seconds": self.idle_time / NANOSECONDS,
        }


def main():
    parser = argparse.ArgumentParser(description="Keep-alive, simulated plainly.")
    parser.add_argument("events")
    parser.add_argument("--keep-alive", type=nanoseconds, required=True, metavar="SECONDS")
    parser.add_argument("--reuse", choices=["most-recent", "least-recent", "oldest"], default="most-recent")
    parser.add_argument("--cold-delay", type=int, default=0, metavar="NANOSECONDS")
    options = parser.parse_args()
    simulation = Simulation(options.keep_alive, options.reuse, options.cold_delay)
    latest = 0
    with open(options.events, newline="") as file:
        rows = csv.reader(file)
        next(rows, None)
        for row in rows:
            time = nanoseconds(row[0])
            if time < latest:
                sys.exit(f"{options.events}:{rows.line_num}: this call is earlier than the one before")
            latest = time
            simulation.call(time, row[1], nanoseconds(row[2]))
    json.dump(simulation.summary(), sys.stdout)
    print()


if __name__ == "__main__":
    main()
